/**
 * Seven days of a guardian in minutes: its own code, a real nats-server with a stream, the protocol of chronyd; only the
 * waiting between two rounds is left out, by clocks that are set on instead. Says how memory and handles went, and ends with 1
 * where the heap after the first day grew by more than a twentieth, or a handle was left. `npm run bench:seven-days`.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, headers } from '@nats-io/transport-node';
import { startNatsServer } from '../rigs/nats-server.ts';
import { createOps } from '../rigs/ops-stream.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { SkippingClock } from './skipping-clock.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run bench:seven-days -- [--days D]

  --days  simulated, at the default interval of 5 s: 17,280 rounds a day (7); the first is the warm-up

Each simulated hour chronyd loses its source for ten minutes, units ask the echo, and a fault is logged; each half day the
server is killed and comes back.`);
  process.exit(0);
}
const days = Number(values.days);
const MOST_GROWTH = 1.05;
/** Nearly the default: no other timer has this length, and so none is taken for it. */
const INTERVAL_MS = 4_999;
const HOUR_MS = 3_600_000;
const UNIT = 'leaf-1';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const folder = temporaryFolder('seven-days');
const server = await startNatsServer({
  config: `jetstream { store_dir: "${join(folder, 'js')}" }
accounts { UNITS: { jetstream: enabled, users: [{ user: guardian, password: guardian }, { user: other, password: other }] } }
no_auth_user: other
`,
});
const other = await connect({ servers: server.url, user: 'other', pass: 'other', maxReconnectAttempts: -1 });
await createOps(other, 120_000, { storage: 'memory', max_msgs: 1_000 });

// ---- a day begins: from here on every wait of a whole interval, or of the part after a reconnect, is skipped
const clock = new SkippingClock([INTERVAL_MS, 0.4 * INTERVAL_MS]);
const begin = Date.now();
const simulatedMs = (): number => Date.now() - begin;

const chronyd = await startChronyd(() => simulatedMs() % HOUR_MS < 600_000);
const profile = join(folder, 'profile.yaml');
writeFileSync(
  profile,
  `metadata: { unit_id: ${UNIT}, role: leaf }
interval_ms: ${INTERVAL_MS}
capabilities: [{ subject: 'ops.>', allow: [pub, sub] }, { subject: '_INBOX_${UNIT}.>', allow: [pub, sub] }]
thresholds: { event_loop_ms: 60000 }
store: { hub: { api: $JS.API } }
`,
);
Object.assign(process.env, {
  NATS_URL: server.url,
  NATS_GUARDIAN_USER: 'guardian',
  NATS_GUARDIAN_PASSWORD: 'guardian',
  CHRONY_PORT: String(chronyd.port),
  LOG_LEVEL: 'error',
});
let beats = 0;
const round = new Set<string>();
for (const part of ['heartbeat', 'metric.rtt', 'metric.time'])
  other.subscribe(`ops.${part}.${UNIT}`, {
    callback: () => {
      if (part === 'heartbeat') beats++;
      // a round is over when each of its parts is published
      if (round.add(part).size < 3) return;
      round.clear();
      clock.idle();
    },
  });
const { run } = await import('../../guardian-node/run.ts');
const ended = run({ profile, version: 'seven-days' });

interface Reading {
  readonly hours: number;
  readonly heapKb: number;
  readonly handles: number;
  readonly files: number;
}
const readings: Reading[] = [];
const real = clock.realNow();
console.log('   hours      heap   handles   files   heartbeats   minutes taken');
for (let hour = 1; hour <= days * 24; hour++) {
  clock.until(begin + hour * HOUR_MS);
  await clock.reached();
  await disturb(hour);
  if (hour % 6 !== 0) continue;
  readings.push(await look(hour));
}
clock.stop();
process.emit('SIGTERM');
await ended;
await other.close();
chronyd.close();
await server.stop();

