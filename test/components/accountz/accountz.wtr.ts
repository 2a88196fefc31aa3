import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/accountz/nunect-accountz.ts';
import type { NunectAccountz } from '../../../components/accountz/nunect-accountz.ts';
import {
  accountDetailReply,
  accountStat,
  accountzReply,
  accstatzReply,
  FakeNats,
} from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const STATZ = '$SYS.REQ.ACCOUNT.PING.STATZ';
const ACCOUNTZ = '$SYS.REQ.SERVER.PING.ACCOUNTZ';

/** Two servers, three accounts. */
function system(): FakeNats {
  const nats = new FakeNats();
  const stats = [accountStat('OPS'), accountStat('SYS', { conns: 1 }), accountStat('IDLE', { conns: 0, leafnodes: 0 })];
  nats.respond(STATZ, () => [accstatzReply(stats), accstatzReply(stats, 'n2'), accstatzReply(stats)]);
  nats.respond(ACCOUNTZ, (_subject, body) =>
    body.length > 2 ? [accountDetailReply()] : [accountzReply(['OPS', 'SYS', 'IDLE'])],
  );
  return nats;
}

async function shown(nats: FakeNats): Promise<NunectAccountz> {
  return fixture<NunectAccountz>(html`<nunect-accountz interval="1" .connection=${nats}></nunect-accountz>`);
}

/** A row's cells, by column. */
function row(element: NunectAccountz, account: string): Record<string, string> {
  const rows = [...(element.shadowRoot?.querySelectorAll('.grid-space > .grid-row') ?? [])];
  const text = (cell: Element | null): string =>
    cell?.querySelector('.grid-value')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  const found = rows.find((each) => text(each.querySelector('[data-column="account"]')).startsWith(account));
  return Object.fromEntries(
    [...(found?.querySelectorAll<HTMLElement>('.grid-cell') ?? [])].map((each) => [
      each.dataset['column'] ?? '',
      text(each),
    ]),
  );
}

function open(element: NunectAccountz): void {
  element.shadowRoot?.querySelector<HTMLElement>('.grid-space .grid-cell')?.click();
}

