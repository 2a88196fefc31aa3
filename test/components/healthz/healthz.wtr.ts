import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/healthz/nunect-healthz.ts';
import type { NunectHealthz } from '../../../components/healthz/nunect-healthz.ts';
import { FakeNats, healthzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const HEALTHZ = '$SYS.REQ.SERVER.PING.HEALTHZ';

async function shown(nats: FakeNats): Promise<NunectHealthz> {
  return fixture<NunectHealthz>(html`<nunect-healthz interval="1" .connection=${nats}></nunect-healthz>`);
}

describe('<nunect-healthz>', () => {
  it('says at a glance that all are ok, and what was checked', async () => {
    const nats = new FakeNats();
    nats.respond(HEALTHZ, () => [
      healthzReply('n1'),
      healthzReply('n2', { status_code: undefined }, { ver: '2.9.10' }),
    ]);
    const element = await shown(nats);
    await untilText(element, 'All 2 servers are ok');
    expect(textOf(element)).to.include('every stream and consumer');
    await expect(element).to.be.accessible();
  });

  it('gives the reasons of a server that is not ok, the list and the single one', async () => {
    const nats = new FakeNats();
    nats.respond(HEALTHZ, () => [
      healthzReply('n1', {
        status: 'unavailable',
        status_code: 503,
        errors: [
          { type: 'STREAM', account: 'A', stream: 'S', error: 'not current' },
          { type: 'STREAM', account: 'A', stream: 'T', error: 'no' },
        ],
      }),
      healthzReply('n2', { status: 'unavailable', error: 'no meta leader' }),
      healthzReply('n3'),
    ]);
    const element = await shown(nats);
    await untilText(element, '2 of 3 servers not ok');
    expect(textOf(element)).to.include('not current, and 1 more').and.include('no meta leader');
    element.shadowRoot?.querySelector<HTMLElement>('.grid-space > .grid-row')?.click();
    await untilText(element, 'STREAM · A · S');
    await expect(element).to.be.accessible();
  });

  it('holds a server that does not answer for neither ok nor failing', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(HEALTHZ, () => [healthzReply('n1'), ...(both ? [healthzReply('n2')] : [])]);
    const element = await shown(nats);
    await untilText(element, 'All 2 servers are ok');
    both = false;
    await untilText(element, '1 of 2 servers ok');
    await untilText(element, '1 unknown: no answer');
    expect(textOf(element))
      .to.include('n2 unknown')
      .and.include('does not answer; was well when it last did')
      .and.not.include('not ok');
    await expect(element).to.be.accessible();
  });

  it('asks for what its attributes say', async () => {
    const nats = new FakeNats();
    const asked: string[] = [];
    nats.respond(HEALTHZ, (_subject, body) => {
      asked.push(new TextDecoder().decode(body));
      return [healthzReply('n1')];
    });
    const element = await fixture<NunectHealthz>(
      html`<nunect-healthz js-server-only .connection=${nats}></nunect-healthz>`,
    );
    await untilText(element, 'without its streams and consumers');
    expect(JSON.parse(asked[0] ?? '')).to.deep.equal({ details: true, 'js-server-only': true });
    element.jsServerOnly = false;
    element.jsEnabledOnly = true;
    await untilText(element, 'only whether JetStream is on');
    expect(JSON.parse(asked.at(-1) ?? '')).to.deep.equal({ details: true, 'js-enabled-only': true });
  });

  it('is stale without a connection, denied with the subject, and shows hostile text as text', async () => {
    const nats = new FakeNats();
    nats.respond(HEALTHZ, () => [healthzReply('<b>n1</b>\u202e', { status: '<i>', error: '<img src=x>' })]);
    const element = await shown(nats);
    await untilText(element, '<img src=x>');
    expect(element.shadowRoot?.querySelector('img, i, b')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
    const refused = new FakeNats();
    refused.deny(HEALTHZ);
    const denied = await shown(refused);
    await untilStatus(denied, 'denied');
    expect(textOf(denied)).to.include(HEALTHZ);
  });
});
