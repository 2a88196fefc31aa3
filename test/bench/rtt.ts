/**
 * How near the guardian's round trips are to the truth, on a real server, taken in turn: its native one against a raw PING and
 * PONG on a bare socket, its app one against a raw publish of the same request, to the same responder and back. `npm run
 * bench:rtt`. What a request without the header of the contract would take, which costs the responder less, is told beside it.
 */
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { connect } from '@nats-io/transport-node';
import pino from 'pino';
import { ping, RttProbe } from '../../guardian-node/rtt.ts';
import { HEADERS } from '../../protocol/index.ts';
import { WallClock } from '../../guardian-node/wall-clock.ts';
import { CAPABILITIES, GuardianProcess } from '../guardian/guardian-process.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

const LEAST_PAIRS = 2_000;
const LIMITS = { native: 1.15, app: 1.3 } as const;

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '16000' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(`Usage: npm run bench:rtt -- [--pairs N]

Interleaved pairs (16,000; at least ${LEAST_PAIRS}) of the guardian's round trip and a raw one, in microseconds. Fails when the
median of native is over ${LIMITS.native} times a raw PING on a bare socket, or app over ${LIMITS.app} times a raw publish of the same
request to the responder and back. One without the contract's header is shown as well, and has no limit.`);
  process.exit(0);
}
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < LEAST_PAIRS) {
  console.error(`bench:rtt: --pairs ${values.pairs} is not allowed; expected a whole number, at least ${LEAST_PAIRS}`);
  process.exit(2);
}

const rig = await startNatsServer({});
const list = CAPABILITIES.map((line) => `  - ${line}\n`).join('');
const head = 'metadata: { unit_id: hub }\ninterval_ms: 3600000\nrtt: { echoes_per_second: 20000 }\n';
const responder = new GuardianProcess({ env: { NATS_URL: rig.url }, profile: `${head}capabilities:\n${list}` });
const nats = await connect({ servers: rig.url });
const probe = new RttProbe('bench', new WallClock(), pino({ level: 'silent' }));
const bare = await bareConnection(rig.port);
const size = { samples: 1, limitMs: 1_000 };
/** One sample of the probe's, in nanoseconds as it times them. */
const app = async (): Promise<number> => (await probe.echo(nats, 'ops.echo.hub', size.limitMs)).ns;
await waitFor(async () => (await probe.measureTarget(nats, 'ops.echo.hub', size)).errors.length === 0, {
  what: () => `the responder; it says:\n${responder.stderr}`,
});

console.log(
  `nats-server ${rig.version}, Node ${process.version}, ${pairs} interleaved pairs on loopback, load ${load()}`,
);
console.log('                    p50        min        p99 µs');
const over: string[] = [];
await compare('native', () => ping(nats), 'raw PING/PONG', bare.ping);
await compare('app', app, 'raw publish', bare.request);
await compare('app', app, 'without header', bare.empty, null);
console.log(`load of the machine at the end ${load()}`);

bare.close();
await nats.close();
await responder.stop();
await rig.stop();
if (over.length > 0) {
  console.error(`over the limit: ${over.join(', ')}`);
  process.exit(1);
}

type Sample = () => Promise<number>;

async function compare(
  name: keyof typeof LIMITS,
  ours: Sample,
  rawName: string,
  raw: Sample,
  limit: number | null = LIMITS[name],
): Promise<void> {
  for (let i = 0; i < 1_000; i++) await Promise.all([ours(), raw()]); // warm up the compiler
  const [a, b]: [number[], number[]] = [[], []];
  for (let i = 0; i < pairs; i++) {
    // Who goes first changes, so that neither always finds the caches of the other.
    if (i % 2 === 0) a.push(await ours());
    b.push(await raw());
    if (i % 2 === 1) a.push(await ours());
  }
  row(`guardian ${name}`, a);
  row(rawName, b);
  const ratio = at(a, 0.5) / at(b, 0.5);
  console.log(`${name}: ratio of medians ${ratio.toFixed(3)}${limit === null ? '' : `, limit ${limit}`}`);
  if (limit !== null && !(ratio <= limit)) over.push(`${name} ${ratio.toFixed(3)}`);
}

function at(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((x, y) => x - y);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN) / 1e3;
}

function row(name: string, samples: readonly number[]): void {
  const figures = [0.5, 0, 0.99].map((q) => at(samples, q).toFixed(1).padStart(8));
  console.log(`${name.padEnd(16)}${figures.join('   ')}`);
}

function load(): string {
  return loadavg()[0]?.toFixed(2) ?? 'unknown';
}

interface BareConnection {
  readonly ping: Sample;
  /** An echo request as the contract has it. */
  readonly request: Sample;
  /** One without the header that the contract asks for. */
  readonly empty: Sample;
  readonly close: () => void;
}

/** A socket that speaks just enough of the protocol to be answered. */
async function bareConnection(port: number): Promise<BareConnection> {
  const socket = connectSocket(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'data'); // INFO
  let pong: (() => void) | null = null;
  let echoed: (() => void) | null = null;
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1');
    if (text.includes('PING\r\n')) socket.write('PONG\r\n');
    if (text.includes('PONG\r\n')) pong?.();
    if (text.includes('MSG ')) echoed?.();
  });
  socket.write('CONNECT {"verbose":false,"pedantic":false,"headers":true}\r\nSUB _INBOX.bare 1\r\n');
  const timed = (send: string, arm: (resolve: () => void) => void): Sample => {
    return async () => {
      const start = process.hrtime.bigint();
      await new Promise<void>((resolve) => {
        arm(resolve);
        socket.write(send);
      });
      return Number(process.hrtime.bigint() - start);
    };
  };
  const header = `NATS/1.0\r\n${HEADERS.sentAt}: ${Date.now() * 1_000}\r\n\r\n`;
  const request = `HPUB ops.echo.hub _INBOX.bare ${header.length} ${header.length}\r\n${header}\r\n`;
  return {
    ping: timed('PING\r\n', (resolve) => (pong = resolve)),
    request: timed(request, (resolve) => (echoed = resolve)),
    empty: timed('PUB ops.echo.hub _INBOX.bare 0\r\n\r\n', (resolve) => (echoed = resolve)),
    close: () => socket.destroy(),
  };
}
