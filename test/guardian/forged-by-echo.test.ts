/**
 * An echo sent where a unit speaks: a viewer may ask any unit's echo, chooses the subject that the answer goes to and most of
 * what is in it, and no server checks either. So every live reader refuses what bears the marks of an answer: each is tried
 * here, with the project's own server configuration and an honest guardian.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { headers as pageHeaders, type NatsConnection as PageConnection } from 'nats.ws';
import { adoptConnection } from '../../components/core/transport/adopted-connection.ts';
import type { Connection } from '../../components/core/transport/connection.ts';
import { requestAll } from '../../components/core/transport/request.ts';
import { connectionEvents } from '../../components/core/sources/connections-events.ts';
import { heartbeatFeed } from '../../components/core/sources/heartbeats.ts';
import { rttHistorySource } from '../../components/core/sources/rtt-history.ts';
import type { Source } from '../../components/core/sources/source.ts';
import { logFeed } from '../../components/log/log.source.ts';
import { serverEventFeed } from '../../components/sys-log/sys-log.source.ts';
import { clockSource } from '../../components/time-status/time-status.source.ts';
import {
  connectEvent,
  heartbeatMessage,
  rttMessage,
  timeMessage,
  type FakeMessage,
} from '../../components/testing/index.ts';
import { decodeHeartbeat, decodeLog, decodeRtt, decodeTime, decodeTimeConfig } from '../../protocol/index.ts';
import { connectProgram, connectViewer, loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, startNunectServer, type NunectServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';

const UNIT = 'leaf-2';
const log = {
  ts: Date.now(),
  level: 'error',
  unit: UNIT,
  component: 'disk',
  message: 'forged',
  fields: {},
  trace: null,
};
const advised = { mode: 'ptp', ptp_domain: 24, ptp_master: '203.0.113.9', ntp_servers: ['203.0.113.9'] };

/** What is forged, and the source of the kit that would show it. */
const READERS: readonly (readonly [what: string, message: FakeMessage, (c: Connection) => Source<unknown>])[] = [
  ['heartbeats', heartbeatMessage(UNIT), (c) => heartbeatFeed(c, null)],
  ['round trips', rttMessage(UNIT), (c) => rttHistorySource(c, null)],
  ['clocks', timeMessage(UNIT), (c) => clockSource(c, null)],
  ['logs', [`ops.log.error.${UNIT}`, log], (c) => logFeed(c, null, 100)],
  ['events of servers', connectEvent({ name: 'forged' }), (c) => serverEventFeed(c, 100)],
  ['connections that come and go', connectEvent({ name: 'forged' }), (c) => connectionEvents(c)],
];

