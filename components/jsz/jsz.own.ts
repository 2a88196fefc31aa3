import { decodeJetStreamAccount, decodeStreamPage, type JetStreamAccount } from '../../protocol/server/js-api.ts';
import type { StreamDetail } from '../../protocol/server/js-stream.ts';
import { FEEDS } from '../../protocol/access.ts';
import { errorText } from '../core/transport/errors.ts';
import type { Connection } from '../core/transport/connection.ts';
import { askSubject, RequestFailure } from '../core/sources/ask.ts';
import { hasPassed } from '../core/sources/elapsed.ts';
import { whileUnconnected } from '../core/sources/no-connection.ts';
import { sharedSource } from '../core/sources/registry.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import { BaseSource } from '../core/sources/source.ts';

/** JetStream of the login's own account. */
export interface OwnJetStream {
  readonly account: JetStreamAccount;
  /** Null where the login may not list them. */
  readonly streams: readonly StreamDetail[] | null;
  /** Streams whose leader did not answer. */
  readonly missing: readonly string[];
  /** Streams that there are; more than are listed where the pages ended early. */
  readonly total: number | null;
  /** Why there is no list of streams. */
  readonly streamsTrouble: string | null;
  readonly receivedAt: number;
}

const [INFO = '$JS.API.INFO', LIST = '$JS.API.STREAM.LIST'] = FEEDS.ownJetStream.subjects;
const INTERVAL_MS = 10_000;
const STALE_AFTER_INTERVALS = 2.5;
/** 256 streams a page: an account with more than these is not listed in full. */
const MOST_PAGES = 20;

/** The one source of the own account on this connection. */
export function ownJetStream(connection: Connection): OwnJetStreamSource {
  return sharedSource(connection, 'own-jetstream', () => new OwnJetStreamSource(connection));
}

/** Asks JetStream for the account's use and its streams, as any user of the account may. */
export class OwnJetStreamSource extends BaseSource<OwnJetStream> {
  #data: OwnJetStream | null = null;
  #failure: RequestFailure | null = null;
  #connected = false;
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override connectionChanged(): void {
    const connected = this.connection.snapshot.state === 'connected';
    if (connected !== this.#connected) {
      this.#connected = connected;
      if (connected) void this.#ask();
      else this.stopped();
    }
    this.touch();
  }

  protected override stopped(): void {
    this.#round++;
    this.#connected = this.started && this.#connected;
    clearTimeout(this.#timer);
  }

  protected override collect(): Partial<Snapshot<OwnJetStream>> {
    return { ...this.#state(), data: this.#data, receivedAt: this.#data?.receivedAt ?? null };
  }

  #state(): Pick<Snapshot<OwnJetStream>, 'status' | 'error'> {
    const hasData = this.#data !== null;
    const failure = this.#failure;
    const error = failure && { message: failure.message, subject: failure.subject };
    if (!this.#connected) return whileUnconnected(this.connection.snapshot, hasData);
    if (this.#data) {
      const stale = hasPassed(this.#data.receivedAt, STALE_AFTER_INTERVALS * this.#pace);
      return { status: stale ? 'stale' : 'live', error };
    }
    return failure ? { status: failure.status, error } : { status: 'waiting', error: null };
  }

  get #pace(): number {
    return Math.max(INTERVAL_MS, this.shortestIntervalMs ?? 0);
  }

  async #ask(): Promise<void> {
    const round = ++this.#round;
    clearTimeout(this.#timer);
    try {
      const account = await askSubject(this.connection, INFO, decodeJetStreamAccount);
      const listed = await this.#list();
      if (round !== this.#round) return;
      this.#data = Object.freeze({ account, ...listed, receivedAt: Date.now() });
      this.#failure = null;
    } catch (error) {
      if (round !== this.#round) return;
      this.#failure =
        error instanceof RequestFailure ? error : new RequestFailure(errorText(error), 'error', INFO, { cause: error });
    }
    this.#timer = setTimeout(() => void this.#ask(), this.#pace);
    this.touch();
  }

  async #list(): Promise<Omit<OwnJetStream, 'account' | 'receivedAt'>> {
    const streams: StreamDetail[] = [];
    const missing: string[] = [];
    let total: number | null = null;
    try {
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer = await askSubject(this.connection, LIST, decodeStreamPage, { offset: streams.length });
        streams.push(...answer.streams);
        missing.push(...answer.missing);
        total = answer.total;
        if (answer.streams.length === 0 || streams.length >= (total ?? 0)) break;
      }
    } catch (error) {
      if (streams.length === 0)
        return {
          streams: null,
          missing,
          total,
          streamsTrouble: error instanceof RequestFailure ? error.message : errorText(error),
        };
    }
    return { streams, missing, total, streamsTrouble: null };
  }
}
