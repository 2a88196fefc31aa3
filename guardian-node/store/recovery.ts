/**
 * What an earlier start of the guardian left in the local stream. How far it had come is asked of the hub: what it has last of
 * each kind, and what that message said of those before it.
 */
import * as v from 'valibot';
import { LOG_LEVELS, MESSAGE_KINDS, subjects, type MessageKind } from '../../protocol/index.ts';
import type { Logger } from '../logger.ts';
import type { Hub, HubLast } from './hub.ts';
import type { Series } from './ledger.ts';
import type { Shelf } from './shelf.ts';

/** After a failed look at the local stream, ms. */
const AGAIN_MS = 5_000;

export class Recovery {
  readonly #options: { readonly unit: string; readonly startedAt: number };
  readonly #shelf: Shelf;
  readonly #hub: Hub;
  readonly #log: Logger;
  /** Kinds of which nothing is left from before, or of which the hub was asked. */
  readonly #known = new Set<MessageKind>();
  readonly #asking = new Map<MessageKind, Promise<void>>();
  #reading: Promise<void> | null = null;
  #failedAt: number | null = null;
  /** Where the note lies in the local stream; null: there is none. */
  #noteSeq: number | null = null;
  #isWriting = false;

  constructor(options: { readonly unit: string; readonly startedAt: number }, shelf: Shelf, hub: Hub, log: Logger) {
    this.#options = options;
    this.#shelf = shelf;
    this.#hub = hub;
    this.#log = log;
  }

  /** Whether nothing of this kind is left from before, or the hub was asked, or cannot be. */
  isKnown(kind: MessageKind): boolean {
    return this.#known.has(kind) || this.#shelf.local === null || this.#failedAt !== null;
  }

  /** Reads what the local stream holds from before. Never throws: one that is not there yet is looked for again later. */
  readLocal(): Promise<void> {
    if (this.#shelf.isRecovered) return Promise.resolve();
    this.#reading ??= this.#read()
      .then(() => (this.#failedAt = null))
      .catch((error: unknown) => {
        this.#failedAt = performance.now();
        this.#shelf.unusable(error);
      })
      .then(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  /** Some time after it failed. */
  readAgain(): void {
    if (this.#failedAt !== null && performance.now() - this.#failedAt > AGAIN_MS) void this.readLocal();
  }

  /** Asks the hub once what it has last of a kind. Never throws. */
  async askHub(kind: MessageKind): Promise<void> {
    await this.readLocal();
    if (this.isKnown(kind)) return;
    let asking = this.#asking.get(kind);
    if (!asking) this.#asking.set(kind, (asking = this.#ask(kind)));
    await asking;
  }

  /**
   * The note says what waited when it was written, and what is newer than it is still there: so a start knows what the stream
   * has dropped before. It is written anew long before it would be dropped itself.
   */
  keepNote(): void {
    const { firstSeq, lastSeq } = this.#shelf.seen;
    const isOld = this.#noteSeq === null || this.#noteSeq < (firstSeq + lastSeq) / 2;
    if (this.#shelf.isRecovered && this.#shelf.backlog?.isEmpty === false && isOld) void this.#writeNote();
  }

  async #read(): Promise<void> {
    const { local, ledger, backlog } = this.#shelf;
    if (!local) return;
    const { messages, firstSeq, lastSeq } = await local.state();
    let end = lastSeq;
    if (messages > 0) {
      for (const { startedAt, kind, ranges } of readNote(await local.note(this.#noteName))) {
        for (const [from, to] of ranges) ledger.add({ startedAt, kind }, from, to);
      }
      for (const kind of MESSAGE_KINDS) {
        for (const subject of subjectsOf(kind, this.#options.unit)) {
          const read = await local.last(subject);
          const place = read?.message?.place;
          // What an earlier start sent last may have come in since the state was asked.
          end = Math.max(end, read?.seq ?? 0);
          // Each start counts from 1; where the note knows it, what is before its end is known.
          const after = place ? (ledger.ranges(place).at(-1)?.to ?? 0) : 0;
          if (place && place.startedAt !== this.#options.startedAt && place.seq > after)
            ledger.add(place, after + 1, place.seq);
        }
      }
      backlog?.extend(firstSeq, end);
    }
    const left = ledger.series('old').map(({ kind }) => kind);
    for (const kind of MESSAGE_KINDS) if (!left.includes(kind)) this.#known.add(kind);
    this.#shelf.recovered();
    if (left.length > 0) await this.#writeNote();
  }

  async #writeNote(): Promise<void> {
    const { local, ledger } = this.#shelf;
    const rows = ledger.series('all').map((series) => ({
      ...series,
      ranges: ledger.ranges(series).map(({ from, to }) => [from, to]),
    }));
    if (!local || rows.length === 0 || this.#isWriting) return;
    this.#isWriting = true;
    try {
      this.#noteSeq = await local.putNote(this.#noteName, JSON.stringify(rows));
    } catch (error) {
      this.#log.debug({ err: error }, 'the note of what waits was not written');
    } finally {
      this.#isWriting = false;
    }
  }

  get #noteName(): string {
    return `state.${this.#options.unit}`;
  }

  async #ask(kind: MessageKind): Promise<void> {
    try {
      const found = await Promise.all(subjectsOf(kind, this.#options.unit).map((subject) => this.#hub.last(subject)));
      for (const last of found) if (last) this.#settle(last);
    } catch (error) {
      // Then it is not known, and what the hub may have is sent again: readers ignore repeats.
      this.#log.debug({ err: error, kind }, 'the hub does not say what it has last');
    }
    this.#known.add(kind);
    this.#asking.delete(kind);
  }

  /** The hub has this one, and with it all before the oldest that waited then. */
  #settle({ place, pendingFrom }: HubLast): void {
    const { ledger } = this.#shelf;
    const { kind, startedAt } = place;
    // Of this start it says nothing of what was before: that is just being found out.
    if (startedAt === this.#options.startedAt) return;
    const floor = pendingFrom ?? place;
    const series = ledger.series('old').filter((one) => one.kind === kind);
    const at = series.findIndex((one) => one.startedAt === floor.startedAt);
    ledger.settle(place, place.seq);
    if (at < 0) return;
    for (const one of series.slice(0, at)) ledger.settle(one, 1, Number.MAX_SAFE_INTEGER);
    ledger.settle(floor, 1, floor.seq - 1);
  }
}

function subjectsOf(kind: MessageKind, unit: string): string[] {
  switch (kind) {
    case 'heartbeat':
      return [subjects.heartbeat(unit)];
    case 'rtt':
      return [subjects.rtt(unit)];
    case 'time':
      return [subjects.time(unit)];
    case 'log':
      return LOG_LEVELS.map((level) => subjects.log(level, unit));
    case 'gap':
      return []; // never in the local stream
  }
}

interface NoteRow extends Series {
  readonly ranges: readonly (readonly [number, number])[];
}

/** What an earlier start wrote; whatever cannot be read of it is not there. */
function readNote(text: string | null): NoteRow[] {
  const range = v.tuple([v.pipe(v.number(), v.safeInteger()), v.pipe(v.number(), v.safeInteger())]);
  const row = v.object({ startedAt: v.number(), kind: v.picklist(MESSAGE_KINDS), ranges: v.array(range) });
  try {
    const parsed = v.safeParse(v.array(row), JSON.parse(text ?? '[]'));
    return parsed.success ? parsed.output : [];
  } catch {
    return [];
  }
}
