import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/ipqueuesz/nunect-ipqueuesz.ts';
import type { NunectIpqueuesz } from '../../../components/ipqueuesz/nunect-ipqueuesz.ts';
import { FakeNats, FakeSystem, ipqueueszReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const IPQUEUESZ = '$SYS.REQ.SERVER.PING.IPQUEUESZ';

async function shown(nats: FakeNats): Promise<NunectIpqueuesz> {
  return fixture<NunectIpqueuesz>(html`<nunect-ipqueuesz interval="1" .connection=${nats}></nunect-ipqueuesz>`);
}

describe('<nunect-ipqueuesz>', () => {
  it('shows what waits, by server and queue, and that nothing waits', async () => {
    const nats = new FakeNats();
    nats.respond(IPQUEUESZ, () => [
      ipqueueszReply('n1', { 'System recvQ': { pending: 1_204, in_progress: 3 } }),
      ipqueueszReply('n2'),
    ]);
    const element = await shown(nats);
    await untilText(element, '1 queue By column');
    expect(textOf(element)).to.include('System recvQ').and.include('1,204').and.include('nothing waits');
    await expect(element).to.be.accessible();
  });

  it('keeps a server that has gone, whose queues are unknown', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(IPQUEUESZ, () => [
      ipqueueszReply('n1'),
      ...(both ? [ipqueueszReply('n2', { q: { pending: 7 } })] : []),
    ]);
    const element = await shown(nats);
    await untilText(element, 'n2 7');
    both = false;
    await untilText(element, /n2 – ?has not answered for/);
  });

  it('shows a figure that cannot be read as unknown', async () => {
    const nats = new FakeNats();
    nats.respond(IPQUEUESZ, () => [ipqueueszReply('<b>n1</b>\u202e', { '<img src=x>': { pending: 'many' } })]);
    const element = await shown(nats);
    await untilText(element, '<img src=x>');
    expect(textOf(element)).to.match(/n1.*–/).and.not.include('\u202e');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
  });

  it('names the version that brings it, where all servers are older', async () => {
    const nats = new FakeNats();
    nats.info.version = '2.9.10';
    new FakeSystem(nats, [{ name: 'n1', version: '2.9.10' }]);
    const element = await shown(nats);
    await untilStatus(element, 'unsupported');
    expect(textOf(element)).to.include('2.10.26').and.include('2.9.10');
    await expect(element).to.be.accessible();
  });

  it('is stale without a connection, and denied with the subject', async () => {
    const nats = new FakeNats();
    nats.respond(IPQUEUESZ, () => [ipqueueszReply('n1', { q: { pending: 7 } })]);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    const refused = new FakeNats();
    refused.deny(IPQUEUESZ);
    const denied = await shown(refused);
    await untilStatus(denied, 'denied');
    expect(textOf(denied)).to.include(IPQUEUESZ);
  });
});
