/** The echo: what comes back, and whom it never answers. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { createInbox, headers as natsHeaders } from '@nats-io/transport-node';
import { ECHO_MAX_BYTES, echoTime, fourTimestampOffset, HEADERS } from '../../protocol/index.ts';
import { startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

let rig: NatsServerRig;
let observer: Observer;
let guardian: GuardianProcess;
before(async () => {
  rig = await startNatsServer({ config: OPEN_CONFIG });
  observer = await Observer.on(rig.url, 'other', 'other');
  guardian = new GuardianProcess({ env: { NATS_URL: rig.url, ...LOGIN } });
  await observer.next('ops.heartbeat.leaf-1');
});
after(async () => {
  await guardian.stop();
  await observer.close();
  await rig.stop();
});

test('body and headers come back, with the times of the responder between those of the asker', async () => {
  const headers = natsHeaders();
  headers.set(HEADERS.sentAt, String(Date.now() * 1_000));
  headers.append('X-Own', 'one');
  headers.append('X-Own', 'two');
  const body = new Uint8Array([0, 255, 13, 10, 128]);
  const reply = await observer.nats.request('ops.echo.leaf-1', body, { timeout: 2_000, headers });
  const t4 = (Date.now() + 1) * 1_000;
  assert.deepEqual([...reply.data], [...body]);
  assert.deepEqual(reply.headers?.values('X-Own'), ['one', 'two']);
  const [t1, t2, t3] = [HEADERS.sentAt, HEADERS.serverReceivedAt, HEADERS.serverSentAt].map((name) =>
    echoTime(reply.headers, name),
  );
  assert.ok(t1 && t2 && t3, 'all three are decimal microseconds');
  assert.ok(t1 <= t2 && t2 <= t3 && t3 <= t4, `${t1} ${t2} ${t3} ${t4}`);
  const offset = fourTimestampOffset({ t1, t2, t3, t4 });
  assert.ok(offset && Math.abs(offset.offsetUs) <= offset.boundUs, 'one machine has one clock');
});

test('a body of 64 KiB is echoed, a larger one refused with the reason', async () => {
  const whole = await observer.nats.request('ops.echo.leaf-1', new Uint8Array(ECHO_MAX_BYTES), { timeout: 2_000 });
  assert.equal(whole.data.length, ECHO_MAX_BYTES);
  const refused = await observer.nats.request('ops.echo.leaf-1', new Uint8Array(ECHO_MAX_BYTES + 1), {
    timeout: 2_000,
  });
  assert.equal(refused.data.length, 0);
  assert.equal(refused.headers?.get(HEADERS.errorCode), '413');
  assert.match(refused.headers.get(HEADERS.error), /at most 65536 bytes/);
  const headers = natsHeaders();
  headers.set('X-Long', 'x'.repeat(20_000));
  const long = await observer.nats.request('ops.echo.leaf-1', '', { timeout: 2_000, headers });
  assert.equal(long.headers?.get(HEADERS.errorCode), '413');
});

test('malformed headers are refused with the reason, and said once', async () => {
  const malformed = ['a b: x', 'X-Own: a\rb'];
  const replies: string[] = [];
  const inbox = createInbox();
  observer.nats.subscribe(`${inbox}.*`, {
    callback: (_error, message) => {
      replies.push(message.headers?.get(HEADERS.errorCode) ?? 'no code');
    },
  });
  await observer.nats.flush();
  const socket = connect(rig.port, '127.0.0.1');
  socket.write('CONNECT {"user":"other","pass":"other","headers":true,"verbose":false}\r\n');
  for (let i = 0; i < 20; i++) {
    const head = `NATS/1.0\r\n${malformed[i % 2]}\r\n\r\n`;
    socket.write(`HPUB ops.echo.leaf-1 ${inbox}.${i} ${head.length} ${head.length}\r\n${head}\r\n`);
  }
  await waitFor(() => replies.length === 20, { what: () => `20 replies, there are ${replies.length}` });
  socket.destroy();
  assert.ok(
    replies.every((code) => code === '400'),
    replies.join(' '),
  );
  const said = guardian.lines().filter((line) => /malformed|fault/.test(line.message));
  assert.equal(said.length, 1, JSON.stringify(said));
});

test('only inboxes are answered: a request whose reply would forge another unit is dropped, counted and said once', async () => {
  const forgeries = ['ops.heartbeat.other', 'ops.log.fatal.other', 'ops.metric.time.other', 'ops.echo.leaf-1'];
  for (const reply of forgeries)
    observer.nats.publish('ops.echo.leaf-1', '{"status":"healthy","sequence":1,"ts":1}', { reply });
  observer.nats.publish('ops.echo.leaf-1', 'no reply subject at all');
  // A later request is answered, so the earlier ones have been looked at.
  const after = await observer.nats.request('ops.echo.leaf-1', 'after', { timeout: 5_000 });
  assert.equal(after.string(), 'after');
  await observer.nats.flush();
  for (const reply of forgeries.slice(0, 3)) assert.deepEqual(observer.on(reply), [], reply);
  // One that is sent back to the echo would go round for ever.
  assert.equal(observer.on('ops.echo.leaf-1').filter((m) => m.text.startsWith('{"status"')).length, forgeries.length);
  const said = guardian.lines().filter((line) => line.component === 'echo' && /no inbox/.test(line.message));
  assert.equal(said.length, 1);
  assert.match(said[0]?.message ?? '', /no inbox: ops\.heartbeat\.other/);
  assert.equal(await guardian.stop(), 0);
  const { echo } = await guardian.logged(/^SIGTERM/);
  assert.equal((echo as { dropped: number }).dropped, forgeries.length + 1);
});

test('a flood is cut to a rate that holds up nothing else', async (t) => {
  // One of its own: what is asked right after a flood may find it resting.
  const flooded = new GuardianProcess({ env: { NATS_URL: rig.url, ...LOGIN } });
  t.after(() => flooded.stop());
  await flooded.logged(/^connected to/);
  await waitFor(
    () =>
      observer.nats.request('ops.echo.leaf-1', '', { timeout: 500 }).then(
        () => true,
        () => false,
      ),
    { what: 'the first answer' },
  );
  let answers = 0;
  const refusals: string[] = [];
  const inbox = createInbox();
  observer.nats.subscribe(inbox, {
    callback: (_error, { headers }) => {
      if (headers?.has(HEADERS.error)) refusals.push(`${headers.get(HEADERS.errorCode)} ${headers.get(HEADERS.error)}`);
      else answers++;
    },
  });
  const start = performance.now();
  for (let i = 0; i < 3_000; i++) observer.nats.publish('ops.echo.leaf-1', '', { reply: inbox });
  await flooded.logged(/more than 200 echo requests a second/);
  // It answers again as soon as there is time for it.
  const sum = answers;
  await waitFor(
    () => {
      observer.nats.publish('ops.echo.leaf-1', '', { reply: inbox });
      return answers > sum;
    },
    { what: 'an answer after the flood' },
  );
  const seconds = (performance.now() - start) / 1e3;
  assert.ok(answers >= 100 && answers <= 200 * (1 + seconds) + 1, `${answers} answers in ${seconds} s`);
  // Some are told why, so that a burst that was cut does not look like a bad link.
  assert.deepEqual([...new Set(refusals)], ['429 more than 200 echo requests a second']);
  assert.equal(refusals.length <= 10 * (1 + seconds) + 1, true, `${refusals.length} refusals in ${seconds} s`);
});

test('replies that the login may not publish are one line, whatever inboxes they are for', async (t) => {
  const bound = await startNatsServer({
    config: `accounts { OPS: { users: [
      { user: guardian, password: "secret-of-guardian", permissions: { publish: { deny: ["_INBOX.>"] } } }
      { user: other, password: other } ] } }`,
  });
  t.after(() => bound.stop());
  const other = await Observer.on(bound.url, 'other', 'other');
  t.after(() => other.close());
  const replying = new GuardianProcess({ env: { NATS_URL: bound.url, ...LOGIN } });
  t.after(() => replying.stop());
  await other.next('ops.heartbeat.leaf-1');
  for (let i = 0; i < 50; i++) other.nats.publish('ops.echo.leaf-1', '', { reply: createInbox() });
  await replying.logged(/does not allow publish replies to inboxes/);
  await waitFor(() => (bound.log().match(/Publish Violation/g) ?? []).length >= 50, { what: 'all refusals' });
  assert.equal(await replying.stop(), 0);
  assert.equal(replying.lines().filter((line) => /does not allow/.test(line.message)).length, 1);
});
