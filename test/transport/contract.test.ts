/**
 * One set of expectations for every client that the kit may be handed, the fake among them: what the kit relies on is
 * what real nats.ws and real @nats-io/nats-core do against a real server.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect as connectCore } from '@nats-io/transport-node';
import { connect as connectWs } from 'nats.ws';
import { WebSocket } from 'ws';
import { failureKind } from '../../components/core/transport/errors.ts';
import type { MessageLike, NatsConnectionLike } from '../../components/core/transport/nats-like.ts';
import { watchConnection } from '../../client/watch.ts';
import { FakeNats } from '../../components/testing/index.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

Object.assign(globalThis, { WebSocket });

/** One way to get a connection, and what a test may do to it from outside. */
interface Bench {
  readonly nats: NatsConnectionLike;
  /** A message from somebody else. */
  send(subject: string, text: string, headers?: Record<string, string>): Promise<void>;
  cut(): Promise<void>;
  restore(): Promise<void>;
  end(): Promise<void>;
}

const USERS = `
accounts { A: { users: [
  { user: tester, password: pass, permissions: { publish: { deny: "no.publish" }, subscribe: { deny: "no.subscribe" } } }
  { user: other, password: pass }
] } }`;

async function realBench(bin: string, kind: 'nats.ws' | 'nats-core'): Promise<Bench> {
  const server: NatsServerRig = await startNatsServer({ bin, config: USERS });
  const options = { user: 'tester', pass: 'pass', reconnectTimeWait: 50, maxReconnectAttempts: -1 };
  const nats: NatsConnectionLike =
    kind === 'nats.ws'
      ? await connectWs({ ...options, servers: server.wsUrl })
      : await connectCore({ ...options, servers: server.url });
  const other = await connectCore({
    servers: server.url,
    user: 'other',
    pass: 'pass',
    reconnectTimeWait: 50,
    maxReconnectAttempts: -1,
  });
  const answering = other.subscribe('real.echo', { callback: (_error, message) => void message.respond(message.data) });
  await other.flush();
  return {
    nats,
    send: async (subject, text, headers) => {
      const { headers: make } = await import('@nats-io/transport-node');
      const all = make();
      for (const [key, value] of Object.entries(headers ?? {})) all.set(key, value);
      // after a cut it may be a moment later back than the connection under test
      await waitFor(
        () =>
          other.flush().then(
            () => true,
            () => false,
          ),
        { what: 'the other client' },
      );
      other.publish(subject, text, headers ? { headers: all } : {});
      await other.flush();
    },
    cut: () => server.kill(),
    restore: () => server.restart(),
    end: async () => {
      answering.unsubscribe();
      await nats.close();
      await other.close();
      await server.stop();
    },
  };
}

function fakeBench(): Promise<Bench> {
  const nats = new FakeNats();
  nats.deny('no.publish');
  nats.deny('no.subscribe');
  nats.respond('real.echo', (_subject, body) => [body]);
  return Promise.resolve({
    nats,
    send: (subject: string, text: string, headers?: Record<string, string>) =>
      Promise.resolve(nats.deliver(subject, text, headers)),
    cut: () => Promise.resolve(nats.disconnect()),
    restore: () => Promise.resolve(nats.reconnect()),
    end: () => nats.close(),
  });
}

const benches: [string, () => Promise<Bench>][] = [['the fake', fakeBench]];
for (const { path, version } of natsServerBins())
  for (const kind of ['nats.ws', 'nats-core'] as const)
    benches.push([`${kind} on nats-server ${version}`, () => realBench(path, kind)]);

const text = (message: MessageLike): string => new TextDecoder().decode(message.data);

