import type { Snapshot } from './snapshot.ts';
import type { Source, Subscription } from './source.ts';

/** A feed beside the main one. */
export interface SideFeed<T> {
  readonly source: Source<T>;
  /** How often it is wanted, ms, when that is not as often as the main feed. */
  readonly intervalMs?: number;
}

type Sides = Readonly<Record<string, unknown>>;

/** What the main feed says, and each other feed's own snapshot: its data may be older, refused or unsupported. */
export interface Combined<M, S extends Sides> {
  readonly main: M;
  readonly sides: { readonly [K in keyof S]: Snapshot<S[K]> };
}

/**
 * Several feeds as one source. The main feed decides what state it is in; one of the others that is refused or silent
 * takes nothing from what the rest says, and stands in the data with its own status.
 */
export class CombinedSource<M, S extends Sides> implements Source<Combined<M, S>> {
  readonly #main: Source<M>;
  readonly #sides: readonly [keyof S, SideFeed<unknown>][];
  #seen: readonly Snapshot<unknown>[] = [];
  #snapshot: Snapshot<Combined<M, S>> | null = null;

  constructor(main: Source<M>, sides: { readonly [K in keyof S]: SideFeed<S[K]> }) {
    this.#main = main;
    this.#sides = Object.entries(sides) as [keyof S, SideFeed<unknown>][];
  }

  get snapshot(): Snapshot<Combined<M, S>> {
    const main = this.#main.snapshot;
    const sides = this.#sides.map(([, { source }]) => source.snapshot);
    const now = [main, ...sides];
    if (this.#snapshot && now.every((each, index) => each === this.#seen[index])) return this.#snapshot;
    this.#seen = now;
    const named = Object.fromEntries(this.#sides.map(([name], index) => [name, sides[index]]));
    const data =
      main.data === null
        ? null
        : Object.freeze({ main: main.data, sides: Object.freeze(named) as Combined<M, S>['sides'] });
    this.#snapshot = Object.freeze({
      ...main,
      data,
      problems: Object.freeze({
        count: now.reduce((sum, { problems }) => sum + problems.count, 0),
        last: now.reduce<string | null>((last, { problems }) => problems.last ?? last, null),
      }),
    });
    return this.#snapshot;
  }

  subscribe(listener: () => void, visible?: boolean, intervalMs?: number | null): Subscription {
    const all = [
      this.#main.subscribe(listener, visible, intervalMs),
      ...this.#sides.map(([, side]) =>
        side.source.subscribe(listener, visible, Math.max(side.intervalMs ?? 0, intervalMs ?? 0) || null),
      ),
    ];
    return {
      setVisible: (now) => all.forEach((each) => each.setVisible(now)),
      unsubscribe: () => all.forEach((each) => each.unsubscribe()),
    };
  }
}

/** Why a feed beside the main one says nothing, or nothing fresh; `null` while it is live or has just been asked. */
export function sideTrouble({ status, error }: Snapshot<unknown>): string | null {
  if (status === 'live' || status === 'empty' || status === 'waiting') return null;
  return error?.message ?? `It is ${status}.`;
}
