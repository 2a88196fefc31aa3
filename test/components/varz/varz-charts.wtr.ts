import { expect, fixture, html, oneEvent, waitUntil } from '@open-wc/testing';
import '../../../components/varz/nunect-varz.ts';
import type { NunectVarz } from '../../../components/varz/nunect-varz.ts';
import { FakeNats, varzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

/** Answers as one server whose counters grow by 250 messages a second of its own clock. */
function steady(nats: FakeNats, name = 'n1'): { id: string; messages: number } {
  const state = { id: 'NFIRST', messages: 1_000_000 };
  let now = Date.now();
  nats.respond(VARZ, () => [
    varzReply(
      { server_name: name, in_msgs: (state.messages += 250), now: new Date((now += 1_000)).toISOString() },
      { id: state.id },
    ),
  ]);
  return state;
}

async function charts(nats: FakeNats): Promise<NunectVarz> {
  const element = await fixture<NunectVarz>(
    html`<nunect-varz interval="1" view="charts" .connection=${nats}></nunect-varz>`,
  );
  await untilText(element, 'Messages per second');
  return element;
}

function button(element: NunectVarz, label: string): HTMLButtonElement {
  const found = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find(
    (each) => each.textContent.trim() === label,
  );
  if (!found) throw new Error(`no button ${label}: ${textOf(element)}`);
  return found;
}

describe('<nunect-varz> in charts', () => {
  it('shows a named picture for each figure, and the figures as a table', async () => {
    const nats = new FakeNats();
    steady(nats);
    const element = await charts(nats);
    const pictures = (): NodeListOf<Element> | undefined => element.shadowRoot?.querySelectorAll('[role=img] canvas');
    await waitUntil(() => pictures()?.length === 5, 'five charts', { timeout: 4_000 });
    const name = (): string => element.shadowRoot?.querySelector('[role=img]')?.ariaLabel ?? '';
    // a server is drawn from its second reading on
    await waitUntil(() => /^Messages per second of the last 15 min, 1 server/.test(name()), 'the picture has a name');
    await untilText(element, /n1 250\/s, highest 250\/s/);
    await expect(element).to.be.accessible();
  });

  it('marks a restart and takes nothing from it for a rate', async () => {
    const nats = new FakeNats();
    const server = steady(nats);
    const element = await charts(nats);
    await untilText(element, /250\/s/);
    server.id = 'NSECOND';
    server.messages = 900_000_000;
    await untilText(element, /1 restart, marked by upright lines: n1 at/);
    await untilText(element, /n1 250\/s, highest 250\/s/);
  });

  it('remembers what came before it was taken out of the page', async () => {
    const nats = new FakeNats();
    steady(nats);
    const first = await charts(nats);
    await untilText(first, /250\/s/);
    const since = /Readings since (\S+),/.exec(textOf(first))?.[1];
    first.remove();
    // a history that began anew would name another second
    const removedAt = Math.floor(Date.now() / 1_000);
    await waitUntil(() => Math.floor(Date.now() / 1_000) > removedAt, 'another second', { timeout: 2_000 });
    const second = await charts(nats);
    expect(textOf(second)).to.include(`Readings since ${since ?? 'never'},`);
  });

  it('says that a server is missing, and shows no last figure of it', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(VARZ, () => [varzReply({ server_name: 'a' }), ...(both ? [varzReply({ server_name: 'b' })] : [])]);
    const element = await charts(nats);
    both = false;
    await untilText(element, /b ?has not answered for \d+ s –, highest/);
  });

  it('shows old data as old', async () => {
    const nats = new FakeNats();
    steady(nats);
    const element = await charts(nats);
    nats.disconnect();
    await untilStatus(element, 'stale');
    expect(textOf(element)).to.include('Messages per second');
    await expect(element).to.be.accessible();
  });

  it('switches to and from figures, and tells the page', async () => {
    const nats = new FakeNats();
    steady(nats);
    const element = await fixture<NunectVarz>(html`<nunect-varz interval="1" .connection=${nats}></nunect-varz>`);
    await untilText(element, 'Charts');
    setTimeout(() => button(element, 'Charts').click());
    const { detail } = await oneEvent<CustomEvent<unknown>>(element, 'nunect-view-change');
    expect(detail).to.deep.equal({ view: 'charts', minutes: 15 });
    await untilText(element, 'Messages per second');
    const select = element.shadowRoot?.querySelector('select');
    if (!select) throw new Error('no choice of a span');
    select.value = '60';
    select.dispatchEvent(new Event('change'));
    await untilText(element, 'of the last 1 h');
  });

  it('bears any view and span', async () => {
    const nats = new FakeNats();
    steady(nats);
    const element = await fixture<NunectVarz>(
      html`<nunect-varz view="cinema" minutes="NaN" .connection=${nats}></nunect-varz>`,
    );
    await untilText(element, 'Slow consumers');
  });
});

describe('all figures of a server in <nunect-varz>', () => {
  it('are asked for when they are opened, and stand in groups', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    nats.respond('$SYS.REQ.SERVER.NN1.VARZ', () => [
      varzReply({
        ping_interval: 120_000_000_000,
        slow_consumer_stats: { clients: 3, routes: 1, gateways: 0, leafs: 0 },
      }),
    ]);
    const element = await fixture<NunectVarz>(html`<nunect-varz .connection=${nats}></nunect-varz>`);
    await untilText(element, 'All figures');
    expect(nats.published).not.to.include('$SYS.REQ.SERVER.NN1.VARZ');
    button(element, 'All figures').click();
    await untilText(element, 'Ping every 120 s');
    expect(textOf(element)).to.include('0 (clients 3, routes 1, gateways 0, leafs 0)');
    await expect(element).to.be.accessible();
  });

  it('say why they are not known, and show what is polled', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply({}, { ver: '2.9.10' })]);
    nats.deny('$SYS.REQ.SERVER.NN1.VARZ');
    const element = await fixture<NunectVarz>(html`<nunect-varz .connection=${nats}></nunect-varz>`);
    await untilText(element, 'All figures');
    button(element, 'All figures').click();
    await untilText(element, /not known: .*\$SYS\.REQ\.SERVER\.NN1\.VARZ/);
    expect(textOf(element)).to.include('Connections since its start 1,204');
  });
});