for (const [name, make] of benches) {
  describe(`a connection as the kit sees it: ${name}`, () => {
    let bench: Bench;
    before(async () => {
      bench = await make();
    });
    after(() => bench.end());

    it('delivers messages with their subject and headers to the callback', async () => {
      const got: MessageLike[] = [];
      const subscription = bench.nats.subscribe('some.*', { callback: (error, message) => error ?? got.push(message) });
      await bench.nats.flush();
      await bench.send('some.where', 'hello', { 'X-Unit-ID': 'leaf-1' });
      await waitFor(() => got.length === 1, { what: 'the message' });
      assert.equal(got[0]?.subject, 'some.where');
      assert.equal(got[0] && text(got[0]), 'hello');
      assert.equal(got[0]?.headers?.get('X-Unit-ID'), 'leaf-1');
      assert.equal(got[0]?.headers?.has('X-Sequence'), false);
      subscription.unsubscribe();
      await bench.nats.flush();
      await bench.send('some.where', 'again');
      await bench.nats.flush();
      assert.equal(got.length, 1);
    });

    it('answers requests to many', async () => {
      const replies: string[] = [];
      const options = { strategy: 'timer', maxWait: 200 };
      const begin = performance.now();
      for await (const reply of await bench.nats.requestMany('real.echo', 'hi', options)) replies.push(text(reply));
      assert.deepEqual(replies, ['hi']);
      assert.ok(performance.now() - begin >= 190, 'there is no end marker: the answer is over when the time is');
    });

    it('fails a request that nobody answers as no-responders', async () => {
      assert.equal(await outcome(bench.nats, 'nobody.here'), 'no-responders');
    });

    it('fails a request that is not allowed as permission', async () => {
      assert.equal(await outcome(bench.nats, 'no.publish'), 'permission');
    });

    it('gives a refused subscription to its callback as permission', async () => {
      const errors: string[] = [];
      bench.nats.subscribe('no.subscribe', { callback: (error) => error && errors.push(failureKind(error)) });
      await waitFor(() => errors.length > 0, { what: 'the refusal' });
      assert.deepEqual([...new Set(errors)], ['permission']);
    });

    it('counts what crosses it', async () => {
      const before = bench.nats.stats().outMsgs;
      bench.nats.publish('some.thing', 'x');
      await bench.nats.flush();
      assert.equal(bench.nats.stats().outMsgs, before + 1);
    });

    it('says when it is cut off and when it is back, with its subscriptions', async () => {
      const seen: string[] = [];
      const got: string[] = [];
      bench.nats.subscribe('kept.subject', { callback: (error, message) => error ?? got.push(text(message)) });
      await bench.nats.flush();
      const stop = watchConnection(bench.nats, {
        disconnected: () => seen.push('disconnected'),
        reconnected: () => seen.push('reconnected'),
        closed: () => seen.push('closed'),
      });
      await bench.cut();
      await waitFor(() => seen.includes('disconnected'), { what: 'disconnected' });
      await bench.restore();
      await waitFor(() => seen.includes('reconnected'), { what: 'reconnected' });
      await bench.nats.flush();
      await bench.send('kept.subject', 'after');
      await waitFor(() => got.includes('after'), { what: 'the message after the return' });
      assert.equal(seen.includes('closed'), false);
      stop();
    });

    it('says when it is closed', async () => {
      const seen: string[] = [];
      watchConnection(bench.nats, {
        disconnected: () => undefined,
        reconnected: () => undefined,
        closed: (error) => seen.push(`closed ${String(error)}`),
      });
      await bench.nats.close();
      await waitFor(() => seen.length > 0, { what: 'closed' });
      assert.deepEqual(seen, ['closed null']);
      assert.equal(bench.nats.isClosed(), true);
    });
  });
}

async function outcome(nats: NatsConnectionLike, subject: string): Promise<string> {
  try {
    for await (const reply of await nats.requestMany(subject, '', { strategy: 'timer', maxWait: 300 })) {
      if (reply.headers?.get('Status') === '503' || reply.data.length === 0) return 'no-responders';
    }
    return 'silence';
  } catch (error) {
    return failureKind(error);
  }
}