const first = readings.filter(({ hours }) => hours <= 24);
const later = readings.filter(({ hours }) => hours > 24);
const most = (list: readonly Reading[], of: (reading: Reading) => number): number => Math.max(...list.map(of));
const growth = most(later, ({ heapKb }) => heapKb) / most(first, ({ heapKb }) => heapKb);
const handles = most(later, (each) => each.handles) - most(first, (each) => each.handles);
const files = most(later, (each) => each.files) - most(first, (each) => each.files);
const isRight = growth <= MOST_GROWTH && handles <= 0 && files <= 0;
console.log(
  `heap after the first day at most ${growth.toFixed(3)} times that of the first (limit ${MOST_GROWTH}), handles ${handles > 0 ? '+' : ''}${handles}, files ${files > 0 ? '+' : ''}${files}`,
);
process.exitCode = isRight ? 0 : 1;

/** Between two looks nothing is under way: garbage goes, what is kept stays. */
async function look(hours: number): Promise<Reading> {
  await delay(300);
  collect();
  await delay(50);
  collect();
  const reading = {
    hours,
    heapKb: Math.round(process.memoryUsage().heapUsed / 1_024),
    handles: process.getActiveResourcesInfo().filter((each) => each !== 'Timeout' && each !== 'Immediate').length,
    files: readdirSync('/proc/self/fd').length,
  };
  const minutes = (clock.realNow() - real) / 60_000;
  const columns = [hours, `${reading.heapKb} kB`, reading.handles, reading.files, beats, minutes.toFixed(1)];
  const widths = [8, 10, 10, 8, 13, 16];
  console.log(columns.map((each, i) => String(each).padStart(widths[i] ?? 0)).join(''));
  return reading;
}

/** What happens to a guardian: others ask it, what it uses fails, its server goes. */
async function disturb(hour: number): Promise<void> {
  const asked = headers();
  asked.set('X-Sent-At', String(Date.now() * 1e3));
  for (let i = 0; i < 50; i++)
    other.publish(`ops.echo.${UNIT}`, 'x'.repeat(i * 100), { headers: asked, reply: '_INBOX.other' });
  other.publish(`ops.echo.${UNIT}`, 'x', { reply: 'ops.heartbeat.another' });
  await other.flush();
  if (hour % 12 !== 0) return;
  await server.kill();
  await delay(200);
  await server.restart();
  const ops = (): Promise<boolean> =>
    createOps(other, 120_000, { storage: 'memory', max_msgs: 1_000 }).then(
      () => true,
      () => false,
    );
  await waitFor(ops, { what: 'the server to be back', everyMs: 100 });
  const before = beats;
  while (beats === before) await delay(20);
}

/** Replies of chronyd 4.3 as they came over UDP, with times of now; while `isLost` its clock is no longer set. */
async function startChronyd(isLost: () => boolean): Promise<{ port: number; close: () => void }> {
  const tracking = Buffer.from(
    '06020000002100050000000000000000d539209a00000000000000007f0000017f0000010000000000000000000000000001000000020000000000006b04f58c' +
      '25a45aabe4f3fa8ee114f094e2a6cb9b0686aeb9ff74e10c0c9d4da3eadfef58e69bf0300481ae11',
    'hex',
  );
  const count = Buffer.from('06020000000e00020000000000000000fe824d98000000000000000000000001', 'hex');
  const source = Buffer.from(
    '06020000000f000300000000000000007a8805e400000000000000007f000001000000000000000000000000000100000000000100000000000000ff00000002' +
      'e365de23df6d9053e8e2003d',
    'hex',
  );
  const refTime = tracking.indexOf(Buffer.from('6b04f58c', 'hex'));
  const reach = source.indexOf(Buffer.from('00ff00000002', 'hex'));
  let setAt = Date.now();
  const socket = createSocket('udp4');
  socket.on('message', (request, { port, address }) => {
    if (!isLost()) setAt = Date.now() - 2_000;
    tracking.writeUInt32BE(Math.floor(setAt / 1e3), refTime);
    source.writeUInt16BE(isLost() ? 0 : 0o377, reach);
    source.writeUInt32BE(Math.round((Date.now() - setAt) / 1e3), reach + 2);
    const command = request.readUInt16BE(4);
    const reply = Buffer.from(command === 33 ? tracking : command === 14 ? count : source);
    request.copy(reply, 16, 8, 12);
    socket.send(reply, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}