describe('<nunect-accountz>', () => {
  it('puts together what each server says, one that answers twice once, and marks the system account', async () => {
    const element = await shown(system());
    await untilText(element, '⚙system');
    expect(row(element, 'OPS')).to.include({ connections: '24', subs: '84', slow: '0' });
    expect(row(element, 'SYS')['account']).to.include('system');
    expect(row(element, 'OPS')['account']).not.to.include('system');
    expect(row(element, 'IDLE')['connections']).to.equal('0');
  });

  it('tells rates once there are two readings, of what comes from and goes to clients', async () => {
    const nats = system();
    let msgs = 1_000;
    const between = { routes: { msgs: 500, bytes: 0 }, gateways: { msgs: 0, bytes: 0 } };
    let at = Date.now();
    nats.respond(STATZ, () => {
      msgs += 300;
      at += 1_000;
      const reply = accstatzReply([accountStat('OPS', { received: { msgs, bytes: msgs * 10, ...between } })]) as {
        server: { time: string };
      };
      reply.server.time = new Date(at).toISOString();
      return [reply];
    });
    const element = await shown(nats);
    await waitUntil(() => row(element, 'OPS')['in'] === '–', 'a rate is unknown at first');
    await waitUntil(() => row(element, 'OPS')['in'] === '300/s', 'a rate should come', { timeout: 4_000 });
    expect(textOf(element)).to.match(/From clients ?300\/s ?2\.93 KiB\/s/);
  });

  it('shows what servers do not say as unknown, never as 0', async () => {
    const nats = system();
    nats.respond(STATZ, () => [
      accstatzReply([accountStat('OPS', { num_subscriptions: undefined, slow_consumers: 'many', sent: null })]),
    ]);
    const element = await shown(nats);
    await waitUntil(() => row(element, 'OPS')['connections'] === '12');
    expect(row(element, 'OPS')).to.include({ subs: '–', slow: '–', out: '–' });
    expect(textOf(element)).to.match(/Slow consumers ?–/);
  });

  it('leaves the connections of a silent server out, and names it', async () => {
    const nats = system();
    let both = true;
    nats.respond(STATZ, () => [
      accstatzReply([accountStat('OPS')]),
      ...(both ? [accstatzReply([accountStat('OPS', { conns: 30 })], 'n2')] : []),
    ]);
    const element = await shown(nats);
    await waitUntil(() => row(element, 'OPS')['connections'] === '42');
    both = false;
    await untilText(element, /1 of 2 servers answered\. ?Missing: n2/);
    expect(row(element, 'OPS')['connections']).to.equal('12');
    open(element);
    await untilText(element, /n2 silent for/);
  });

  it('asks about an account when it is opened: limits, imports, exports, JetStream, by server', async () => {
    const nats = system();
    const limits = { conn: 30, leaf: -1, subs: -1, payload: 1_048_576, imports: 5, exports: 5, streams: 3 };
    const asked: string[] = [];
    nats.respond(ACCOUNTZ, (_subject, body) => {
      const text = new TextDecoder().decode(body);
      if (text.length <= 2) return [accountzReply()];
      asked.push(text);
      return [
        accountDetailReply({ decoded_jwt: { nats: { limits } }, jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXQiOjF9.sig' }),
      ];
    });
    const element = await shown(nats);
    await untilStatus(element, 'live');
    open(element);
    await untilText(element, 'Asking the servers about this account…');
    await untilText(element, /24 of 30 · 80 %/, 6_000);
    expect(asked).to.deep.equal(['{"account":"OPS"}']);
    expect(textOf(element)).to.include('Leaf nodes no limit');
    expect(textOf(element)).to.match(/service time\.get CLOCK/);
    expect(textOf(element)).to.match(/service ops\.echo\.\* MONITOR/);
    expect(textOf(element)).to.match(/stream ops\.> every account/);
    expect(element.shadowRoot?.innerHTML).not.to.include('eyJ');
    await expect(element).to.be.accessible();
  });

  it('says so when the limits are those of a configuration file, and when details are refused', async () => {
    const nats = system();
    const element = await shown(nats);
    await untilStatus(element, 'live');
    open(element);
    await untilText(element, 'not those of a configuration file', 6_000);
    open(element);
    nats.deny(ACCOUNTZ);
    await waitUntil(() => !element.shadowRoot?.querySelector('.grid-detail'));
    open(element);
    await untilText(element, `This login may not publish to ${ACCOUNTZ}.`, 6_000);
  });

  it('tells what has changed between two readings', async () => {
    const nats = system();
    const element = await shown(nats);
    await waitUntil(() => row(element, 'IDLE')['connections'] === '0');
    expect(textOf(element)).not.to.include('seen since this page opened');
    nats.respond(STATZ, () => [
      accstatzReply([accountStat('OPS'), accountStat('NEW')]),
      accstatzReply([accountStat('OPS')], 'n2'),
    ]);
    await untilText(element, /NEW ?is new/);
    await untilText(element, /IDLE ?is gone/);
  });

  it('sees its own account in tenant mode, and says what would show more', async () => {
    const nats = new FakeNats();
    nats.respond(STATZ, () => [accstatzReply([accountStat('SHOP')])]);
    nats.respond('$SYS.REQ.USER.INFO', () => [
      { server: { id: 'N1', name: 'n1' }, data: { user: 'web', account: 'SHOP', account_name: 'SHOP' } },
    ]);
    const element = await shown(nats);
    await untilText(element, 'This login sees its own account only. You are web of account SHOP.');
    expect(textOf(element)).to.include(ACCOUNTZ);
    expect(row(element, 'SHOP')['connections']).to.equal('12');
    await expect(element).to.be.accessible();
  });

  it('is stale, with its age, as soon as the connection falls', async () => {
    const nats = system();
    const element = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await untilText(element, /Stale ?last data \d+ s ago/);
    expect(row(element, 'OPS')['connections']).to.equal('24');
    await expect(element).to.be.accessible();
  });

  it('names the subject when it is refused', async () => {
    const nats = new FakeNats();
    nats.deny(STATZ);
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(STATZ);
  });

  it('shows hostile names as text', async () => {
    const nats = system();
    const name = '<img src=x onerror=alert(1)>\u202e';
    nats.respond(STATZ, () => [accstatzReply([accountStat(name)])]);
    const element = await shown(nats);
    await untilText(element, '<img src=x');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
    open(element);
    await waitUntil(() => element.shadowRoot?.querySelector('.grid-detail'));
    expect(textOf(element)).not.to.include('\u202e');
  });

  it('is empty where there is no account', async () => {
    const nats = new FakeNats();
    nats.respond(STATZ, () => [accstatzReply([])]);
    nats.respond(ACCOUNTZ, () => [accountzReply([])]);
    const element = await shown(nats);
    await untilText(element, 'No accounts.');
    expect(element.matches(':state(empty)')).to.equal(true);
  });
});
