/** What the hub has not acknowledged: sequence numbers, by the guardian's start and the kind of message. */
import { formatMessageId, type MessageKind, type MessagePlace } from '../../protocol/index.ts';
import { RangeSet, type Range } from './ranges.ts';

/** One kind of message of one start of the guardian. */
export interface Series {
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly kind: MessageKind;
}

interface Entry {
  readonly series: Series;
  readonly numbers: RangeSet;
}

export class Ledger {
  readonly #unit: string;
  readonly #startedAt: number;
  /** Of earlier starts, oldest first. Clocks are set, so the order is that of adding and not that of the numbers. */
  readonly #old = new Map<string, Entry>();
  readonly #own = new Map<string, Entry>();
  readonly #known = new Set<string>();

  /** @param startedAt of this guardian, ms since the epoch */
  constructor(unit: string, startedAt: number) {
    this.#unit = unit;
    this.#startedAt = startedAt;
  }

  /** Messages that are open. */
  get size(): number {
    let size = 0;
    for (const { numbers } of this.#entries()) size += numbers.size;
    return size;
  }

  add(series: Series, from: number, to = from): void {
    const key = keyOf(series);
    const map = this.#mapOf(series);
    let entry = map.get(key);
    // Not `series` itself: a message's place is one, too, and has a number.
    if (!entry)
      map.set(key, (entry = { series: { startedAt: series.startedAt, kind: series.kind }, numbers: new RangeSet() }));
    entry.numbers.add(from, to);
    this.#known.add(key);
  }

  settle(series: Series, from: number, to = from): void {
    const key = keyOf(series);
    const map = this.#mapOf(series);
    const entry = map.get(key);
    entry?.numbers.delete(from, to);
    if (entry?.numbers.size === 0) map.delete(key);
  }

  has(place: MessagePlace): boolean {
    return this.#mapOf(place).get(keyOf(place))?.numbers.has(place.seq) ?? false;
  }

  /** Whether anything of it was ever open. */
  knows(series: Series): boolean {
    return this.#known.has(keyOf(series));
  }

  /** What is open of one series. */
  ranges(series: Series): readonly Range[] {
    return this.#mapOf(series).get(keyOf(series))?.numbers.ranges ?? [];
  }

  /** What has something open; of earlier starts alone or of all, oldest first. */
  series(which: 'old' | 'all'): Series[] {
    const entries = which === 'old' ? this.#old.values() : this.#entries();
    return [...entries].map(({ series }) => series);
  }

  /** Id of the oldest that is open of this message's kind and is older than it; null: nothing is. */
  pendingBefore({ startedAt, kind, seq }: MessagePlace): string | null {
    for (const { series, numbers } of this.#entries()) {
      if (series.kind !== kind || numbers.first === null) continue;
      if (series.startedAt === startedAt && numbers.first >= seq) return null;
      return formatMessageId({ unit: this.#unit, ...series, seq: numbers.first });
    }
    return null;
  }

  *#entries(): Iterable<Entry> {
    yield* this.#old.values();
    yield* this.#own.values();
  }

  #mapOf({ startedAt }: Series): Map<string, Entry> {
    return startedAt === this.#startedAt ? this.#own : this.#old;
  }
}

function keyOf({ startedAt, kind }: Series): string {
  return `${startedAt}:${kind}`;
}
