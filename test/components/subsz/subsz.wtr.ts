import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/subsz/nunect-subsz.ts';
import type { NunectSubsz } from '../../../components/subsz/nunect-subsz.ts';
import { listed, serverRows, subjectProblem, type SubszServer } from '../../../components/subsz/subsz.model.ts';
import { FakeNats, subscription, subszReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const SUBSZ = '$SYS.REQ.SERVER.PING.SUBSZ';

interface Asked {
  readonly subscriptions?: boolean;
  readonly limit?: number;
  readonly test?: string;
  readonly account?: string;
}

/** Servers that list what they are given, and what they were asked. */
function listing(list: readonly object[], names = ['n1'], ver = '2.15.1'): { nats: FakeNats; asked: Asked[] } {
  const nats = new FakeNats();
  const asked: Asked[] = [];
  nats.respond(SUBSZ, (_subject, body) => {
    const options = (body.length > 0 ? JSON.parse(new TextDecoder().decode(body)) : {}) as Asked;
    if (!options.subscriptions) return names.map((name) => subszReply(name));
    asked.push(options);
    const most = options.limit ?? 1_024;
    return names.map((name) =>
      subszReply(name, { subscriptions_list: list.slice(0, most), total: list.length, limit: most }, { ver }),
    );
  });
  return { nats, asked };
}

async function shown(nats: FakeNats, view = 'servers'): Promise<NunectSubsz> {
  return fixture<NunectSubsz>(html`<nunect-subsz interval="1" view=${view} .connection=${nats}></nunect-subsz>`);
}

function field(element: Element, name: string): HTMLInputElement {
  return element.shadowRoot?.querySelector(`input[name=${name}]`) as HTMLInputElement;
}

async function submit(element: NunectSubsz, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    field(element, name).value = value;
    field(element, name).dispatchEvent(new Event('input'));
  }
  element.shadowRoot?.querySelector<HTMLButtonElement>('.ask button')?.click();
  await element.updateComplete;
}

describe('subjects to publish on', () => {
  it('are literal: no wildcards, no empty token, no space', () => {
    for (const subject of ['orders.new', 'a', '$SYS.x', 'a*b.c', 'ümlaut.ü'])
      expect(subjectProblem(subject)).to.equal(null);
    for (const subject of ['', 'orders.*', '>', 'a.>', '.a', 'a.', 'a..b', 'a b', 'a\tb', 'x'.repeat(3_000)])
      expect(subjectProblem(subject), subject).to.be.a('string');
  });
});

describe('figures of subsz', () => {
  it('are unknown without two readings, and the recent share of cache hits follows from two', () => {
    const value = { numInserts: 20, numRemoves: 4, numMatches: 1_000, cacheHitRate: 0.5 };
    const before = { numInserts: 10, numRemoves: 4, numMatches: 600, cacheHitRate: 0.25 };
    const server = { id: 'N1', name: 'n1' };
    const [row] = serverRows([
      {
        server,
        value,
        previous: { value: before, receivedAt: 0 },
        elapsedS: 5,
        missingSince: null,
      } as unknown as SubszServer,
    ]);
    expect(row?.insertsRate).to.equal(2);
    expect(row?.removesRate).to.equal(0);
    expect(row?.matchesRate).to.equal(80);
    expect(row?.recentHitRate).to.be.closeTo(0.875, 1e-9);
    const [lone] = serverRows([
      { server, value, previous: null, elapsedS: null, missingSince: null } as unknown as SubszServer,
    ]);
    expect(lone?.insertsRate).to.equal(null);
    expect(lone?.recentHitRate).to.equal(null);
  });

  it('know that a list was cut where the server does not say of how many', () => {
    const data = { subscriptions: [{ subject: 'a' }, { subject: 'b' }], total: null, limit: 2, unreadable: 0 };
    const result = listed([{ server: { name: 'n1' }, data }] as unknown as Parameters<typeof listed>[0], 2);
    expect(result.cut).to.equal(true);
    expect(result.total).to.equal(null);
  });
});

