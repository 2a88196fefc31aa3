/** Sends what waits, beside the live messages: gaps first, then what is in memory alone, then the local stream's backlog. */
import { setTimeout as delay } from 'node:timers/promises';
import { formatMessageId, type MessagePlace } from '../../protocol/index.ts';
import type { Logger } from '../logger.ts';
import type { LostRange } from './gaps.ts';
import type { Held } from './held.ts';
import { JetStreamError } from './jetstream.ts';
import type { StoredMessage } from './message.ts';
import type { Shelf } from './shelf.ts';

/** Messages that are on their way at once. */
const BATCH = 16;
/** Between two attempts at a hub that does not answer, ms: from the first to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** What the hub leaves unanswered so often, though it answers what is sent beside it, it will never take. */
const MOST_ATTEMPTS = 20;

export interface DrainHub {
  isUp(): boolean;
  /** Whether the hub answered nothing of late: then one message is enough to find out. */
  isSilent(): boolean;
  /** @throws JetStreamError */
  send(message: StoredMessage): Promise<void>;
  /** @returns what was declared: it may be an earlier range that was not acknowledged. @throws JetStreamError */
  declare(range: LostRange): Promise<LostRange>;
}

/** One message of a batch, and where it lies. */
interface Item {
  readonly message: StoredMessage;
  readonly held: Held | null;
  /** In the local stream. */
  readonly seq: number | null;
}

export class Drain {
  readonly #shelf: Shelf;
  readonly #rate: number;
  readonly #hub: DrainHub;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #attempts = new Map<string, number>();
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | null = null;
  #running = false;

  constructor(shelf: Shelf, rate: number, hub: DrainHub, log: Logger) {
    this.#shelf = shelf;
    this.#rate = rate;
    this.#hub = hub;
    this.#log = log;
  }

