/**
 * Lame duck mode: the server tells its clients to go, closes them one after the other, and ends.
 *
 * ```ts
 * const server = await startNunectServer({ extra: LAME_DUCK_CONFIG });
 * await enterLameDuck(server); // it has said so to everybody; new clients are not let in any more
 * await ended(server);
 * ```
 */
import { spawnSync } from 'node:child_process';
import type { NatsServerRig } from './nats-server.ts';
import { waitFor } from './wait-for.ts';

/**
 * The shortest that servers accept. The grace period comes before the first client is closed; the rest is divided among
 * the clients, so with few of them it is over at once.
 */
export const LAME_DUCK_CONFIG = 'lame_duck_duration: "30s"\nlame_duck_grace_period: "1s"';

/**
 * Sends the server its own signal, with its own program, and waits until it has heard.
 *
 * @throws Error with the program's words when it cannot be sent
 */
export async function enterLameDuck(server: NatsServerRig): Promise<void> {
  const run = spawnSync(server.bin, ['--signal', `ldm=${server.pid}`], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`lame duck mode of ${server.pid}: ${run.stderr}${run.stdout}`);
  await waitFor(() => /entering lame duck mode/i.test(server.log()), { what: 'the server to enter lame duck mode' });
}

/** Until the server has ended by itself, at most 60 s. */
export async function ended(server: NatsServerRig): Promise<void> {
  await waitFor(() => !server.running, { what: 'the server to end', timeoutMs: 60_000, everyMs: 50 });
}
