/** Messages that were lost at the unit and not yet declared so. */
import type { GapReason } from '../../protocol/index.ts';
import type { Series } from './ledger.ts';
import { RangeSet, type Range } from './ranges.ts';

export interface LostRange extends Series, Range {
  readonly reason: GapReason;
}

export class Gaps {
  readonly #lost = new Map<
    string,
    { readonly series: Series; readonly reason: GapReason; readonly numbers: RangeSet }
  >();

  get isEmpty(): boolean {
    return this.#lost.size === 0;
  }

  add(series: Series, reason: GapReason, from: number, to = from): void {
    const key = `${series.startedAt}:${series.kind}:${reason}`;
    let entry = this.#lost.get(key);
    if (!entry) this.#lost.set(key, (entry = { series, reason, numbers: new RangeSet() }));
    entry.numbers.add(from, to);
  }

  /** Takes out of `numbers` what is lost of a series. */
  subtractFrom(numbers: RangeSet, { startedAt, kind }: Series): void {
    for (const lost of this.#lost.values()) {
      if (lost.series.startedAt !== startedAt || lost.series.kind !== kind) continue;
      for (const { from, to } of lost.numbers.ranges) numbers.delete(from, to);
    }
  }

  /** One range that is to be declared; null: none. */
  next(): LostRange | null {
    const [entry] = this.#lost.values();
    const [range] = entry?.numbers.ranges ?? [];
    return entry && range ? { ...entry.series, ...range, reason: entry.reason } : null;
  }

  /** The hub has the declaration of it. */
  declared({ startedAt, kind, reason, from, to }: LostRange): void {
    const key = `${startedAt}:${kind}:${reason}`;
    const entry = this.#lost.get(key);
    entry?.numbers.delete(from, to);
    if (entry?.numbers.size === 0) this.#lost.delete(key);
  }
}
