import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/varz/nunect-varz.ts';
import type { NunectVarz } from '../../../components/varz/nunect-varz.ts';
import { varzRates } from '../../../components/varz/varz.model.ts';
import type { VarzServer } from '../../../components/core/sources/varz.ts';
import { FakeNats, varzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

function reading(
  value: Record<string, number | null>,
  at: number,
  previous?: [Record<string, number | null>, number],
): VarzServer {
  return {
    server: { id: 'N1', name: 'n1' },
    value,
    receivedAt: at,
    previous: previous ? { value: previous[0], receivedAt: previous[1] } : null,
    elapsedS: previous ? (at - previous[1]) / 1_000 : null,
    missingSince: null,
  } as unknown as VarzServer;
}

async function shown(nats: FakeNats): Promise<NunectVarz> {
  return fixture<NunectVarz>(html`<nunect-varz interval="1" .connection=${nats}></nunect-varz>`);
}

describe('rates of varz', () => {
  it('are what the counters grew by in the time between', () => {
    expect(varzRates(reading({ inMsgs: 300 }, 14_000, [{ inMsgs: 100 }, 10_000])).inMsgs).to.equal(50);
  });

  it('are unknown, never 0 or negative, without two readings or after a reset', () => {
    expect(varzRates(reading({ inMsgs: 300, now: 1 }, 1)).inMsgs).to.equal(null);
    expect(varzRates(reading({ inMsgs: 3 }, 2, [{ inMsgs: 100 }, 1])).inMsgs).to.equal(null);
    expect(varzRates(reading({ inMsgs: null, now: 12_000 }, 2, [{ inMsgs: 100, now: 10_000 }, 1])).inMsgs).to.equal(
      null,
    );
  });
});

describe('<nunect-varz>', () => {
  it('shows figures with their units, and rates once it can', async () => {
    const nats = new FakeNats();
    let messages = 1_000;
    let now = Date.now();
    nats.respond(VARZ, () => [
      varzReply({
        in_msgs: (messages += 250),
        now: new Date((now += 1_000)).toISOString(),
        mem: 48 * 1_048_576,
        cpu: 12.5,
      }),
    ]);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    expect(textOf(element)).to.include('48 MiB').and.include('12.5 %').and.include('42 of 65,536 allowed');
    expect(textOf(element)).to.include('Messages in –');
    await untilText(element, 'Messages in 250/s');
    expect(textOf(element)).to.include('1 of 1 server answered');
  });

  it('shows what a server does not say as unknown, never as 0', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply({ mem: undefined, cpu: null, connections: 'many' })]);
    const element = await shown(nats);
    await untilText(element, 'Memory –');
    expect(textOf(element)).to.include('CPU –').and.include('Connections –');
  });

  it('keeps a server that has gone on show, and says so', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(VARZ, () => [
      varzReply({ server_name: 'alpha' }),
      ...(both ? [varzReply({ server_name: 'beta' })] : []),
    ]);
    const element = await shown(nats);
    await untilText(element, '2 of 2 servers answered');
    both = false;
    await untilText(element, /1 of 2 servers answered\. ?Missing: beta/);
    expect(textOf(element)).to.match(/beta\s*has not answered for/);
  });

  it('is stale, with its age, as soon as the connection falls, and live again after', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await untilText(element, /Stale ?last data \d+ s ago/);
    expect(textOf(element)).to.include('n1');
    nats.reconnect();
    await untilStatus(element, 'live');
  });

  it('names the subject when it is refused', async () => {
    const nats = new FakeNats();
    nats.deny(VARZ);
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(VARZ);
  });

  it('shows hostile names as text', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply({}, { name: '<img src=x onerror=alert(1)>\u202e' })]);
    const element = await shown(nats);
    await untilText(element, '<img src=x');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
  });

  it('bears any interval', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    for (const interval of ['', 'soon', '-4', '1e99', 'NaN']) {
      const element = await fixture<NunectVarz>(
        html`<nunect-varz interval=${interval} .connection=${nats}></nunect-varz>`,
      );
      await untilStatus(element, 'live');
    }
  });

  it('says which servers there are when the one asked for is not', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply({ server_name: 'alpha' })]);
    const element = await fixture<NunectVarz>(html`<nunect-varz server="omega" .connection=${nats}></nunect-varz>`);
    await untilText(element, 'No server is named “omega”. Known: alpha.');
    expect(element.matches(':state(live)')).to.equal(false);
  });

  it('is stale when the one server that it shows is silent, though others answer', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(VARZ, () => [
      varzReply({ server_name: 'alpha' }),
      ...(both ? [varzReply({ server_name: 'beta' })] : []),
    ]);
    const element = await fixture<NunectVarz>(
      html`<nunect-varz interval="1" server="beta" .connection=${nats}></nunect-varz>`,
    );
    await untilStatus(element, 'live');
    expect(textOf(element)).not.to.include('alpha');
    both = false;
    await untilStatus(element, 'stale');
    expect(textOf(element)).to.include('It does not answer');
  });

  it('shows a small rate, not 0', async () => {
    const nats = new FakeNats();
    let messages = 0;
    let now = Date.now();
    nats.respond(VARZ, () => [varzReply({ in_msgs: ++messages, now: new Date((now += 2_500)).toISOString() })]);
    await untilText(await shown(nats), 'Messages in 0.4/s');
  });

  it('has a surface of its own, and takes the page’s theme', async () => {
    const element = await shown(new FakeNats());
    const surface = (): string =>
      getComputedStyle(element.shadowRoot?.querySelector('.card') as Element).backgroundColor;
    expect(surface()).to.match(/^rgb\(/);
    element.style.setProperty('--nunect-surface', 'rgb(1, 2, 3)');
    expect(surface()).to.equal('rgb(1, 2, 3)');
  });

  it('is accessible, live and stale', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    await expect(element).to.be.accessible();
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
  });
});
