import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/connection/nunect-connection.ts';
import type { ConnectionChangeEvent } from '../../../components/nats/nunect-nats.ts';
import '../../../components/nats/nunect-nats.ts';
import { formatRoundTrip } from '../../../components/connection/connection.model.ts';
import { formatMicroseconds } from '../../../components/core/index.ts';
import type { NunectConnection } from '../../../components/connection/nunect-connection.ts';
import '../../../components/varz/nunect-varz.ts';
import { FakeNats, varzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

function button(element: Element, words: string): HTMLButtonElement {
  const found = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find((each) =>
    each.textContent.includes(words),
  );
  if (!found) throw new Error(`there is no button “${words}”: ${textOf(element)}`);
  return found;
}

describe('a round trip', () => {
  it('is never shown as 0, and not at all where there is none', () => {
    expect(formatRoundTrip(0, formatMicroseconds)).to.equal('< 0.1 ms');
    expect(formatRoundTrip(1_240, formatMicroseconds)).to.equal('1.24 ms');
    expect(formatRoundTrip(null, formatMicroseconds)).to.equal(null);
  });
});

describe('<nunect-connection>', () => {
  it('shows state, server, round trip and traffic', async () => {
    const nats = new FakeNats();
    nats.flushDelayMs = 3;
    const element = await fixture<NunectConnection>(html`<nunect-connection .connection=${nats}></nunect-connection>`);
    await untilText(element, /connected Server fake RTT \d[\d.]* ms/);
    expect(textOf(element)).to.match(/received|↓/);
  });

  it('opens and closes its details by key, and gives the focus back', async () => {
    const element = await fixture<NunectConnection>(
      html`<nunect-connection .connection=${new FakeNats()}></nunect-connection>`,
    );
    await untilText(element, 'connected');
    const details = button(element, 'Details');
    details.click();
    await untilText(element, 'Version 2.10.27');
    button(element, 'Close').focus();
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await waitUntil(() => details.getAttribute('aria-expanded') === 'false');
    expect(element.shadowRoot?.activeElement).to.equal(details);
  });

  it('forgets the round trip when the link is down', async () => {
    const nats = new FakeNats();
    const element = await fixture<NunectConnection>(html`<nunect-connection .connection=${nats}></nunect-connection>`);
    await untilText(element, 'RTT');
    nats.disconnect();
    await untilText(element, 'reconnecting');
    expect(textOf(element)).not.to.include('RTT');
    nats.reconnect();
    await untilText(element, 'connected Server');
  });

  it('says so when a page closes its connection', async () => {
    const nats = new FakeNats();
    const element = await fixture<NunectConnection>(html`<nunect-connection .connection=${nats}></nunect-connection>`);
    await untilText(element, 'connected');
    await nats.close(new Error('token expired'));
    await untilText(element, 'token expired');
  });

  it('says where it belongs when there is no provider', async () => {
    const element = await fixture<NunectConnection>(html`<nunect-connection></nunect-connection>`);
    await untilText(element, 'Put this element inside <nunect-nats>');
  });

  it('retries at once on request', async () => {
    const errors: (string | null)[] = [];
    const provider = await fixture(html`
      <nunect-nats
        servers="ws://127.0.0.1:9"
        @nunect-connection-change=${(event: ConnectionChangeEvent) => errors.push(event.detail.error?.code ?? null)}
        ><nunect-connection></nunect-connection
      ></nunect-nats>
    `);
    const element = provider.querySelector('nunect-connection') as NunectConnection;
    await untilText(element, 'No answer from');
    errors.length = 0;
    button(element, 'Retry now').click();
    expect(errors, 'begins anew at once').to.deep.equal([null]);
    await waitUntil(() => errors.includes('unreachable'));
  });

  it('says what looking costs: requests and bytes a minute, by what is asked', async () => {
    const nats = new FakeNats();
    nats.respond('$SYS.REQ.SERVER.PING.VARZ', () => [varzReply()]);
    const element = await fixture<NunectConnection>(html`<nunect-connection .connection=${nats}></nunect-connection>`);
    await untilText(element, 'connected');
    button(element, 'Details').click();
    await untilText(element, 'Requests 0 a minute, 0 B of answers');
    await fixture(html`<nunect-varz .connection=${nats}></nunect-varz>`);
    await untilText(element, /Requests [1-9]\d* a minute, [\d.]+ (K|M)?i?B of answers VARZ [1-9]/, 6_000);
  });

  it('is accessible, closed and open', async () => {
    const element = await fixture<NunectConnection>(
      html`<nunect-connection .connection=${new FakeNats()}></nunect-connection>`,
    );
    await untilText(element, 'connected');
    await expect(element).to.be.accessible();
    button(element, 'Details').click();
    await untilText(element, 'Reconnects');
    await expect(element).to.be.accessible();
  });
});

describe('a server that holds the link and does not answer', () => {
  it('turns stale, without a round trip of before, and recovers', async function () {
    this.timeout(12_000);
    const nats = new FakeNats();
    const element = await fixture<NunectConnection>(html`<nunect-connection .connection=${nats}></nunect-connection>`);
    await untilText(element, 'RTT');
    nats.flushDelayMs = 5_000;
    await untilStatus(element, 'stale', 6_500);
    await untilText(element, 'RTT –');
    await untilText(element, 'does not answer');
    nats.flushDelayMs = 0;
    await untilStatus(element, 'live', 6_000);
  });
});
