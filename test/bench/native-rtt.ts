/**
 * How near the guardian's native round trip is to the truth: its probe against a raw PING and PONG on a bare socket, taken
 * in turn, on the same server. `npm run bench`.
 */
import { connect as connectSocket, type Socket } from 'node:net';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { connect } from '@nats-io/transport-node';
import { ping } from '../../guardian-node/rtt.ts';
import { startNatsServer } from '../rigs/nats-server.ts';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '5000' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(
    'Usage: npm run bench:native-rtt -- [--pairs N]\n\nInterleaved pairs of native round trip and raw PING/PONG (5000), in microseconds.',
  );
  process.exit(0);
}
const pairs = Number(values.pairs);

const rig = await startNatsServer({});
const nats = await connect({ servers: rig.url });
const bare = await bareConnection(rig.port);
for (let i = 0; i < 500; i++) await Promise.all([ping(nats), bare.ping()]); // warm up the compiler

const [native, raw]: [number[], number[]] = [[], []];
for (let i = 0; i < pairs; i++) {
  // Who goes first changes, so that neither always finds the caches of the other.
  const order = i % 2 === 0 ? [0, 1] : [1, 0];
  for (const which of order) {
    if (which === 0) native.push(await ping(nats));
    else raw.push(await bare.ping());
  }
}

const at = (samples: readonly number[], q: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN) / 1e3;
};
const row = (name: string, samples: readonly number[]): void =>
  console.log(
    `${name.padEnd(18)}p50 ${at(samples, 0.5).toFixed(1)} µs   min ${at(samples, 0).toFixed(1)} µs   p99 ${at(samples, 0.99).toFixed(1)} µs`,
  );
console.log(`nats-server ${rig.version}, ${pairs} interleaved pairs on loopback`);
row('guardian native', native);
row('raw PING/PONG', raw);
console.log(`ratio of medians  ${(at(native, 0.5) / at(raw, 0.5)).toFixed(3)}`);

bare.close();
await nats.close();
await rig.stop();

/** A socket that speaks just enough of the protocol to be answered. */
async function bareConnection(port: number): Promise<{ ping: () => Promise<number>; close: () => void }> {
  const socket: Socket = connectSocket(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'data'); // INFO
  let pong: (() => void) | null = null;
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1');
    if (text.includes('PING\r\n')) socket.write('PONG\r\n');
    if (text.includes('PONG\r\n')) pong?.();
  });
  socket.write('CONNECT {"verbose":false,"pedantic":false}\r\n');
  return {
    ping: async () => {
      const start = process.hrtime.bigint();
      await new Promise<void>((resolve) => {
        pong = resolve;
        socket.write('PING\r\n');
      });
      return Number(process.hrtime.bigint() - start);
    },
    close: () => socket.destroy(),
  };
}
