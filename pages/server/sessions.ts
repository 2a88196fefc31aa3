import { randomBytes } from 'node:crypto';

/** How long a login holds, ms: a working day, then the server is asked again whether it still stands. */
export const SESSION_MS = 8 * 3_600_000;
const MAX_SESSIONS = 1_000;
/** Failed logins of one peer, and of all, within the window. */
const FAILURES = { ofOne: 5, ofAll: 50, windowMs: 60_000 } as const;
const MAX_PEERS = 1_000;

interface Session {
  /** System → when its login ends, ms since the epoch. */
  readonly systems: Map<string, number>;
}

/** Who has logged in to which systems. In memory only: a restart asks everybody again. */
export class Sessions {
  /** Oldest first: Map keeps the order in which keys were added. */
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * A new id, which is good for `system` and for all that `before` was good for. `before` is good for nothing from now on, so
   * that an id that somebody planted never gains a login.
   */
  add(system: string, before: string | undefined): string {
    const systems = new Map(before === undefined ? undefined : this.#sessions.get(before)?.systems);
    if (before !== undefined) this.#sessions.delete(before);
    systems.set(system, this.#now() + SESSION_MS);
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, { systems });
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MAX_SESSIONS) break;
      this.#sessions.delete(oldest);
    }
    return id;
  }

  has(id: string | undefined, system: string): boolean {
    const ends = id === undefined ? undefined : this.#sessions.get(id)?.systems.get(system);
    return ends !== undefined && ends > this.#now();
  }

  /** The systems that it is good for now. */
  systemsOf(id: string | undefined): readonly string[] {
    const systems = id === undefined ? undefined : this.#sessions.get(id)?.systems;
    return [...(systems ?? [])].filter(([, ends]) => ends > this.#now()).map(([system]) => system);
  }

  remove(id: string): void {
    this.#sessions.delete(id);
  }
}

/** Slows down whoever guesses. Counts failures only, for a minute. */
export class FailureLimit {
  readonly #failures = new Map<string, number[]>();
  readonly #all: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Seconds that `peer` has to wait, or 0. */
  waitS(peer: string): number {
    const since = this.#now() - FAILURES.windowMs;
    const own = this.#recent(this.#failures.get(peer) ?? [], since);
    const all = this.#recent(this.#all, since);
    const oldest = own.length >= FAILURES.ofOne ? own[0] : all.length >= FAILURES.ofAll ? all[0] : undefined;
    return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest - since) / 1_000));
  }

  add(peer: string): void {
    const now = this.#now();
    const own = this.#recent(this.#failures.get(peer) ?? [], now - FAILURES.windowMs);
    this.#failures.delete(peer);
    this.#failures.set(peer, [...own, now]);
    this.#all.push(now);
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MAX_PEERS) break;
      this.#failures.delete(oldest);
    }
  }

  #recent(list: number[], since: number): number[] {
    while (list.length > 0 && (list[0] ?? 0) <= since) list.shift();
    return list;
  }
}
