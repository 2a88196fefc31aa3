import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { emulateMedia } from '@web/test-runner-commands';
import '../../../components/units/nunect-units.ts';
import type { NunectUnits } from '../../../components/units/nunect-units.ts';
import { FakeNats, heartbeatMessage } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

async function subscribed(
  unit?: string,
  view: string | null = null,
): Promise<{ element: NunectUnits; nats: FakeNats }> {
  const nats = new FakeNats();
  const element = await fixture<NunectUnits>(
    html`<nunect-units .unit=${unit ?? null} .view=${view} .connection=${nats}></nunect-units>`,
  );
  await untilStatus(element, 'empty');
  return { element, nats };
}

/** Another guardian program: the fields marked in the contract, and no other. */
function leastFields(nats: FakeNats, unit: string, headers: Record<string, string> = {}): void {
  nats.deliver(
    `ops.heartbeat.${unit}`,
    { status: 'healthy', sequence: 4_711, ts: Date.now() },
    {
      'X-Unit-ID': unit,
      'X-Sequence': '4711',
      'X-Timestamp': String(Date.now()),
      'X-Native-RTT': '1.234ms',
      'X-App-RTT': '2.5ms',
      'X-Clock-Source': 'ptp',
      'X-Clock-Quality': 'locked',
      ...headers,
    },
  );
}

function cards(element: Element): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[part="unit"]') ?? [])];
}

function gridRows(element: Element): string[] {
  return [...(element.shadowRoot?.querySelectorAll('[role="row"]') ?? [])]
    .slice(1)
    .map((each) => (each.textContent ?? '').replace(/\s+/g, ' ').trim());
}

function card(element: Element, unit: string): HTMLElement {
  const found = cards(element).find((each) => each.querySelector('h3 .name')?.textContent === unit);
  if (!found) throw new Error(`no unit ${unit}; there are ${cards(element).length}`);
  return found;
}

/** The figures of a card, by name. */
function figures(of: HTMLElement): Record<string, string> {
  return Object.fromEntries(
    [...of.querySelectorAll('dl > div')].map((each) => [
      each.querySelector('dt')?.textContent?.trim() ?? '',
      each.querySelector('dd')?.textContent?.trim() ?? '',
    ]),
  );
}

