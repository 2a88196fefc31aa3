/** chronyd's monitoring protocol: recorded packets, and a daemon that misbehaves. The real daemon is in test/rigs-tests. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { ChronyUdpReader, parseSource, parseTracking } from '../../../guardian-node/time/chrony-udp.ts';
import { ClockReadError } from '../../../guardian-node/time/reader.ts';

/** Replies of chronyd 4.3 that follows a server on 127.0.0.1, as they came over UDP. */
const TRACKING = Buffer.from(
  '06020000002100050000000000000000d539209a00000000000000007f0000017f0000010000000000000000000000000001000000020000000000006b04f58c' +
    '25a45aabe4f3fa8ee114f094e2a6cb9b0686aeb9ff74e10c0c9d4da3eadfef58e69bf0300481ae11',
  'hex',
);
const COUNT = Buffer.from('06020000000e00020000000000000000fe824d98000000000000000000000001', 'hex');
const SOURCE = Buffer.from(
  '06020000000f000300000000000000007a8805e400000000000000007f000001000000000000000000000000000100000000000100000000000000ff00000002' +
    'e365de23df6d9053e8e2003d',
  'hex',
);

type Answer = (request: Buffer) => Buffer | null;

async function fakeChronyd(t: TestContext, answer: Answer): Promise<ChronyUdpReader> {
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    const reply = answer(request);
    if (reply) socket.send(reply, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return new ChronyUdpReader('127.0.0.1', socket.address().port);
}

/** A recorded reply under the request's own sequence number. */
function replyTo(request: Buffer): Buffer {
  const command = request.readUInt16BE(4);
  const reply = Buffer.from(command === 33 ? TRACKING : command === 14 ? COUNT : SOURCE);
  request.copy(reply, 16, 8, 12);
  return reply;
}

const failure = (kind: string, words: RegExp) => (error: unknown) =>
  error instanceof ClockReadError && error.failure === kind && words.test(error.message);

test('recorded packets give the figures that chronyc printed', () => {
  const tracking = parseTracking(TRACKING);
  assert.equal(tracking.refId, '7F000001');
  assert.equal(tracking.name, '127.0.0.1');
  assert.equal(tracking.stratum, 2);
  assert.equal(tracking.leap, 'Normal');
  assert.ok(Math.abs((tracking.refTimeS ?? 0) - 1795487116.631528) < 1e-3);
  assert.ok(Math.abs(tracking.systemTimeS - -0.0000290845) < 1e-9);
  assert.ok(Math.abs(tracking.rootDelayS - 0.000213561) < 1e-9);
  const source = parseSource(SOURCE);
  assert.deepEqual(
    [source.mode, source.state, source.name, source.stratum, source.poll, source.reach, source.lastRxS],
    ['server', 'selected', '127.0.0.1', 1, 0, 0o377, 2],
  );
});

test('a request is as long as its reply, so that chronyd answers it', async (t) => {
  const lengths = new Map<number, number>();
  const reader = await fakeChronyd(t, (request) => {
    lengths.set(request.readUInt16BE(4), request.length);
    return replyTo(request);
  });
  const reading = await reader.read();
  assert.equal(reading.sources.length, 1);
  assert.ok((lengths.get(33) ?? 0) >= 104 && (lengths.get(14) ?? 0) >= 32 && (lengths.get(15) ?? 0) >= 76);
});

test('nobody there: said at once, with what was asked', async (t) => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  const reader = new ChronyUdpReader('127.0.0.1', port);
  t.after(() => reader.close());
  await assert.rejects(reader.read(), failure('absent', /chronyd 127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)/));
});

test('a host that is not found is said to be that, not to have answered strangely', async () => {
  const reader = new ChronyUdpReader('chrony.invalid', 323);
  await assert.rejects(reader.read(), failure('absent', /chronyd chrony\.invalid:323 does not answer \(E/));
});

test('a daemon that hangs is given up within a second', async (t) => {
  const reader = await fakeChronyd(t, () => null);
  const start = performance.now();
  await assert.rejects(reader.read(), failure('timeout', /hung/));
  assert.ok(performance.now() - start < 1_500);
});

test('one lost packet is asked for again', async (t) => {
  let lost = false;
  const reader = await fakeChronyd(t, (request) => {
    if (lost) return replyTo(request);
    lost = true;
    return null;
  });
  assert.equal((await reader.read()).tracking.stratum, 2);
});

test('a refusal and strange replies are told apart, and none is taken for a reading', async (t) => {
  const refusing = await fakeChronyd(t, (request) => {
    const reply = replyTo(request);
    reply.writeUInt16BE(2, 8);
    return reply;
  });
  await assert.rejects(refusing.read(), failure('refused', /status 2/));
  const short = await fakeChronyd(t, (request) => replyTo(request).subarray(0, 40));
  await assert.rejects(short.read(), failure('garbled', /another question/));
  const noise = await fakeChronyd(t, () => Buffer.from('hello'));
  await assert.rejects(noise.read(), failure('timeout', /./));
  const forged = await fakeChronyd(t, (request) => {
    const reply = replyTo(request);
    reply.writeUInt32BE((request.readUInt32BE(8) ^ 1) >>> 0, 16);
    return reply;
  });
  await assert.rejects(forged.read(), failure('timeout', /./));
});