for (const bin of natsServerBins()) {
  describe(`an echo where no answer belongs, on nats-server ${bin.version}`, () => {
    let server: NunectServerRig;
    let guardian: GuardianProcess;
    let attacker: PageConnection;
    let victim: PageConnection;

    before(async () => {
      server = await startNunectServer({ bin: bin.path });
      const page = async (): Promise<PageConnection> =>
        (await connectViewer(server.wsUrl, loginOf(server.secrets, 'VIEWER'))).connection as PageConnection;
      attacker = await page();
      victim = await page();
      const { user, pass } = loginOf(server.secrets, 'GUARDIAN');
      guardian = new GuardianProcess({
        env: { NATS_URL: server.url, UNIT_ID: 'leaf-1', NATS_GUARDIAN_USER: user, NATS_GUARDIAN_PASSWORD: pass },
      });
      await waitFor(() => echo('ready'), { what: () => `the guardian to answer; it says ${guardian.stderr}` });
    });
    after(async () => {
      await guardian.stop();
      await Promise.all([attacker.close(), victim.close()]);
      await server.stop();
    });

    async function echo(text: string): Promise<string | null> {
      const answer = await attacker.request('ops.echo.leaf-1', text, { timeout: 500 }).catch(() => null);
      return answer?.string() ?? null;
    }

    /** Has the honest guardian say it; resolves when it has arrived where it was sent. */
    async function forge([subject, body, head = {}]: FakeMessage): Promise<void> {
      let arrived = false;
      const heard = victim.subscribe(subject, { callback: () => (arrived = true) });
      await victim.flush();
      const list = pageHeaders();
      for (const [name, value] of Object.entries(head)) list.set(name, value);
      // an asker who would rather not be known for one
      list.set('X-Server-Received-At', '');
      attacker.publish('ops.echo.leaf-1', JSON.stringify(body), { reply: subject, headers: list });
      await waitFor(() => arrived, { what: `the echo on ${subject}` });
      heard.unsubscribe();
    }

    it('answers a viewer in its own account', async () => {
      assert.equal(await echo('there and back'), 'there and back');
    });

    for (const [what, message, open] of READERS) {
      it(`is refused by the reader of ${what}, and counted`, async () => {
        const source = open(adoptConnection(victim));
        const subscription = source.subscribe(() => undefined);
        try {
          await victim.flush();
          const before = source.snapshot;
          await forge(message);
          await waitFor(() => source.snapshot.problems.count > before.problems.count, {
            what: () => `${what} to count it: ${JSON.stringify(source.snapshot)}`,
          });
          assert.match(source.snapshot.problems.last ?? '', /answer to a request/);
          assert.equal(JSON.stringify(source.snapshot.data ?? {}).includes(UNIT), false);
          assert.equal(JSON.stringify(source.snapshot.data ?? {}).includes('forged'), false);
        } finally {
          subscription.unsubscribe();
        }
      });
    }

    it('is refused by every decoder of the contract, also one that is used without a source', async () => {
      for (const [subject, body, decode] of [
        [...heartbeatMessage(UNIT).slice(0, 2), decodeHeartbeat],
        [...rttMessage(UNIT).slice(0, 2), decodeRtt],
        [...timeMessage(UNIT).slice(0, 2), decodeTime],
        ['ops.time.config', advised, decodeTimeConfig],
        [`ops.log.error.${UNIT}`, log, decodeLog],
      ] as [string, object, typeof decodeHeartbeat | typeof decodeLog][]) {
        const came: string[] = [];
        const heard = victim.subscribe(subject, {
          callback: (_error, { data, headers }) => {
            const decoded = decode(subject, data, headers);
            came.push(decoded.ok ? 'taken' : decoded.problem.message);
          },
        });
        await victim.flush();
        await forge([subject, body]);
        await waitFor(() => came.length > 0, { what: subject });
        heard.unsubscribe();
        assert.match(came.join(), /^the answer to a request/, subject);
      }
    });

    it('is refused as an answer to somebody else’s request', async () => {
      // pages of one login share an inbox prefix, and so hear where the others' answers go
      let stolen: string | null = null;
      const spy = attacker.subscribe('_INBOX_viewer.>', { callback: (_error, { subject }) => (stolen ??= subject) });
      await attacker.flush();
      const answers: string[] = [];
      const asked = (async () => {
        const replies = requestAll(victim, '$SYS.REQ.SERVER.PING.VARZ', '', { maxWaitMs: 1_500 });
        for await (const { data } of replies) answers.push(new TextDecoder().decode(data));
      })();
      const inbox = await waitFor(() => stolen, { what: 'the answer of the server, seen by another page' });
      let landed = false;
      const heard = attacker.subscribe(inbox, {
        callback: (_error, { headers }) => (landed ||= headers !== undefined),
      });
      attacker.publish('ops.echo.leaf-1', '{"server":{"name":"forged","id":"NFORGED"}}', { reply: inbox });
      await waitFor(() => landed, { what: 'the forged answer' });
      await asked;
      for (const each of [spy, heard]) each.unsubscribe();
      assert.equal(answers.length, 1);
      assert.equal(answers[0]?.includes('forged'), false);
    });

    it('and so is what is read from a stream: an old message is no news', async () => {
      const admin = await connectProgram(server.url, loginOf(server.secrets, 'OPS_ADMIN'));
      const config = { name: 'OPS', subjects: ['ops.heartbeat.*'], storage: 'memory', allow_direct: true };
      assert.doesNotMatch(await admin.request('$JS.API.STREAM.CREATE.OPS', JSON.stringify(config)), /"error"/);
      const source = heartbeatFeed(adoptConnection(victim), null);
      const subscription = source.subscribe(() => undefined);
      try {
        await victim.flush();
        const [subject, body] = heartbeatMessage(UNIT, { unit: undefined });
        admin.publish(subject, JSON.stringify(body));
        await waitFor(() => source.snapshot.data?.some(({ unit }) => unit === UNIT), { what: 'the heartbeat itself' });
        const { count } = source.snapshot.problems;
        attacker.publish('OPSJS.DIRECT.GET.OPS', JSON.stringify({ last_by_subj: subject }), {
          reply: 'ops.heartbeat.leaf-3',
        });
        await waitFor(() => source.snapshot.problems.count > count, { what: 'the stored message, refused' });
        assert.equal(
          source.snapshot.data?.some(({ unit }) => unit === 'leaf-3'),
          false,
        );
      } finally {
        subscription.unsubscribe();
        await admin.close();
      }
    });
  });
}