describe('<nunect-subsz>', () => {
  it('shows the figures of each server, and asks for no list', async () => {
    const { nats, asked } = listing([], ['n1', 'n2']);
    const element = await shown(nats);
    await untilText(element, '2 servers');
    expect(textOf(element)).to.include('Subscriptions 2,568').and.include('96.2 %').and.include('Lookups –');
    await untilText(element, 'Lookups 0/s');
    expect(asked).to.deep.equal([]);
    await expect(element).to.be.accessible();
  });

  it('lists subscriptions on demand, with the limit that is asked with', async () => {
    const { nats, asked } = listing([subscription('orders.*', { qgroup: 'workers' }), subscription('a.b')]);
    const element = await shown(nats);
    await untilText(element, '1 server');
    await submit(element, { account: 'OPS' });
    await untilText(element, '2 subscriptions of account OPS at 1 server.');
    expect(asked).to.deep.equal([{ subscriptions: true, limit: 1_024, account: 'OPS' }]);
    expect(textOf(element)).to.include('orders.*').and.include('workers');
    await expect(element).to.be.accessible();
  });

  it('says of how many a part is shown', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => subscription(`s.${index}`, { cid: index }));
    const element = await shown(listing(many).nats, 'subscriptions');
    await untilText(element, '1,024 of 1,500 are shown');
  });

  it('says that there is more where a server before 2.11.6 does not say how much', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => subscription(`s.${index}`, { cid: index }));
    const element = await shown(listing(many, ['n1'], '2.9.10').nats, 'subscriptions');
    await untilText(element, 'More than 1,024');
  });

  it('tests a subject: who would get it', async () => {
    const { nats, asked } = listing([subscription('orders.*')], ['n1', 'n2']);
    const element = await shown(nats);
    await untilText(element, '2 servers');
    await submit(element, { test: 'orders.new' });
    await untilText(element, 'A message on “orders.new” would reach 2 subscriptions, at 2 of 2 servers.');
    expect(asked[0]?.test).to.equal('orders.new');
  });

  it('says that nobody would get it, and of whom that is known', async () => {
    const element = await shown(listing([], ['n1', 'n2']).nats);
    await untilText(element, '2 servers');
    await submit(element, { test: 'nobody.there' });
    await untilText(
      element,
      'Nobody who is connected to the 2 servers that answered subscribes to what “nobody.there” matches.',
    );
    expect(textOf(element)).to.include('No subscriptions.');
  });

  it('refuses a subject that nothing can be published on, without asking', async () => {
    const { nats, asked } = listing([]);
    const element = await shown(nats);
    await untilText(element, '1 server');
    await submit(element, { test: 'orders.*' });
    await untilText(element, 'without wildcards');
    expect(field(element, 'test').getAttribute('aria-invalid')).to.equal('true');
    expect(textOf(element)).not.to.include('No subscriptions').and.not.to.include('0 subscriptions');
    expect(asked).to.deep.equal([]);
    await expect(element).to.be.accessible();
    await submit(element, { test: 'orders.new' });
    await untilText(element, 'Nobody who is connected');
  });

  it('says why a list is not known, and shows no empty one', async () => {
    const nats = new FakeNats();
    nats.respond(SUBSZ, (_subject, body) => {
      if (body.length > 0) throw new Error('the link is torn');
      return [subszReply('n1')];
    });
    const element = await shown(nats);
    await untilText(element, '1 server');
    await submit(element, {});
    await untilText(element, 'The list is not known.');
    expect(textOf(element)).to.include('the link is torn').and.not.to.include('No subscriptions');
  });

  it('names servers whose part of a list is not there', async () => {
    const nats = new FakeNats();
    nats.respond(SUBSZ, (_subject, body) =>
      body.length > 0
        ? [subszReply('n1', { subscriptions_list: [subscription('a')] })]
        : [subszReply('n1'), subszReply('n2')],
    );
    const element = await shown(nats);
    await untilText(element, '2 servers');
    await submit(element, {});
    await untilText(element, 'Without n2: not answering.');
  });

  it('shows a missing server as such, with what it last told', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(SUBSZ, () => [subszReply('n1'), ...(both ? [subszReply('n2')] : [])]);
    const element = await shown(nats);
    await untilText(element, '2 servers');
    both = false;
    await untilText(element, /1 of 2 servers answered\. ?Missing: n2/);
    await untilText(element, 'missing for');
  });

  it('shows what a server does not say as unknown, and hostile subjects as text', async () => {
    const { nats } = listing([
      subscription('<img src=x onerror=alert(1)>\u202e', { msgs: 'x', account: '<b>A</b>' }),
      {},
    ]);
    const element = await shown(nats, 'subscriptions');
    await untilText(element, '<img src=x');
    expect(element.shadowRoot?.querySelector('img, .grid-row b')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
    expect(textOf(element)).to.include('1 subscription could not be read');
  });

  it('names the subject when it is refused', async () => {
    const nats = new FakeNats();
    nats.deny(SUBSZ);
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(SUBSZ);
  });

  it('is accessible stale', async () => {
    const { nats } = listing([]);
    const element = await shown(nats);
    await untilText(element, '1 server');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
  });
});
