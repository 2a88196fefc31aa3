import type { Connection } from '../transport/connection.ts';
import { ClockOffsetWindow, type ClockOffset } from './clock-offset.ts';
import type { PolledServer } from './server-table.ts';

interface Kept {
  /** Of the start that it is of. */
  readonly id: string;
  readonly window: ClockOffsetWindow;
  takenAt: number;
}

/** Servers whose clocks are remembered. */
const MOST_SERVERS = 1_000;

/** The clock of every server beside this browser's, from the answers to whatever they are asked. */
export class ClockOffsets {
  readonly #servers = new Map<string, Kept>();

  /** Takes each answer once, however often it is shown. */
  take(answers: readonly PolledServer<unknown>[]): void {
    for (const { server, askedAt, receivedAt } of answers) {
      if (server.time === null) continue;
      let kept = this.#servers.get(server.name);
      if (kept?.id !== server.id) {
        kept = { id: server.id, window: new ClockOffsetWindow(), takenAt: -Infinity };
        this.#servers.delete(server.name);
        this.#servers.set(server.name, kept);
        this.#forget();
      }
      if (receivedAt === kept.takenAt) continue;
      kept.takenAt = receivedAt;
      kept.window.take({ askedAt, receivedAt, serverTime: server.time });
    }
  }

  /** `null` until it answered with its time. @param now ms since the epoch: the bound grows with age */
  of(name: string, now: number): ClockOffset | null {
    return this.#servers.get(name)?.window.best(now) ?? null;
  }

  #forget(): void {
    const [oldest] = this.#servers.keys();
    if (this.#servers.size > MOST_SERVERS && oldest !== undefined) this.#servers.delete(oldest);
  }
}

const all = new WeakMap<Connection, ClockOffsets>();

/** The one memory of a connection. */
export function clockOffsets(connection: Connection): ClockOffsets {
  let offsets = all.get(connection);
  if (!offsets) all.set(connection, (offsets = new ClockOffsets()));
  return offsets;
}
