import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/raftz/nunect-raftz.ts';
import type { NunectRaftz } from '../../../components/raftz/nunect-raftz.ts';
import { FakeNats, FakeSystem, jszReply, raftGroup, raftzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const RAFTZ = '$SYS.REQ.SERVER.PING.RAFTZ';
const JSZ = '$SYS.REQ.SERVER.PING.JSZ';

async function shown(nats: FakeNats): Promise<NunectRaftz> {
  return fixture<NunectRaftz>(html`<nunect-raftz interval="1" .connection=${nats}></nunect-raftz>`);
}

const leads = (name: string): Record<string, unknown> =>
  raftGroup({ id: name, leader: 'n1', state: name === 'n1' ? 'LEADER' : 'FOLLOWER' });

describe('<nunect-raftz>', () => {
  it('shows the meta group, and the groups of every account that servers name', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => [jszReply('n1', { account_details: [{ name: 'shop', id: 'ASHOP' }] })]);
    nats.respond(RAFTZ, (_subject, body) => {
      const text = new TextDecoder().decode(body);
      if (text === '') return ['n1', 'n2'].map((name) => raftzReply(name, { SYS: { _meta_: leads(name) } }));
      const { account } = JSON.parse(text) as { account: string };
      return ['n1', 'n2'].map((name) =>
        raftzReply(name, {
          [account]: {
            'S-R3F-x': { ...leads(name), ...(name === 'n2' ? { committed: 48_200, applied: 48_190 } : {}) },
          },
        }),
      );
    });
    const element = await shown(nats);
    await untilText(element, '4 rows');
    expect(textOf(element)).to.include('_meta_').and.include('ASHOP').and.include('S-R3F-x').and.include('★leader');
    expect(textOf(element)).to.match(/Behind ?1 ?members/);
    await expect(element).to.be.accessible();
  });

  it('raises an alarm for a group without a leader', async () => {
    const nats = new FakeNats();
    nats.respond(RAFTZ, () =>
      ['n1', 'n2'].map((name) =>
        raftzReply(name, { SYS: { _meta_: raftGroup({ leader: undefined, state: 'CANDIDATE' }) } }),
      ),
    );
    const element = await shown(nats);
    await untilText(element, '1 group has no leader: _meta_ (SYS)');
    expect(textOf(element)).to.include('candidate, no leader');
    await expect(element).to.be.accessible();
  });

  it('keeps a server that has gone, and does not hold its group for leaderless', async () => {
    const nats = new FakeNats();
    let all = true;
    nats.respond(RAFTZ, () =>
      ['n1', 'n2'].slice(all ? 0 : 1).map((name) => raftzReply(name, { SYS: { _meta_: leads(name) } })),
    );
    const element = await shown(nats);
    await untilText(element, '2 rows');
    all = false;
    await untilText(element, /1 of 2 servers answered\. ?Missing: n1/);
    expect(textOf(element)).to.include('2 rows').and.not.include('has no leader');
  });

  it('names the version that brings it, where all servers are older', async () => {
    const nats = new FakeNats();
    nats.info.version = '2.9.10';
    new FakeSystem(nats, [{ name: 'n1', version: '2.9.10' }]);
    const element = await shown(nats);
    await untilStatus(element, 'unsupported');
    expect(textOf(element)).to.include('2.10.26').and.include('2.9.10');
  });

  it('is stale without a connection, denied with the subject, and shows hostile text as text', async () => {
    const nats = new FakeNats();
    nats.respond(RAFTZ, () => [
      raftzReply('<b>n1</b>\u202e', {
        '<i>A</i>': { '<img src=x>': raftGroup({ committed: 'x', leader: '"><script>' }) },
      }),
    ]);
    const element = await shown(nats);
    await untilText(element, '<img src=x>');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(textOf(element)).to.include('–').and.not.include('\u202e');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
    const refused = new FakeNats();
    refused.deny(RAFTZ);
    const denied = await shown(refused);
    await untilStatus(denied, 'denied');
    expect(textOf(denied)).to.include(RAFTZ);
  });
});
