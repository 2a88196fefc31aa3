/** The client in Node, on real servers. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  connect,
  ClientError,
  type Client,
  type ClientEvent,
  type ClientOptions,
  type Message,
} from '../../client/node/index.ts';
import { decodeLog } from '../../protocol/index.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

const USERS = `accounts { A: { users: [
  { user: app, password: "secret-of-app", permissions: { publish: { deny: ["no.publish"] }, subscribe: { deny: ["no.subscribe"] } } }
  { user: other, password: "secret-of-other" }
] } }`;
const APP = { user: 'app', password: 'secret-of-app' };
const OTHER = { user: 'other', password: 'secret-of-other' };

interface Bench {
  readonly server: NatsServerRig;
  readonly events: ClientEvent[];
  readonly open: (options?: Partial<ClientOptions>) => Promise<Client>;
}

async function bench(t: TestContext, bin: string, config = USERS): Promise<Bench> {
  const server = await startNatsServer({ bin, config });
  t.after(() => server.stop());
  const events: ClientEvent[] = [];
  return {
    server,
    events,
    async open(options = {}) {
      const onEvent = (event: ClientEvent): void => void events.push(event);
      const client = await connect({ servers: server.url, name: 'app-1', login: APP, onEvent, ...options });
      t.after(() => client.close());
      return client;
    },
  };
}

/** Changes text of the server's configuration and has it read again. */
function reload({ dir, pid }: NatsServerRig, from: string, to: string): void {
  const file = join(dir, 'nats-server.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
  process.kill(pid, 'SIGHUP');
}

/** That a promise fails with this kind of error, and its message. */
async function fails(kind: string, promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof ClientError, `no ClientError: ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  return error.message;
}

for (const { path, version } of natsServerBins()) {
  describe(`client in Node, nats-server ${version}`, { timeout: 60_000 }, () => {
    it('publishes text, bytes and JSON with headers; a handler hears them by wildcard', async (t) => {
      const { server, open } = await bench(t, path);
      const client = await open();
      const other = await open({ name: 'other', login: OTHER });
      const heard: Message[] = [];
      other.subscribe('orders.*.created', (message) => heard.push(message));
      await other.flush();
      assert.equal(
        client.publish('orders.1.created', 'text', { headers: { 'X-Kind': 'new', Tag: ['a', 'b'] } }),
        'sent',
      );
      client.publish('orders.2.created', { id: 2 });
      client.publish('orders.3.created', Uint8Array.of(0, 255));
      client.publish('orders.4.gone', 'not heard');
      await waitFor(() => heard.length === 3, { what: 'three messages' });
      const [text, json, bytes] = heard;
      assert.equal(text?.text(), 'text');
      assert.deepEqual(text?.headers.get('X-Kind'), ['new']);
      assert.deepEqual(text?.headers.get('Tag'), ['a', 'b']);
      assert.deepEqual(json?.json(), { id: 2 });
      assert.deepEqual([...(bytes?.data ?? [])], [0, 255]);
      assert.equal(client.server?.version, version);
      const connz = (await (await fetch(`${server.httpUrl}/connz`)).json()) as { connections: { name: string }[] };
      assert.deepEqual(connz.connections.map(({ name }) => name).sort(), ['app-1', 'other']);
    });

    it('a loop reads messages in order, counts what it was too slow for, and unsubscribes when it is left', async (t) => {
      const { server, open } = await bench(t, path);
      const client = await open();
      const messages = client.subscribe('n.>', { max: 10 });
      await client.flush();
      const other = await open({ name: 'other', login: OTHER });
      for (let n = 0; n < 30; n++) other.publish(`n.${n}`);
      await waitFor(() => messages.received === 30, { what: 'thirty messages' });
      const read: string[] = [];
      for await (const message of messages) {
        read.push(message.subject);
        if (read.length === 10) break;
      }
      assert.deepEqual(
        read,
        Array.from({ length: 10 }, (_, i) => `n.${i + 20}`),
      );
      assert.equal(messages.dropped, 20);
      await client.flush();
      const subsz = (await (await fetch(`${server.httpUrl}/subsz?subs=1`)).json()) as {
        subscriptions_list?: { subject: string }[];
      };
      assert.deepEqual(
        (subsz.subscriptions_list ?? []).filter(({ subject }) => subject === 'n.>'),
        [],
      );
    });

    it('asks one, asks many, and says why no answer came', async (t) => {
      const { open } = await bench(t, path);
      const client = await open();
      for (const name of ['a', 'b', 'c']) {
        const answering = await open({ name, login: OTHER });
        answering.subscribe('who', (message) => message.respond(name, { headers: { From: name } }));
        await answering.flush();
      }
      const one = await client.request('who', 'you?');
      assert.ok(['a', 'b', 'c'].includes(one.text()), one.text());
      assert.deepEqual(one.headers.get('From'), [one.text()]);
      const all: string[] = [];
      for await (const answer of client.requestMany('who', '', { waitMs: 500 })) all.push(answer.text());
      assert.deepEqual(all.sort(), ['a', 'b', 'c']);
      const two: string[] = [];
      for await (const answer of client.requestMany('who', '', { waitMs: 5_000, max: 2 })) two.push(answer.text());
      assert.equal(two.length, 2);
      assert.equal(await fails('no-responders', client.request('nobody')), 'nobody: nobody listens');
      const none = client.requestMany('nobody');
      assert.equal(await fails('no-responders', none.next()), 'nobody: nobody listens');
      const mute = await open({ name: 'mute', login: OTHER });
      mute.subscribe('mute', () => undefined);
      await mute.flush();
      assert.equal(
        await fails('timeout', client.request('mute', '', { timeoutMs: 50 })),
        'mute: nobody answered in time',
      );
      await fails('permission', client.request('no.publish'));
    });

    it('logs in the contract’s form, without its secrets, and keeps lines while it is cut off', async (t) => {
      const { server, open, events } = await bench(t, path);
      const client = await open({ log: { unit: 'press-7', component: 'press', level: 'debug' } });
      const other = await open({ name: 'other', login: OTHER });
      const heard: Message[] = [];
      other.subscribe('ops.log.>', (message) => heard.push(message));
      await other.flush();
      client.logger.info('started', { port: 80n, at: new Date(0), password: 'it is secret-of-app' });
      client.logger.component('cutter').error('stuck', new Error('no paper'));
      client.logger.debug('detail');
      await waitFor(() => heard.length === 3, { what: 'three lines' });
      const lines = heard
        .map(({ subject, data }) => decodeLog(subject, data))
        .map((line) => (line.ok ? line.value : null));
      assert.deepEqual(
        heard.map(({ subject }) => subject),
        ['ops.log.info.press-7', 'ops.log.error.press-7', 'ops.log.debug.press-7'],
      );
      const fields = { port: '80', at: '1970-01-01T00:00:00.000Z', password: 'it is [redacted]' };
      assert.deepEqual(lines[0]?.fields, fields);
      assert.equal(lines[0]?.component, 'press');
      assert.equal(lines[1]?.component, 'cutter');
      assert.match(lines[1]?.trace ?? '', /^Error: no paper\n/);
      assert.deepEqual(
        lines.flatMap((line) => line?.problems ?? ['unreadable']),
        [],
      );
      // Only this client is thrown out, so that the other misses nothing of its return.
      reload(server, 'secret-of-app', 'changed');
      await waitFor(() => events.some(({ type }) => type === 'login-refused'), { what: 'the refusal' });
      for (let n = 0; n < 300; n++) client.logger.info(`line ${n}`);
      reload(server, 'changed', 'secret-of-app');
      await waitFor(() => heard.length >= 3 + 257, { what: () => `the kept lines; heard ${heard.length}` });
      const kept = heard.slice(3).map((message) => (message.json() as { message: string }).message);
      assert.equal(kept[0], 'line 44', 'the oldest were dropped');
      assert.equal(kept.at(-2), 'line 299');
      assert.equal(kept.at(-1), '44 log lines were dropped while there was no connection');
    });

    it('comes back after its server was killed, with its subscriptions, and says so', async (t) => {
      const { server, open, events } = await bench(t, path);
      const client = await open();
      const heard: string[] = [];
      client.subscribe('a', (message) => heard.push(message.text()));
      const loop = client.subscribe('b');
      await server.kill();
      await waitFor(() => client.state === 'reconnecting', { what: 'the client to notice' });
      assert.equal(client.publish('a', 'lost'), 'later');
      await fails('not-connected', client.request('a'));
      client.subscribe('c', (message) => heard.push(message.text()));
      await server.restart();
      await waitFor(() => client.state === 'connected', { what: 'the client to come back' });
      client.publish('a', 'one');
      client.publish('c', 'three');
      client.publish('b', 'two');
      for await (const message of loop) {
        assert.equal(message.text(), 'two');
        break;
      }
      assert.deepEqual(heard, ['one', 'three']);
      assert.equal(client.reconnects, 1);
      const told = events.filter(({ type }) => type === 'connected' || type === 'disconnected');
      assert.deepEqual(
        told.map((event) => (event.type === 'connected' ? event.again : event.type)),
        [false, 'disconnected', true],
      );
      await client.close();
      assert.equal(client.state, 'closed');
      assert.equal(events.at(-1)?.type, 'closed');
      await fails('closed', client.request('a'));
    });

    it('says once what it may not do; a refused loop fails, and what a handler throws ends nothing', async (t) => {
      const { open, events } = await bench(t, path);
      const client = await open();
      client.publish('no.publish');
      await client.flush();
      await waitFor(() => events.some(({ type }) => type === 'forbidden'), { what: 'the refusal' });
      assert.equal(client.publish('no.publish'), 'refused');
      const loop = client.subscribe('no.subscribe')[Symbol.asyncIterator]();
      assert.match(await fails('permission', loop.next()), /does not allow the subscription to no\.subscribe/);
      const forbidden = events
        .filter((event) => event.type === 'forbidden')
        .map(({ operation, subject }) => `${operation} ${subject}`);
      assert.deepEqual(forbidden, ['publish no.publish', 'subscription no.subscribe']);
      client.subscribe('x', () => {
        throw new Error('in the handler');
      });
      client.subscribe('x', () => Promise.reject(new Error('later')));
      client.publish('x');
      const said = (): string[] => events.flatMap((event) => (event.type === 'problem' ? [event.error.message] : []));
      await waitFor(() => said().length === 2, { what: 'both problems' });
      assert.deepEqual(said(), ['in the handler', 'later']);
      assert.equal(client.state, 'connected');
    });

    it('a refused first login and options that cannot be are errors at once', async (t) => {
      const { server, open } = await bench(t, path);
      const wrong = open({ login: { user: 'app', password: 'wrong-password' } });
      assert.doesNotMatch(await fails('auth', wrong), /wrong-password/);
      const rows: readonly (readonly [Partial<ClientOptions>, RegExp])[] = [
        [{ servers: [] }, /servers: none is named/],
        [{ servers: 'ws://a:1' }, /no address; write nats:\/\/host:port/],
        [{ servers: 'nats://u:p@a:1' }, /holds a login/],
        [{ login: { ...APP, token: 't' } }, /user and token are both given/],
        [{ name: 'a.b' }, /log\.unit, or the name.*holds "\."/],
        [{ tls: { certFile: '/a.pem' } }, /certFile and keyFile go together/],
      ];
      for (const [options, want] of rows) assert.match(await fails('options', open(options)), want);
      assert.match(
        await fails('credentials', open({ login: { credsFile: '/nowhere.creds' } })),
        /\/nowhere\.creds is not there/,
      );
      assert.match(await fails('credentials', open({ login: { creds: 'hello' } })), /no credentials file/);
      const client = await open();
      for (const subject of ['a b', 'a..b', '', 'a.*', 'a\r\nPUB b 0']) {
        assert.throws(() => client.publish(subject), { name: 'ClientError', kind: 'options' });
      }
      assert.throws(() => client.publish('a', '', { headers: { 'X\r\nY': '1' } }), /no name of a header/);
      assert.throws(() => client.publish('a', '', { headers: { X: '1\r\nY: 2' } }), /one line/);
      assert.equal(server.running, true);
    });

    it('waits for a server that is not there yet, until it is told to stop', async (t) => {
      const { server, open, events } = await bench(t, path);
      await server.stop();
      const stop = new AbortController();
      const given = open({ signal: stop.signal });
      await waitFor(() => events.some(({ type }) => type === 'waiting'), { what: 'the first attempt to fail' });
      stop.abort();
      await fails('closed', given);
      const waiting = open();
      await server.restart();
      assert.equal((await waiting).state, 'connected');
    });
  });
}