describe('<nunect-units>', () => {
  it('shows all that a heartbeat tells', async () => {
    const { element, nats } = await subscribed();
    nats.deliver(...heartbeatMessage('leaf-1', { sequence: 12_345, role: 'keeper', tenant: 'acme' }));
    await untilStatus(element, 'live');
    await untilText(element, 'leaf-1');
    const shown = figures(card(element, 'leaf-1'));
    expect(shown).to.include({
      'Last seen': '0 s ago',
      'RTT native': '182 µs',
      'RTT app': '311 µs',
      Clock: 'NTP, locked',
      Sequence: '12,345',
      Lost: '0',
      Restarts: '0',
      Uptime: '1 h',
      Load: '0.4 on 4 CPUs',
      Memory: '1 GiB of 4 GiB',
      Version: '0.1.0',
      Server: 'n1 2.10.27',
      Tenant: 'acme',
      Role: 'keeper',
    });
    expect(card(element, 'leaf-1').textContent).to.include('healthy');
    await expect(element).to.be.accessible();
  });

  it('shows a guardian that sends the least of the contract without holes', async () => {
    const { element, nats } = await subscribed();
    leastFields(nats, 'go-guardian');
    await untilText(element, 'go-guardian');
    expect(figures(card(element, 'go-guardian'))).to.deep.equal({
      'Last seen': '0 s ago',
      'RTT native': '1.23 ms',
      'RTT app': '2.5 ms',
      Clock: 'PTP, locked',
      Sequence: '4,711',
      Lost: '0',
      Restarts: '0',
    });
    expect(textOf(element)).not.to.match(/–|unknown|unreadable|null|NaN/);
    await expect(element).to.be.accessible();
  });

  it('shows a failed round trip as none, never as 0', async () => {
    const { element, nats } = await subscribed();
    leastFields(nats, 'leaf-1', { 'X-App-RTT': '0s' });
    await untilText(element, 'leaf-1');
    expect(figures(card(element, 'leaf-1'))['RTT app']).to.equal('not measured');
  });

  it('says a status with its reasons, in words and not by colour alone, the worst first', async () => {
    const { element, nats } = await subscribed();
    nats.deliver(...heartbeatMessage('a-fine'));
    nats.deliver(...heartbeatMessage('b-odd', { status: 'maintenance' }));
    nats.deliver(...heartbeatMessage('c-degraded', { status: 'degraded', reasons: ['clock free-running'] }));
    nats.deliver(...heartbeatMessage('d-critical', { status: 'critical', reasons: ['leaf link down', 'disk full'] }));
    await untilText(element, '4 units: 1 critical, 1 degraded, 1 other, 1 healthy');
    expect(cards(element).map((each) => each.querySelector('.name')?.textContent)).to.deep.equal([
      'd-critical',
      'c-degraded',
      'b-odd',
      'a-fine',
    ]);
    expect(card(element, 'd-critical').textContent).to.match(/critical[^]*leaf link down[^]*disk full/);
    expect(card(element, 'c-degraded').textContent).to.match(/degraded[^]*clock free-running/);
    expect(card(element, 'b-odd').textContent).to.include('maintenance');
    await expect(element).to.be.accessible();
  });

  it('says which unit is late by its own interval, and that what it last said is past', async () => {
    const { element, nats } = await subscribed();
    nats.deliver(...heartbeatMessage('quick', { interval_ms: 100 }));
    nats.deliver(...heartbeatMessage('slow', { interval_ms: 60_000 }));
    await untilText(element, 'late, was healthy');
    expect(card(element, 'quick').textContent).to.match(/late, was healthy[^]*Nothing for 0 s; it sends every 100 ms/);
    expect(card(element, 'slow').textContent).not.to.include('late');
    expect(textOf(element)).to.include('Missing: quick');
    await expect(element).to.be.accessible();
    nats.deliver(...heartbeatMessage('quick', { sequence: 2, interval_ms: 60_000 }));
    await waitUntil(() => !card(element, 'quick').textContent?.includes('late'));
  });

  it('counts what was lost and restarts', async () => {
    const { element, nats } = await subscribed();
    for (const sequence of [1, 2, 5]) nats.deliver(...heartbeatMessage('leaf-1', { sequence }));
    nats.deliver(...heartbeatMessage('leaf-1', { sequence: 1, started_at: Date.now() }));
    await untilText(element, 'leaf-1');
    await waitUntil(() => figures(card(element, 'leaf-1'))['Restarts'] === '1');
    expect(figures(card(element, 'leaf-1'))['Lost']).to.equal('2');
  });

  it('beats once with each arrival, and not for readers who want no motion', async () => {
    const { element, nats } = await subscribed();
    const animation = (): string => {
      const pulse = element.shadowRoot?.querySelector('.pulse');
      return pulse ? getComputedStyle(pulse).animationName : '';
    };
    nats.deliver(...heartbeatMessage('leaf-1', { sequence: 1 }));
    await waitUntil(() => animation() !== '');
    const first = animation();
    await nextMillisecond();
    nats.deliver(...heartbeatMessage('leaf-1', { sequence: 2 }));
    await waitUntil(() => animation() !== first, 'another name starts the animation anew');
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      await waitUntil(() => animation() === 'none');
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });

  it('asks for one unit alone where one is named', async () => {
    const { element, nats } = await subscribed('leaf-2');
    expect(nats.subscribed).to.deep.equal(['ops.heartbeat.leaf-2']);
    nats.deliver(...heartbeatMessage('leaf-1'));
    nats.deliver(...heartbeatMessage('leaf-2'));
    await untilText(element, 'leaf-2');
    expect(cards(element)).to.have.length(1);
    element.unit = null;
    await waitUntil(() => nats.subscribed.includes('ops.heartbeat.*'));
  });

  it('shows none where what is named is no unit id, and says so', async () => {
    const nats = new FakeNats();
    const element = await fixture<NunectUnits>(html`<nunect-units unit="a.*" .connection=${nats}></nunect-units>`);
    await untilStatus(element, 'error');
    expect(textOf(element)).to.match(/The attribute unit cannot be used: the unit id holds "\."/);
    expect(nats.subscribed, 'units that nobody asked for').to.deep.equal([]);
    await expect(element).to.be.accessible();
    element.unit = 'leaf-1';
    await waitUntil(() => nats.subscribed.includes('ops.heartbeat.leaf-1'));
  });

  it('costs one subscription however many there are', async () => {
    const nats = new FakeNats();
    await fixture(
      html`<div>
        <nunect-units .connection=${nats}></nunect-units><nunect-units .connection=${nats}></nunect-units>
      </div>`,
    );
    await waitUntil(() => nats.subscribed.length > 0);
    expect(nats.subscribed).to.deep.equal(['ops.heartbeat.*']);
  });

  it('shows hostile words as text of bounded length', async () => {
    const { element, nats } = await subscribed();
    nats.deliver(
      ...heartbeatMessage('leaf-1', {
        status: '<img src=x onerror=1>',
        reasons: ['r'.repeat(10_000), 'a\u202Eb\nc'],
        version: '<script>',
        host: { name: 'h'.repeat(5_000) },
      }),
    );
    await untilText(element, '<img src=x onerror=1>');
    expect(element.shadowRoot?.querySelector('img, script')).to.equal(null);
    expect(textOf(element)).to.include('a�b�c');
    expect(textOf(element).length).to.be.below(2_000);
    await expect(element).to.be.accessible();
  });

  it('names fields that came and could not be read, and refuses one that speaks for another', async () => {
    const { element, nats } = await subscribed();
    nats.deliver(...heartbeatMessage('leaf-1', { uptime_s: 'long' }));
    nats.deliver('ops.heartbeat.leaf-2', { status: 'healthy', sequence: 1, ts: Date.now(), unit: 'leaf-1' });
    await untilText(element, '1 unreadable message.');
    expect(textOf(element)).to.include('uptime_s: unreadable');
    expect(cards(element)).to.have.length(1);
  });

  it('says what is the matter in each state', async () => {
    const { element: waiting } = await subscribed();
    expect(textOf(waiting)).to.include('nunect-guardian run');
    const nats = new FakeNats();
    nats.deny('ops.heartbeat.*');
    const denied = await fixture<NunectUnits>(html`<nunect-units .connection=${nats}></nunect-units>`);
    await untilStatus(denied, 'denied');
    await untilText(denied, 'ops.heartbeat.*');
    const none = await fixture<NunectUnits>(html`<nunect-units></nunect-units>`);
    await untilStatus(none, 'no-connection');
    const { element: stale, nats: broken } = await subscribed();
    broken.deliver(...heartbeatMessage('leaf-1'));
    await untilStatus(stale, 'live');
    broken.disconnect();
    await untilStatus(stale, 'stale');
    await untilText(stale, /Stale ?last data \d+ s ago.*leaf-1/);
    await expect(stale).to.be.accessible();
  });

  it('draws a hundred of many cards, those in trouble among them, and more on demand', async () => {
    const { element, nats } = await subscribed(undefined, 'cards');
    for (let index = 0; index < 250; index++) nats.deliver(...heartbeatMessage(nameOf(index)));
    nats.deliver(...heartbeatMessage('z-critical', { status: 'critical', reasons: ['disk full'] }));
    await untilText(element, '251 units: 1 critical, 250 healthy');
    const names = (): (string | undefined)[] => cards(element).map((each) => each.querySelector('.name')?.textContent);
    expect(names()).to.have.length(100);
    expect(names()[0]).to.equal('z-critical');
    expect(textOf(element)).to.include('Show 100 more of 151');
    await expect(element).to.be.accessible();
    const more = element.shadowRoot?.querySelector<HTMLElement>('.show-more');
    more?.focus();
    more?.click();
    await untilText(element, 'Show 51 more of 51');
    expect(names()).to.have.length(200);
    expect(element.shadowRoot?.activeElement === more, 'the focus stays').to.equal(true);
    more?.click();
    await waitUntil(() => names().length === 251);
    expect(element.shadowRoot?.querySelector('.show-more')).to.equal(null);
    await waitUntil(() => element.shadowRoot?.activeElement?.matches('.units'), 'the focus should not fall out');
  }).timeout(40_000);

  it('is a table of ten thousand units that draws only what is seen, sorts and filters', async () => {
    const { element, nats } = await subscribed();
    const begun = performance.now();
    for (let index = 0; index < 10_000; index++)
      nats.deliver(...heartbeatMessage(nameOf(index), { interval_ms: 60_000 }));
    nats.deliver(
      ...heartbeatMessage('z-critical', { status: 'critical', reasons: ['disk full'], interval_ms: 60_000 }),
    );
    await untilText(element, '10,000 units: 1 critical, 9,999 healthy', 20_000);
    expect(performance.now() - begun, 'ms until all are counted').to.be.below(20_000);
    expect(element.shadowRoot?.querySelectorAll('*').length, 'elements').to.be.below(3_000);
    expect(gridRows(element)[0]).to.match(/^z-critical.*critical/);
    nats.deliver(...heartbeatMessage('z-critical', { interval_ms: 60_000 }));
    await untilText(element, '10,000 units: 10,000 healthy');
    element.filter = 'leaf-0999';
    await untilText(element, '10 of 10,000 units');
    element.sort = '-unit';
    await waitUntil(() => gridRows(element)[0]?.startsWith('leaf-09999'));
    await expect(element).to.be.accessible();
  }).timeout(40_000);

  it('counts ten thousand malformed messages exactly', async () => {
    const { element, nats } = await subscribed();
    nats.deliver(...heartbeatMessage('leaf-1'));
    const bad = ['{"status":', '[]', '{"status":1}', new Uint8Array([0xff]), ''];
    for (let index = 0; index < 10_000; index++) nats.deliver('ops.heartbeat.leaf-9', bad[index % bad.length] ?? '');
    await untilText(element, '10,000 unreadable messages.');
    expect(cards(element)).to.have.length(1);
  });
});

/** Arrivals are told apart by their time. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await waitUntil(() => Date.now() > now + 1);
}

function nameOf(index: number): string {
  return `leaf-${String(index).padStart(5, '0')}`;
}
