import type { Connection } from '../transport/connection.ts';
import { RequestFailure } from './ask.ts';
import type { StoredMessage } from './direct-get.ts';
import type { SequencePlace } from './sequence-book.ts';
import type { Silence } from './silence.ts';
import type { HistorySpan } from './stream-history.ts';

/** What became of the past that was asked for. */
export interface HistoryNote {
  /** `off`: none was asked for. `asking`: the answer is under way. `read`: what there was has been taken. */
  readonly state: 'off' | 'asking' | 'read' | Silence['status'];
  /** What is missing of it, why, and what to do; `null` when nothing is. */
  readonly words: string | null;
  /** From when on the stream holds anything, this browser's clock, where more was asked for; else `null`. */
  readonly heldFrom: number | null;
}

interface HistoryTaker {
  /** The past is about to be placed anew: what is older than `liveSince` is to be forgotten. */
  begin(liveSince: number): void;
  /** @param at by this browser's clock; returns whether it could be read */
  take(message: StoredMessage, at: number): boolean;
  changed(): void;
  /** Names the curve that a message belongs to. */
  curveOf(message: StoredMessage): string;
}

/** What two clocks may differ before it is worth placing the past anew, ms. */
const CLOCKS_AGREE_MS = 2_000;
/** Before the cut something may have been under way, ms. */
const OVERLAP_MS = 2_000;

/** A chart is there, and live, before how to read the past is. */
const loadReading = async () => {
  const [{ DirectGet }, { readSpan, HISTORY_BOUNDS }] = await Promise.all([
    import('./direct-get.ts'),
    import('./stream-history.ts'),
  ]);
  return { DirectGet, readSpan, HISTORY_BOUNDS };
};

const OFF: HistoryNote = Object.freeze({ state: 'off', words: null, heldFrom: null });
const ASKING: HistoryNote = Object.freeze({ state: 'asking', words: null, heldFrom: null });

/**
 * Reads the past of one subject: at first as much as is wanted, after an interruption what came meanwhile. Stored
 * messages bear the stream's clock. How far that is from this browser's shows in the first message that arrives live and
 * is in the stream as well: where the two do not agree, the past is read and placed anew.
 */
export class HistoryReader {
  readonly #connection: Connection;
  readonly #subject: string;
  readonly #spanMs: number;
  readonly #taker: HistoryTaker;
  #note: HistoryNote;
  #decimated = false;
  #round = 0;
  #connected = false;
  #cutAt: number | null = null;
  /** The first live message's arrival: what is before it came from the stream. */
  #liveSince: number | null = null;
  /** The stream's clock less this browser's, ms; `null` until it was measured. */
  #offsetMs: number | null = null;

  constructor(connection: Connection, subject: string, spanMs: number, taker: HistoryTaker) {
    this.#connection = connection;
    this.#subject = subject;
    this.#spanMs = spanMs;
    this.#taker = taker;
    this.#note = spanMs > 0 ? ASKING : OFF;
  }

  get note(): HistoryNote {
    return this.#note;
  }

  /** Not every message of that time was read. */
  get decimated(): boolean {
    return this.#decimated;
  }

  connectionChanged(): void {
    const connected = this.#connection.snapshot.state === 'connected';
    if (connected === this.#connected || this.#spanMs === 0) return;
    this.#connected = connected;
    if (!connected) this.#cutAt ??= Date.now();
    else {
      const now = Date.now();
      const from = this.#cutAt === null ? now - this.#spanMs : Math.max(now - this.#spanMs, this.#cutAt - OVERLAP_MS);
      const isWhole = this.#cutAt === null || this.#note.state !== 'read';
      void this.#read(isWhole ? now - this.#spanMs : from, !isWhole);
    }
  }

  stop(): void {
    this.#round++;
    this.#connected = false;
  }

  /** A live message arrived. The first that tells both clocks does. */
  heard(place: SequencePlace, at: number): void {
    this.#liveSince ??= at;
    if (this.#offsetMs !== null || this.#note.state !== 'read' || place.startedAt === null) return;
    this.#offsetMs = 0;
    void this.#compareClocks(place, at);
  }

  async #compareClocks({ sequence, startedAt }: SequencePlace, at: number): Promise<void> {
    const round = this.#round;
    try {
      const { DirectGet } = await loadReading();
      const stored = await new DirectGet(this.#connection).one({ last_by_subj: this.#subject });
      if (!stored || round !== this.#round) return;
      const body = JSON.parse(new TextDecoder().decode(stored.data)) as { seq?: unknown; started_at?: unknown };
      // another unit was quicker: the next message may do
      if (body.seq !== sequence || body.started_at !== startedAt) {
        this.#offsetMs = null;
        return;
      }
      this.#offsetMs = stored.storedAt - at;
    } catch {
      // what could be read has been; the next message may do
      this.#offsetMs = null;
      return;
    }
    if (Math.abs(this.#offsetMs) <= CLOCKS_AGREE_MS) return;
    this.#taker.begin(this.#liveSince ?? at);
    void this.#read(Date.now() - this.#spanMs, false);
  }

  /** @param isMore besides what was read before */
  async #read(from: number, isMore: boolean): Promise<void> {
    const round = ++this.#round;
    const offset = this.#offsetMs ?? 0;
    if (!isMore && this.#note.state !== 'read') this.#note = ASKING;
    try {
      const { DirectGet, readSpan, HISTORY_BOUNDS } = await loadReading();
      const span = await readSpan(
        new DirectGet(this.#connection),
        this.#subject,
        from + offset,
        HISTORY_BOUNDS,
        (message) => this.#taker.curveOf(message),
      );
      if (round !== this.#round) return;
      this.#take(span, offset, isMore);
      this.#cutAt = null;
    } catch (error) {
      if (round !== this.#round) return;
      const failed = error instanceof RequestFailure ? error : null;
      this.#note = Object.freeze({
        state: failed?.status ?? 'error',
        words: `No history: ${failed?.message ?? String(error)}`,
        heldFrom: null,
      });
    }
    this.#taker.changed();
  }

  #take({ messages, decimated, heldFrom, unreadable }: HistorySpan, offset: number, isMore: boolean): void {
    let bad = unreadable;
    for (const each of messages) if (!this.#taker.take(each, each.storedAt - offset)) bad++;
    this.#decimated = decimated || (isMore && this.#decimated);
    const words = [
      this.#decimated
        ? `The stream holds more than is read at once: ${messages.length.toLocaleString()} messages, spread over the time, are shown. Fewer minutes, or one unit, show more.`
        : '',
      bad > 0 ? `${bad} stored ${bad === 1 ? 'message' : 'messages'} could not be read.` : '',
      Math.abs(offset) > CLOCKS_AGREE_MS
        ? `The stream's clock is ${Math.round(Math.abs(offset) / 1_000)} s ${offset > 0 ? 'ahead of' : 'behind'} this browser's; history is placed by this browser's.`
        : '',
    ].filter(Boolean);
    this.#note = Object.freeze({
      state: 'read',
      words: words.join(' ') || null,
      heldFrom: isMore ? this.#note.heldFrom : heldFrom === null ? null : heldFrom - offset,
    });
  }
}
