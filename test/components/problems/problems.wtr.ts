import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/problems/nunect-problems.ts';
import type { NunectProblems } from '../../../components/problems/nunect-problems.ts';
import {
  FakeNats,
  FakeSystem,
  healthzReply,
  heartbeatMessage,
  jszReplies,
  type FakeServer,
  type FakeStream,
} from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

interface Staged {
  readonly servers?: FakeServer[];
  readonly streams?: readonly FakeStream[];
  readonly metaLeader?: string | null;
  readonly denied?: readonly string[];
}

const three = (): FakeServer[] => ['n1', 'n2', 'n3'].map((name) => ({ name, cluster: 'hub' }));

async function live(staged: Staged = {}): Promise<{ element: NunectProblems; nats: FakeNats; system: FakeSystem }> {
  const { servers = three(), streams = [], metaLeader, denied = [] } = staged;
  const nats = new FakeNats();
  const system = new FakeSystem(nats, servers);
  nats.respond('$SYS.REQ.SERVER.PING.JSZ', () =>
    jszReplies({
      servers: system.servers.filter(({ down }) => !down).map(({ name }) => name),
      streams,
      ...(metaLeader === undefined ? {} : { metaLeader }),
    }),
  );
  for (const subject of denied) nats.deny(subject);
  const element = await fixture<NunectProblems>(
    html`<nunect-problems
      interval="1"
      .connection=${nats}
      .linkOf=${(kind: string, name: string | null) => `#/${kind}/${encodeURIComponent(name ?? '')}`}
    ></nunect-problems>`,
  );
  await untilStatus(element, 'live');
  return { element, nats, system };
}

function problems(element: Element): string[] {
  return [...(element.shadowRoot?.querySelectorAll('[part=problem]') ?? [])].map((each) =>
    (each.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );
}

describe('<nunect-problems>', () => {
  it('says that nothing is wrong, once all of it was looked at', async () => {
    const { element, nats } = await live();
    nats.deliver(...heartbeatMessage('leaf-1'));
    await untilText(element, 'Nothing is wrong with 3 servers');
    expect(problems(element)).to.deep.equal([]);
    await expect(element).to.be.accessible();
  });

  it('names a server that stops answering, and forgets it when it is back', async () => {
    const { element, system } = await live();
    const second = system.servers[1];
    if (!second) throw new Error('no second server');
    second.down = true;
    await untilText(element, 'n2 has not answered for');
    expect(textOf(element)).to.contain('1 thing is wrong');
    second.down = false;
    await untilText(element, 'Nothing is wrong with 3 servers');
  });

  it('says why a server is not healthy', async () => {
    const servers = three();
    servers[2] = { name: 'n3', cluster: 'hub', health: { status: 'unavailable', error: 'no meta leader' } };
    const { element } = await live({ servers });
    await untilText(element, 'n3 is not healthy: no meta leader');
    await expect(element).to.be.accessible();
  });

  it('does not take a server for well that answers, but says nothing of its health', async () => {
    const { element, nats } = await live();
    nats.deliver(...heartbeatMessage('leaf-1'));
    await untilText(element, 'Nothing is wrong with 3 servers');
    nats.respond('$SYS.REQ.SERVER.PING.HEALTHZ', () => [healthzReply('n1'), healthzReply('n3')]);
    nats.disconnect();
    nats.reconnect();
    await untilText(element, 'n2 does not tell.');
    expect(textOf(element)).to.contain('Nothing is wrong as far as is known');
  });

  it('tells slow consumers of now from those of long ago', async () => {
    let slow = 3;
    const { element, nats } = await live({ servers: [{ name: 'n1' }] });
    nats.respond('$SYS.REQ.SERVER.PING', () => [
      { server: { id: 'NN1', name: 'n1', ver: '2.10.27' }, statsz: { slow_consumers: slow } },
    ]);
    await untilText(element, 'has counted 3 slow consumers since its start');
    expect(textOf(element)).to.contain('1 to look at');
    slow = 5;
    await untilText(element, 'has just counted 2 slow consumers, 5 since its start');
    expect(textOf(element)).to.contain('1 thing is wrong');
  });

  it('takes what a server does not say for unknown, not for none', async () => {
    const { element, nats } = await live({ servers: [{ name: 'n1' }] });
    nats.respond('$SYS.REQ.SERVER.PING', () => [{ server: { id: 'NN1', name: 'n1', ver: '2.10.27' }, statsz: {} }]);
    await untilText(element, 'Nothing is wrong');
    expect(textOf(element)).not.to.match(/\b0 slow/);
  });

  it('names streams that nobody leads, once each', async () => {
    const { element } = await live({
      metaLeader: null,
      streams: [
        { name: 'ORDERS', account: 'SHOP', on: ['n1', 'n2', 'n3'], leader: null },
        { name: 'EVENTS', account: 'SHOP', on: ['n1', 'n2', 'n3'] },
      ],
    });
    await untilText(element, 'ORDERS (stream of account SHOP) has no leader');
    expect(textOf(element)).to.contain('has no meta leader: nothing can be created or changed there');
    expect(problems(element).filter((each) => each.includes('ORDERS'))).to.have.length(1);
    expect(textOf(element)).not.to.contain('EVENTS');
  });

  it('tells of units and clocks that need somebody', async () => {
    const { element, nats } = await live();
    nats.deliver(...heartbeatMessage('leaf-1', { status: 'critical', reasons: ['disk full'] }));
    nats.deliver(...heartbeatMessage('leaf-2', { status: 'degraded' }));
    nats.deliver(...heartbeatMessage('leaf-3', {}, { 'X-Clock-Source': 'unsynced', 'X-Clock-Quality': 'freerun' }));
    nats.deliver(...heartbeatMessage('leaf-4', {}, { 'X-Clock-Quality': 'holdover' }));
    nats.deliver(...heartbeatMessage('leaf-5', { interval_ms: 200 }));
    await untilText(element, 'leaf-5 has not been heard for');
    for (const words of [
      'leaf-1 says that it is critical: disk full',
      'leaf-2 says that it is degraded',
      'leaf-3 has a clock that nothing sets',
      'leaf-4 has a clock that lost its source',
    ])
      expect(textOf(element)).to.contain(words);
    expect(problems(element)[0]).to.match(/^✕ ?Wrong: /);
    expect(problems(element).at(-1)).to.match(/^! ?To look at: /);
    await expect(element).to.be.accessible();
  });

  it('counts many of a kind, names the first and leads to all', async () => {
    const { element, nats } = await live();
    for (let i = 0; i < 40; i++) nats.deliver(...heartbeatMessage(`leaf-${i}`, { status: 'critical' }));
    await untilText(element, '40 things are wrong');
    expect(problems(element)).to.have.length(5);
    const more = [...(element.shadowRoot?.querySelectorAll('a') ?? [])].find((each) =>
      /35 more/.test(each.textContent),
    );
    expect(more?.getAttribute('href')).to.equal('#/unit-status/');
  });

  it('says what it could not look at, and never that all is well', async () => {
    const { element } = await live({
      denied: ['$SYS.REQ.SERVER.PING.HEALTHZ', '$SYS.REQ.SERVER.PING.JSZ', 'ops.heartbeat.*'],
    });
    await untilText(element, 'Nothing is wrong as far as is known');
    for (const words of ['Health of servers', 'JetStream', 'Units', '$SYS.REQ.SERVER.PING.HEALTHZ', 'ops.heartbeat.*'])
      await untilText(element, words);
    await expect(element).to.be.accessible();
  });

  it('is denied where not even the servers may be asked', async () => {
    const nats = new FakeNats();
    nats.deny('$SYS.REQ.SERVER.PING');
    const element = await fixture<NunectProblems>(html`<nunect-problems .connection=${nats}></nunect-problems>`);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.contain('$SYS.REQ.SERVER.PING');
  });

  it('keeps what was wrong, stale, when it is cut off', async () => {
    const servers = three();
    servers[0] = { name: 'n1', health: { status: 'error', error: 'disk' } };
    const { element, nats } = await live({ servers });
    await untilText(element, 'n1 is not healthy: disk');
    nats.disconnect();
    await untilStatus(element, 'stale');
    expect(textOf(element)).to.contain('n1 is not healthy: disk');
    await expect(element).to.be.accessible();
  });

  it('shows hostile names as text', async () => {
    const name = '<img src=x onerror=alert(1)>\u202e';
    const { element, nats } = await live({
      servers: [{ name, health: { status: 'error', error: `<b>${'x'.repeat(900)}` } }],
    });
    nats.deliver(...heartbeatMessage('leaf-1', { status: 'critical', reasons: ['<script>1</script>'] }));
    await untilText(element, '<script>1</script>');
    await untilText(element, '<img src=x onerror=alert(1)>');
    expect(element.shadowRoot?.querySelector('img, script, b')).to.equal(null);
    expect(textOf(element)).not.to.contain('\u202e');
    expect(problems(element).every((each) => each.length < 600)).to.equal(true);
    const [link] = element.shadowRoot?.querySelectorAll('a') ?? [];
    expect(link?.getAttribute('href')).to.match(/^#\//);
  });
});
