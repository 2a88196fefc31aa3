/**
 * HTTP monitoring and system requests say the same: every decoder of the sources reads both, on every server. What moves
 * from one reading to the next (clocks, counters, figures of the process) is left out of the comparison, all else is not.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { failureKind } from '../../components/core/transport/errors.ts';
import { HttpMonitoring } from '../../components/core/transport/http-monitoring.ts';
import type { NatsConnectionLike } from '../../components/core/transport/nats-like.ts';
import { requestAll } from '../../components/core/transport/request.ts';
import type { Decoded } from '../../protocol/decode.ts';
import { decodeConnzReply } from '../../protocol/server/connz.ts';
import type { ServerInfo } from '../../protocol/server/envelope.ts';
import { decodeGatewayzReply } from '../../protocol/server/gatewayz.ts';
import { decodeHealthzReply } from '../../protocol/server/healthz.ts';
import { decodeIpqueueszReply } from '../../protocol/server/ipqueuesz.ts';
import { decodeJszReply } from '../../protocol/server/jsz.ts';
import { decodeLeafzReply } from '../../protocol/server/leafz.ts';
import { decodeRaftzReply } from '../../protocol/server/raftz.ts';
import { REQUEST_SINCE } from '../../protocol/server/requests.ts';
import { decodeRoutezReply } from '../../protocol/server/routez.ts';
import { decodeStatsz } from '../../protocol/server/statsz.ts';
import { decodeSubszReply } from '../../protocol/server/subsz.ts';
import { decodeVarzDetailReply } from '../../protocol/server/varz-detail.ts';
import { decodeVarzReply } from '../../protocol/server/varz.ts';
import { natsServerBins, startNatsServer, versionAtLeast, type NatsServerRig } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';

type Reply = Decoded<{ readonly server: ServerInfo; readonly data: unknown }>;

const configuration = (): string => `
jetstream { store_dir: "${temporaryFolder('jetstream')}", domain: "lab" }
system_account: SYS
accounts {
  SYS: { users: [ { user: "sys", password: "sys" } ] }
  APP: { jetstream: enabled, users: [ { user: "app", password: "app" } ] }
}`;

/** Moves by itself, or by being asked. */
const MOVING =
  /^(?:at|time|now|cpu|mem|uptimeS?|idle.*|last.*|rtt.*|.*[mM]sgs|.*[bB]ytes|.*(?:Rate|Ratio)|avgFanout|maxFanout|cache.*|numMatches|numInserts|numRemoves|sent|received|slowConsumers|api.*|inProgress|pending.*|goroutines|httpRequests|numCache|memory|store|used|applies|.*Ms)$/;

function steady(value: unknown): unknown {
  if (Array.isArray(value)) {
    // servers walk through maps: subscriptions come in any order
    const list = value.map((each) => JSON.stringify(steady(each)));
    return (list.some((each) => each.includes('"subject"')) ? list.sort() : list).map(
      (each) => JSON.parse(each) as unknown,
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !MOVING.test(key))
      .map(([key, each]) => [key, steady(each)]),
  );
}

async function ask(nats: NatsConnectionLike, subject: string, options: object | null): Promise<Uint8Array[]> {
  const replies: Uint8Array[] = [];
  const body = options === null ? '' : JSON.stringify(options);
  for await (const { data } of requestAll(nats, subject, body, { maxWaitMs: 500 })) replies.push(data);
  return replies;
}

interface Case {
  readonly request: keyof typeof REQUEST_SINCE;
  readonly decode: (bytes: Uint8Array) => Reply;
  readonly options?: object;
}