  /** Begins, unless it runs or nothing waits. */
  kick(): void {
    if (this.#running || !this.#hasWork() || !this.#hub.isUp()) return;
    this.#running = true;
    this.#run()
      .then((isDone) => {
        this.#running = false;
        if (isDone) this.#retryMs = FIRST_RETRY_MS;
        if (this.#hasWork()) this.retryLater();
      })
      .catch((error: unknown) => {
        this.#running = false;
        const isDown = error instanceof JetStreamError && error.failure === 'down';
        if (!isDown) this.#log.error({ err: error }, 'a fault in sending what waits');
        this.retryLater();
      });
  }

  /** Looks again some time later, whatever comes in between. */
  retryLater(): void {
    if (this.#retry || this.#stopping.signal.aborted) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.kick();
      if (this.#hasWork()) this.retryLater();
    }, this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  stop(): void {
    this.#stopping.abort();
    if (this.#retry) clearTimeout(this.#retry);
  }

  #hasWork(): boolean {
    const { gaps, backlog, held } = this.#shelf;
    if (!gaps.isEmpty || backlog?.isEmpty === false) return true;
    for (const { inFlight } of held.values()) if (!inFlight) return true;
    return false;
  }

  /** @returns whether everything was sent. @throws JetStreamError of the local stream */
  async #run(): Promise<boolean> {
    while (this.#hub.isUp()) {
      const begun = performance.now();
      if (!(await this.#declareGaps())) return false;
      const batch = await this.#batch(this.#hub.isSilent() ? 1 : BATCH);
      if (batch.length === 0 && this.#shelf.gaps.isEmpty) return true;
      const isSent = await this.#send(batch);
      if (!isSent) return false;
      this.#retryMs = FIRST_RETRY_MS;
      const pause = (batch.length / this.#rate) * 1_000 - (performance.now() - begun);
      await delay(Math.max(0, pause), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    return false;
  }

  async #declareGaps(): Promise<boolean> {
    for (;;) {
      const range = this.#shelf.gaps.next();
      if (!range) return true;
      if (!this.#hub.isUp()) return false;
      try {
        this.#shelf.declared(await this.#hub.declare(range));
      } catch (error) {
        // Down is said elsewhere; that the hub does not take gaps is not.
        const isDown = error instanceof JetStreamError && error.failure === 'down';
        if (!isDown) this.#log.error({ err: error }, `the hub does not take the declaration of a gap`);
        return false;
      }
    }
  }

  async #batch(most: number): Promise<Item[]> {
    const { held, backlog } = this.#shelf;
    const batch: Item[] = [];
    for (const one of held.values()) {
      if (batch.length >= most) break;
      if (!one.inFlight && !one.putting) batch.push({ message: one.message, held: one, seq: null });
    }
    backlog?.rewind();
    try {
      await this.#readBacklog(batch, most);
    } catch (error) {
      // What is in memory does not wait for a local stream that does not answer.
      if (batch.length === 0) throw error;
    }
    if (batch.length === 0) backlog?.rewind();
    return batch;
  }

  /** @throws JetStreamError of the local stream */
  async #readBacklog(batch: Item[], most: number): Promise<void> {
    const { held, backlog, ledger } = this.#shelf;
    if (this.#shelf.isResting) return;
    while (backlog?.isEmpty === false && batch.length < most) {
      const read = await backlog.next();
      if (!read) {
        for (const series of ledger.series('all')) this.#findLost(series, Infinity, batch);
        return;
      }
      const { seq, message } = read;
      // Of a start that left no note.
      if (message && !ledger.knows(message.place)) ledger.add(message.place, message.place.seq);
      if (message) this.#findLost(message.place, message.place.seq, batch);
      // Its acknowledgement came, or comes: it was sent live, too.
      if (!message || !ledger.has(message.place) || held.has(message.place)) backlog.settle(seq);
      else batch.push({ message, held: null, seq });
    }
  }

  #findLost(
    { startedAt, kind }: Pick<MessagePlace, 'startedAt' | 'kind'>,
    below: number,
    batch: readonly Item[],
  ): void {
    const places = batch.map(({ message }) => message.place);
    this.#shelf.findLost({ startedAt, kind }, below, places);
  }

  /** @returns whether the hub took at least one */
  async #send(batch: readonly Item[]): Promise<boolean> {
    for (const { held } of batch) if (held) held.inFlight = true;
    const results = await Promise.allSettled(batch.map(({ message }) => this.#hub.send(message)));
    const isAnswered = batch.length === 0 || results.some(({ status }) => status === 'fulfilled');
    for (const [i, item] of batch.entries()) {
      const result = results[i];
      if (item.held) item.held.inFlight = false;
      if (result?.status === 'rejected') this.#failed(item, result.reason, isAnswered);
      else this.#sent(item);
    }
    this.#shelf.backlog?.rewind();
    return isAnswered;
  }

  #sent({ message, held, seq }: Item): void {
    this.#attempts.delete(formatMessageId(message.place));
    if (held) this.#shelf.settle(held);
    else this.#shelf.ledger.settle(message.place, message.place.seq);
    if (seq !== null) this.#shelf.backlog?.settle(seq);
  }

  #failed({ message, held, seq }: Item, error: unknown, isAnswered: boolean): void {
    const failure = error instanceof JetStreamError ? error.failure : null;
    const id = formatMessageId(message.place);
    const attempts = (this.#attempts.get(id) ?? 0) + 1;
    if (isAnswered && failure === 'down') this.#attempts.set(id, attempts);
    const isHopeless = failure === 'refused' || failure === 'denied' || attempts > MOST_ATTEMPTS;
    if (!isHopeless) {
      if (held) this.#shelf.spill(held);
      return;
    }
    const why = error instanceof Error ? error.message : String(error);
    this.#log.error(
      { subject: message.subject },
      `the hub does not take a message on ${message.subject} (${why}); it is given up`,
    );
    this.#attempts.delete(id);
    this.#shelf.lost(message.place, 'refused', message.place.seq);
    if (held) this.#shelf.held.delete(held);
    if (seq !== null) this.#shelf.backlog?.settle(seq);
  }
}
