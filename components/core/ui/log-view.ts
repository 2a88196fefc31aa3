import type { EventLog, FeedEvent } from '../sources/event-feed.ts';

/** What a view has to know of its events. `L` names the lanes: what is shown and hidden together. */
export interface LogViewOptions<T, L extends string> {
  /** `null`: a mark, which is no event, is counted nowhere and hidden by nothing. */
  laneOf(event: T): L | null;
  /** Every field that is shown: where the words of the filter are looked for. */
  textsOf(entry: FeedEvent<T>): readonly string[];
}

/** What an element makes of a shared log: its own bound, filter, pause and clearing. */
export class LogView<T, L extends string> {
  /** Newest last. The same array as long as nothing but its ends changed. */
  shown: FeedEvent<T>[] = [];
  readonly #options: LogViewOptions<T, L>;
  #latest: EventLog<T> | null = null;
  /** What is looked at: the latest, or that of the moment of the pause. */
  #log: EventLog<T> | null = null;
  #max: number;
  #text = '';
  #hidden: ReadonlySet<L> = new Set();
  #only: ((event: T) => boolean) | null = null;
  #clearedUpTo = 0;
  /** Every event up to this id has been looked at. */
  #seen = 0;
  /** Ids of marks in view: they are no events, are counted nowhere and filtered by nothing. */
  #marks: number[] = [];
  #counted: { log: EventLog<T> | null; lower: number; lanes: ReadonlyMap<L, number> } | null = null;

  constructor(max: number, options: LogViewOptions<T, L>) {
    this.#max = max;
    this.#options = options;
  }

  /** Takes what has come since; costs what is new, not what is there. */
  update(log: EventLog<T>): void {
    const { paused } = this;
    this.#latest = log;
    if (paused) return;
    this.#log = log;
    this.#refresh();
  }

  /** Another log, with ids of its own, takes the place of this one. */
  reset(): void {
    this.#latest = this.#log = null;
    this.#clearedUpTo = 0;
    this.#again();
  }

  setMax(max: number): void {
    if (max === this.#max) return;
    this.#max = max;
    this.#again();
  }

  /**
   * Shows events that have `text` in a field that is shown, whatever the case, are in no hidden lane, and pass `only`; another
   * function there is another condition.
   */
  setFilter(text: string, hidden: ReadonlySet<L>, only: ((event: T) => boolean) | null = null): void {
    const wanted = text.trim().toLowerCase();
    if (wanted === this.#text && hidden === this.#hidden && only === this.#only) return;
    this.#text = wanted;
    this.#hidden = hidden;
    this.#only = only;
    this.#again();
  }

  get paused(): boolean {
    return this.#log !== this.#latest;
  }

  /** Events that came since the pause. */
  get waiting(): number {
    return (this.#latest?.total ?? 0) - (this.#log?.total ?? 0);
  }

  pause(): void {
    // another object of the same content: the next update is then not followed
    if (this.#log) this.#log = { ...this.#log };
  }

  resume(): void {
    this.#log = this.#latest;
    this.#refresh();
  }

  /** Takes everything so far out of this view; the shared log keeps it for others. A pause goes on. */
  clear(): void {
    const { paused } = this;
    this.#log = this.#latest;
    this.#clearedUpTo = this.#latest?.total ?? 0;
    if (paused) this.pause();
    this.#again();
  }

  /** All kept events of this view, the filtered ones with them. */
  get kept(): readonly FeedEvent<T>[] {
    return this.#log?.events.slice(this.#start(this.#lower())) ?? [];
  }

  /** Kept events and those of them that pass the filter, both without marks. */
  get counts(): { readonly kept: number; readonly shown: number } {
    const total = this.#log?.total ?? 0;
    return { kept: total - this.#lower() - this.#marks.length, shown: this.shown.length - this.#marks.length };
  }

  /** Kept events of each lane, the hidden ones with them; a lane without any is left out. */
  get lanes(): ReadonlyMap<L, number> {
    if (this.#counted?.log === this.#log && this.#counted?.lower === this.#lower()) return this.#counted.lanes;
    const lanes = new Map<L, number>();
    for (const { event } of this.kept) {
      const lane = this.#options.laneOf(event);
      if (lane !== null) lanes.set(lane, (lanes.get(lane) ?? 0) + 1);
    }
    this.#counted = { log: this.#log, lower: this.#lower(), lanes };
    return lanes;
  }

  /** How many events the bound has cost. */
  get dropped(): number {
    return this.#lower() - this.#clearedUpTo;
  }

  /** Ids up to this one are out of view. */
  #lower(): number {
    const { total, events } = this.#log ?? { total: 0, events: [] };
    return Math.max(Math.min(this.#clearedUpTo, total), total - Math.min(this.#max, events.length));
  }

  /** Where the event after this id stands. */
  #start(id: number): number {
    const { total, events } = this.#log ?? { total: 0, events: [] };
    return Math.max(0, events.length - (total - id));
  }

  #again(): void {
    this.shown = [];
    this.#marks = [];
    this.#seen = 0;
    this.#refresh();
  }

  #refresh(): void {
    if (!this.#log) return;
    const { events, total } = this.#log;
    const lower = this.#lower();
    cutUpTo(this.shown, lower, ({ id }) => id);
    cutUpTo(this.#marks, lower, (id) => id);
    for (let i = this.#start(Math.max(lower, this.#seen)); i < events.length; i++) {
      const entry = events[i];
      if (!entry) continue;
      const lane = this.#options.laneOf(entry.event);
      if (lane === null) this.#marks.push(entry.id);
      else if (!this.#passes(entry, lane)) continue;
      this.shown.push(entry);
    }
    this.#seen = total;
  }

  #passes(entry: FeedEvent<T>, lane: L): boolean {
    if (this.#hidden.has(lane) || (this.#only && !this.#only(entry.event))) return false;
    if (this.#text === '') return true;
    return this.#options.textsOf(entry).some((field) => field.toLowerCase().includes(this.#text));
  }
}

function cutUpTo<T>(list: T[], id: number, idOf: (item: T) => number): void {
  let cut = 0;
  for (let item = list[0]; item !== undefined && idOf(item) <= id; item = list[cut]) cut++;
  list.splice(0, cut);
}
