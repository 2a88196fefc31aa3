import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/nats/nunect-nats.ts';
import '../../../components/sys-log/nunect-sys-log.ts';
import '../../../components/varz/nunect-varz.ts';
import type { NunectNats } from '../../../components/nats/nunect-nats.ts';
import type { NunectVarz } from '../../../components/varz/nunect-varz.ts';
import { FakeNats, varzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

type Answer = (url: URL, init: RequestInit | undefined) => Response | Promise<Response>;

const PROXY = '/monitoring/plant-7/';
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

describe('<nunect-nats monitoring>', () => {
  const realFetch = globalThis.fetch;
  let asked: { url: URL; init: RequestInit | undefined }[] = [];

  function answer(give: Answer): void {
    globalThis.fetch = async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, location.href);
      asked.push({ url, init });
      return give(url, init);
    };
  }

  beforeEach(() => (asked = []));
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  /** What a server says of itself, with or without the envelope. */
  function reply(): { server: object; data: object } {
    return varzReply({ name: 'n1' }) as { server: object; data: object };
  }

  async function over(monitoring: string): Promise<{ provider: NunectNats; varz: NunectVarz }> {
    const provider = await fixture<NunectNats>(
      html`<nunect-nats monitoring=${monitoring} login-form><nunect-varz></nunect-varz></nunect-nats>`,
    );
    return { provider, varz: provider.querySelector('nunect-varz') as NunectVarz };
  }

  it('shows the same as NATS does', async () => {
    const { server, data } = reply();
    const nats = new FakeNats();
    nats.respond('$SYS.REQ.SERVER.PING.VARZ', () => [{ server, data }]);
    const beside = await fixture<NunectNats>(
      html`<nunect-nats .connection=${nats}><nunect-varz></nunect-varz></nunect-nats>`,
    );
    const overNats = beside.querySelector('nunect-varz') as NunectVarz;
    await untilStatus(overNats, 'live');
    answer(() => json(data));
    const { varz } = await over('https://n1.example:8222');
    await untilStatus(varz, 'live');
    // the age of the reading aside
    const figures = (element: NunectVarz): string => textOf(element).replace(/\b\d+ s\b/g, '');
    await waitUntil(() => figures(varz) === figures(overNats), 'the same text');
    expect(asked.map(({ url }) => url.href)).to.include('https://n1.example:8222/varz');
  });

  it('says of events that HTTP monitoring has none', async () => {
    answer(() => json(reply().data));
    const provider = await fixture<NunectNats>(
      html`<nunect-nats monitoring="https://n1.example"><nunect-sys-log></nunect-sys-log></nunect-nats>`,
    );
    const log = provider.querySelector('nunect-sys-log');
    if (!log) throw new Error('no log');
    await untilStatus(log, 'unsupported');
    expect(textOf(log)).to.contain('HTTP monitoring has no events; connect over NATS');
  });

  it('asks for a login where the page server does, and logs in with it', async () => {
    let loggedIn = false;
    answer((url, init) => {
      if (url.pathname === '/monitoring/session') {
        const { user, password, system } = JSON.parse(init?.body as string) as Record<string, string>;
        loggedIn = system === 'plant-7' && user === 'viewer' && password === 'right';
        return loggedIn ? json({ system }) : json({ error: 'NATS refuses this login.' }, 401);
      }
      return loggedIn ? json(reply().data) : json({ error: 'Log in first' }, 401);
    });
    const { provider, varz } = await over(PROXY);
    await waitUntil(() => provider.activeConnection.snapshot.state === 'login-required');
    await untilText(provider, 'log in as a NATS user');
    provider.login({ user: 'viewer', password: 'wrong' });
    await untilText(provider, 'NATS refuses this login.');
    expect(asked.filter(({ url }) => url.pathname === '/monitoring/session')).to.have.length(1);
    provider.login({ user: 'viewer', password: 'right' });
    await untilStatus(varz, 'live');
    const session = asked.filter(({ url }) => url.pathname === '/monitoring/session').at(-1);
    expect(session?.init?.method).to.equal('POST');
    expect(
      asked.every(({ url }) => !url.href.includes('right')),
      'no password in an address',
    ).to.equal(true);
  });

  it('logs in again when the session is over', async () => {
    let sessions = 0;
    let open = false;
    answer((url) => {
      if (url.pathname !== '/monitoring/session') return open ? json(reply().data) : json({ error: 'over' }, 401);
      sessions++;
      open = true;
      return json({ system: 'plant-7' });
    });
    const provider = await fixture<NunectNats>(
      html`<nunect-nats monitoring=${PROXY} .credentials=${{ user: 'viewer', password: 'right' }}
        ><nunect-varz interval="1"></nunect-varz
      ></nunect-nats>`,
    );
    const varz = provider.querySelector('nunect-varz') as NunectVarz;
    await untilStatus(varz, 'live');
    open = false;
    await waitUntil(() => sessions === 2, 'another login', { timeout: 10_000 });
    await untilStatus(varz, 'live');
  });

  it('keeps the last figures, stale, while the server is away, and comes back by itself', async () => {
    let up = true;
    answer(() => (up ? json(reply().data) : Promise.reject(new TypeError('Failed to fetch'))));
    const { provider, varz } = await over('https://n1.example');
    await untilStatus(varz, 'live');
    up = false;
    await untilStatus(varz, 'stale');
    expect(provider.activeConnection.snapshot.state).to.equal('reconnecting');
    await untilText(varz, 'No answer from https://n1.example/');
    up = true;
    await untilStatus(varz, 'live');
  });

  for (const [what, address] of [
    ['what is no address', 'javascript:alert(1)'],
    ['an address with a login', 'https://me:hunter2@n1.example'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      answer(() => json({}));
      const { provider } = await over(address);
      await waitUntil(() => provider.activeConnection.snapshot.error !== null);
      const { error } = provider.activeConnection.snapshot;
      expect(error?.code).to.equal('bad-url');
      expect(error?.message).not.to.contain('hunter2');
      expect(asked).to.deep.equal([]);
    });
  }

  it('goes over to NATS and back', async () => {
    answer(() => json(reply().data));
    const nats = new FakeNats();
    nats.respond('$SYS.REQ.SERVER.PING.VARZ', () => [varzReply({ name: 'over-nats' })]);
    const { provider, varz } = await over('https://n1.example');
    await untilStatus(varz, 'live');
    expect(provider.activeConnection.snapshot.serverName).to.equal('n1');
    provider.connection = nats;
    await waitUntil(() => nats.published.includes('$SYS.REQ.SERVER.PING.VARZ'));
    await untilStatus(varz, 'live');
    const before = asked.length;
    provider.connection = null;
    await waitUntil(() => asked.length > before, 'asked over HTTP again');
    await untilStatus(varz, 'live');
  });
});