const CASES: Readonly<Record<string, Case>> = {
  VARZ: { request: 'VARZ', decode: decodeVarzReply },
  'VARZ in detail': { request: 'VARZ', decode: decodeVarzDetailReply },
  'CONNZ, open': {
    request: 'CONNZ',
    decode: decodeConnzReply,
    options: { auth: true, state: 0, sort: 'cid', acc: 'APP' },
  },
  'CONNZ, closed': { request: 'CONNZ', decode: decodeConnzReply, options: { state: 1, sort: 'stop', acc: 'APP' } },
  'CONNZ, with subscriptions': {
    request: 'CONNZ',
    decode: decodeConnzReply,
    options: { subscriptions: true, acc: 'APP' },
  },
  'CONNZ, with details': {
    request: 'CONNZ',
    decode: decodeConnzReply,
    options: { subscriptions: true, subscriptions_detail: true, acc: 'APP' },
  },
  'CONNZ, a page': {
    request: 'CONNZ',
    decode: decodeConnzReply,
    options: { limit: 1, offset: 1, sort: 'cid', acc: 'APP' },
  },
  ROUTEZ: { request: 'ROUTEZ', decode: decodeRoutezReply, options: { subscriptions: true } },
  GATEWAYZ: { request: 'GATEWAYZ', decode: decodeGatewayzReply, options: { accounts: true } },
  LEAFZ: { request: 'LEAFZ', decode: decodeLeafzReply, options: { subscriptions: true } },
  SUBSZ: { request: 'SUBSZ', decode: decodeSubszReply },
  'SUBSZ, tested': {
    request: 'SUBSZ',
    decode: decodeSubszReply,
    options: { subscriptions: true, test: 'app.one', account: 'APP' },
  },
  JSZ: {
    request: 'JSZ',
    decode: decodeJszReply,
    options: { accounts: true, streams: true, consumer: true, config: true, account: 'APP' },
  },
  HEALTHZ: { request: 'HEALTHZ', decode: decodeHealthzReply },
  'HEALTHZ, failing': {
    request: 'HEALTHZ',
    decode: decodeHealthzReply,
    options: { account: 'APP', stream: 'NONE' },
  },
  // the empty ones, too: which of the others are is another matter each time
  IPQUEUESZ: { request: 'IPQUEUESZ', decode: decodeIpqueueszReply, options: { all: true } },
  RAFTZ: { request: 'RAFTZ', decode: decodeRaftzReply, options: { account: 'APP' } },
};

for (const { path: bin, version } of natsServerBins()) {
  describe(`HTTP monitoring beside NATS, nats-server ${version}`, { timeout: 60_000 }, () => {
    let rig: NatsServerRig;
    let system: NatsConnection;
    let http: HttpMonitoring;
    const clients: NatsConnection[] = [];
    const failures: string[] = [];

    before(async () => {
      rig = await startNatsServer({ bin, config: configuration() });
      system = await connect({ servers: rig.url, user: 'sys', pass: 'sys' });
      for (const name of ['one', 'two', 'gone']) {
        const client = await connect({ servers: rig.url, user: 'app', pass: 'app', name });
        client.subscribe(`app.${name}`);
        client.subscribe('app.*', { queue: 'workers' });
        await client.flush();
        clients.push(client);
      }
      const [one] = clients;
      const stream = { name: 'ORDERS', subjects: ['orders.>'], storage: 'memory' };
      await one?.request('$JS.API.STREAM.CREATE.ORDERS', JSON.stringify(stream));
      const consumer = { stream_name: 'ORDERS', config: { durable_name: 'shipping', ack_policy: 'explicit' } };
      await one?.request('$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.shipping', JSON.stringify(consumer));
      one?.publish('orders.1', 'x');
      await clients.pop()?.close();
      http = new HttpMonitoring(new URL(`${rig.httpUrl}/`), (error) => failures.push(error.message));
      await http.identify();
    });
    after(async () => {
      await http.close();
      await Promise.all([system, ...clients].map((each) => each.close()));
      await rig.stop();
    });

    for (const [name, { request, decode, options = null }] of Object.entries(CASES)) {
      it(`says the same: ${name}`, async () => {
        const subject = `$SYS.REQ.SERVER.PING.${request}`;
        if (!versionAtLeast(version, REQUEST_SINCE[request])) {
          // the HTTP endpoint of IPQUEUESZ is older than its request
          const [early] = await ask(http, subject, options).catch((error: unknown) => {
            assert.equal(failureKind(error), 'no-responders');
            return [];
          });
          assert.ok(early === undefined || (request === 'IPQUEUESZ' && decode(early).ok));
          return;
        }
        const [asked] = await ask(system, subject, options);
        const [got, ...more] = await ask(http, subject, options);
        assert.ok(asked && got);
        assert.equal(more.length, 0);
        const [overNats, overHttp] = [decode(asked), decode(got)];
        assert.ok(overNats.ok && overHttp.ok, JSON.stringify([overNats, overHttp]));
        const wanted = steady(overNats.value) as typeof overNats.value;
        // what SUBSZ without a list is a page of 2.9.10 says over NATS only, and the code of HEALTHZ is the answer's own
        // over HTTP: then it is unknown, not 0
        const unsaid =
          request === 'HEALTHZ' || (request === 'SUBSZ' && options === null)
            ? (steady(unknown(overHttp.value.data)) as object)
            : {};
        assert.deepEqual(steady(overHttp.value), { ...wanted, data: { ...(wanted.data as object), ...unsaid } });
        // the same by the server's own id, and nothing by another's
        const { id } = overHttp.value.server;
        assert.equal((await ask(http, `$SYS.REQ.SERVER.${id}.${request}`, options)).length, 1);
        await assert.rejects(
          ask(http, `$SYS.REQ.SERVER.${'N'.repeat(56)}.${request}`, options),
          (error) => failureKind(error) === 'no-responders',
        );
      });
    }

    it('says the same: STATSZ, as far as VARZ goes', async () => {
      const subject = '$SYS.REQ.SERVER.PING';
      const [asked, got] = [(await ask(system, subject, null))[0], (await ask(http, subject, null))[0]];
      const [overNats, overHttp] = [decodeStatsz(asked ?? new Uint8Array()), decodeStatsz(got ?? new Uint8Array())];
      assert.ok(overNats.ok && overHttp.ok);
      const [wanted, read] = [steady(overNats.value) as typeof overNats.value, steady(overHttp.value)];
      // what HTTP monitoring does not say is unknown, not 0
      assert.deepEqual(read, { ...wanted, data: { ...wanted.data, ...unknown(overHttp.value.data) } });
    });

    it('says the same: statistics of accounts', async () => {
      const subject = '$SYS.REQ.ACCOUNT.PING.STATZ';
      for (const options of [null, { include_unused: true }]) {
        const read = async (nats: NatsConnectionLike): Promise<unknown> => {
          const [reply] = await ask(nats, subject, options);
          const { data } = JSON.parse(new TextDecoder().decode(reply)) as {
            data: { account_statz: { acc: string; conns: number }[] };
          };
          return data.account_statz.map(({ acc, conns }) => [acc, conns]).sort();
        };
        assert.deepEqual(await read(http), await read(system));
      }
    });

    it('says the same: one account', async () => {
      const read = async (nats: NatsConnectionLike): Promise<unknown> => {
        const [reply] = await ask(nats, '$SYS.REQ.ACCOUNT.APP.INFO', null);
        const { data } = JSON.parse(new TextDecoder().decode(reply)) as { data: Record<string, unknown> };
        return steady({ ...data, update_time: null, sublist_stats: null });
      };
      assert.deepEqual(await read(http), await read(system));
    });

    it('answers to the names of its server only', async () => {
      const subject = '$SYS.REQ.SERVER.PING.VARZ';
      const name = http.info.server_name ?? '';
      assert.equal((await ask(http, subject, { server_name: name })).length, 1);
      for (const options of [{ server_name: `${name}-not` }, { cluster: 'none' }]) {
        assert.equal((await ask(http, subject, options)).length, (await ask(system, subject, options)).length);
        assert.equal((await ask(http, subject, options)).length, 0);
      }
    });

    it('says what it cannot be asked, and that it has no events', async () => {
      for (const [subject, options] of [
        ['$JS.API.INFO', null],
        ['$SYS.REQ.SERVER.PING.RELOAD', null],
        ['$SYS.REQ.SERVER.PING.CONNZ', { filter_subject: 'x', acc: 'APP' }],
      ] as const) {
        await assert.rejects(ask(http, subject, options), (error: Error) => {
          assert.match(error.message, /connect over NATS/);
          return failureKind(error) === 'unsupported';
        });
      }
      assert.throws(() => http.publish());
      const error = await new Promise<Error | null>((resolve) => {
        http.subscribe('$SYS.ACCOUNT.>', { callback: resolve });
      });
      assert.equal(failureKind(error), 'unsupported');
    });

    it('counts what it reads', () => {
      const { inMsgs, inBytes, outMsgs } = http.stats();
      assert.ok(inMsgs > 10 && inBytes > 1_000 && outMsgs >= inMsgs);
      assert.deepEqual(failures, [], 'and nothing of all this was an outage');
    });

    it('follows a restart, by the new id', async () => {
      const before = http.info.server_id;
      await rig.restart();
      const [reply] = await ask(http, '$SYS.REQ.SERVER.PING.CONNZ', null);
      const decoded = decodeConnzReply(reply ?? new Uint8Array());
      assert.ok(decoded.ok);
      assert.notEqual(decoded.value.server.id, before);
      assert.equal(decoded.value.server.id, http.info.server_id);
    });

    it('says when the server is gone', async () => {
      await rig.stop();
      await assert.rejects(ask(http, '$SYS.REQ.SERVER.PING.VARZ', null), /No answer from http/);
      assert.equal(failures.length, 1);
    });
  });
}

/** The fields that are null. */
function unknown(data: unknown): object {
  return Object.fromEntries(Object.entries(data as object).filter(([, value]) => value === null));
}
