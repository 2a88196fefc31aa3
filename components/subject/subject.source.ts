import type { Connection } from '../core/transport/connection.ts';
import { errorText, failureKind } from '../core/transport/errors.ts';
import type { MessageLike, NatsConnectionLike, SubscriptionLike } from '../core/transport/nats-like.ts';
import { whileUnconnected } from '../core/sources/no-connection.ts';
import { sharedSource } from '../core/sources/registry.ts';
import { NO_PROBLEMS, type Problems, type Snapshot } from '../core/sources/snapshot.ts';
import { BaseSource } from '../core/sources/source.ts';
import { MessageRing, type WatchedMessage } from './subject.messages.ts';
import { SubjectRates, type Rates } from './subject.rates.ts';

/** What has been seen of a subject. */
export interface SubjectData {
  readonly subject: string;
  /** The newest, oldest first. */
  readonly messages: readonly WatchedMessage[];
  /** Messages that arrived here; while it is sampled, more went by. */
  readonly total: number;
  /** How many of them the bound has cost. */
  readonly dropped: number;
  readonly rates: Rates;
  /** Listens for a part of each second only, because so much comes. */
  readonly sampling: boolean;
  /** It was so at some time: `total` is then not all that was sent. */
  readonly sampled: boolean;
}

/**
 * A subscriber that does not keep up slows the publishers, and one that takes more than it shows does so for nothing: above
 * either limit it listens for {@link WINDOW_MS} of each second only.
 */
export const MOST_PER_SECOND = 2_000;
export const MOST_BYTES_PER_SECOND = 8 * 1_048_576;
export const WINDOW_MS = 200;
const PERIOD_MS = 1_000;
/** A window ends early with this many. */
const MOST_IN_WINDOW = 10_000;
/** It listens all the time again after so many windows below half of the limits. */
const CALM_WINDOWS = 3;
/** A window that ended early is taken to be as long as this, ms: messages come in batches, and the clock is coarse. */
const SHORTEST_MS = 20;
const DENIED_RETRY_MS = 30_000;

/** The one watch of a subject on a connection, which keeps at least `capacity` messages. */
export function subjectWatch(connection: Connection, subject: string, capacity: number): SubjectWatch {
  const watch = sharedSource(connection, `watch ${subject}`, () => new SubjectWatch(connection, subject));
  watch.keepAtLeast(capacity);
  return watch;
}

/** Watches a subject while somebody can see it. */
export class SubjectWatch extends BaseSource<SubjectData> {
  readonly #subject: string;
  readonly #ring = new MessageRing();
  readonly #rates = new SubjectRates();
  #nats: NatsConnectionLike | null = null;
  #subscription: SubscriptionLike | null = null;
  /** Counts subscriptions: what an earlier one still has to say is not listened to. */
  #turn = 0;
  /** When the server had taken the subscription, by `performance.now()`; null until then. */
  #countingSince: number | null = null;
  #openedAt = 0;
  #inWindow = { messages: 0, bytes: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sampling = false;
  #sampled = false;
  #calm = 0;
  #ready = false;
  #denied = false;
  /** Why this connection has no messages at all. */
  #unsupported: string | null = null;
  #receivedAt: number | null = null;
  #problems: Problems = NO_PROBLEMS;

  constructor(connection: Connection, subject: string) {
    super(connection);
    this.#subject = subject;
  }

  keepAtLeast(capacity: number): void {
    this.#ring.keepAtLeast(capacity);
  }

  protected override collect(): Partial<Snapshot<SubjectData>> {
    const state = this.#state();
    const data = Object.freeze({
      subject: this.#subject,
      ...this.#ring.snapshot,
      rates: this.#rates.snapshot,
      sampling: this.#sampling,
      sampled: this.#sampled,
    });
    return {
      ...state,
      // that nothing came is a truth only where it would have been seen
      data: this.#ring.total === 0 && state.status !== 'live' ? null : data,
      receivedAt: this.#receivedAt,
      problems: this.#problems,
    };
  }

  protected override connectionChanged(): void {
    const { nats, state } = this.connection.snapshot;
    const connected = state === 'connected';
    if (nats !== this.#nats || !connected) {
      this.#nats = nats;
      this.#close();
    }
    this.#follow();
  }

  protected override visibilityChanged(): void {
    this.#follow();
  }

  protected override stopped(): void {
    this.#close();
    this.#nats = null;
  }

  #state(): Pick<Snapshot<SubjectData>, 'status' | 'error'> {
    const { snapshot } = this.connection;
    const hasData = this.#ring.total > 0;
    if (snapshot.state !== 'connected' || !this.#nats) return whileUnconnected(snapshot, hasData);
    if (this.#unsupported !== null)
      return { status: hasData ? 'stale' : 'unsupported', error: { message: this.#unsupported } };
    if (this.#denied)
      return {
        status: hasData ? 'stale' : 'denied',
        error: {
          subject: this.#subject,
          message: `This login may not subscribe to ${this.#subject}. Allow it for this user, or watch another subject.`,
        },
      };
    if (!this.visible)
      return { status: hasData ? 'stale' : 'waiting', error: { message: 'Not watched while out of sight.' } };
    if (!this.#ready) return { status: hasData ? 'stale' : 'waiting', error: null };
    return { status: 'live', error: null };
  }

  /** Listens while there is a connection and somebody looks on. */
  #follow(): void {
    const wanted = this.visible && this.connection.snapshot.state === 'connected';
    if (!wanted || !this.#nats) this.#close();
    else if (!this.#subscription && this.#timer === undefined && this.#unsupported === null) this.#open(this.#nats);
    this.touch();
  }

  #open(nats: NatsConnectionLike): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const turn = ++this.#turn;
    this.#openedAt = performance.now();
    this.#countingSince = null;
    this.#inWindow = { messages: 0, bytes: 0 };
    try {
      this.#subscription = nats.subscribe(this.#subject, {
        callback: (error, message) => {
          if (turn !== this.#turn) return;
          if (error) this.#failed(error);
          else this.#take(message);
        },
      });
    } catch (error) {
      this.#problem(errorText(error));
      return;
    }
    nats.flush().then(
      () => {
        if (turn !== this.#turn || this.#denied) return;
        this.#ready = true;
        this.#countingSince = performance.now();
        this.#timer = setTimeout(() => this.#windowOver(), this.#sampling ? WINDOW_MS : PERIOD_MS);
        this.touch();
      },
      // cut off: the connection's next change asks anew
      () => undefined,
    );
  }

  #take(message: MessageLike): void {
    const size = message.data.length;
    this.#receivedAt = Date.now();
    this.#ring.add(message, this.#receivedAt);
    this.#rates.count(message.subject, size);
    this.#inWindow.messages++;
    this.#inWindow.bytes += size;
    const most = this.#sampling ? MOST_IN_WINDOW : MOST_PER_SECOND;
    if (this.#inWindow.messages > most || this.#inWindow.bytes > MOST_BYTES_PER_SECOND) this.#windowOver();
    this.touch();
  }

  /** A second is over, or a sample, or too much has come. */
  #windowOver(): void {
    const since = this.#countingSince;
    const elapsedMs = Math.max(SHORTEST_MS, performance.now() - (since ?? this.#openedAt));
    const { messages, bytes } = this.#inWindow;
    const load = Math.max(messages / MOST_PER_SECOND, bytes / MOST_BYTES_PER_SECOND) / (elapsedMs / 1_000);
    const tooMuch = messages > MOST_PER_SECOND || bytes > MOST_BYTES_PER_SECOND || load > 1;
    this.#rates.endWindow(elapsedMs / 1_000, this.#sampling || tooMuch);
    this.#calm = load < 0.5 ? this.#calm + 1 : 0;
    const sampling = this.#sampling;
    if (tooMuch) this.#sampling = this.#sampled = true;
    else if (sampling && this.#calm >= CALM_WINDOWS) this.#sampling = false;
    if (!this.#sampling && !sampling) {
      this.#inWindow = { messages: 0, bytes: 0 };
      this.#countingSince = performance.now();
      this.#timer = setTimeout(() => this.#windowOver(), PERIOD_MS);
    } else {
      this.#unsubscribe();
      const rest = this.#sampling ? PERIOD_MS - Math.min(elapsedMs, WINDOW_MS) : 0;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.#nats) this.#open(this.#nats);
      }, rest);
    }
    this.touch();
  }

  #failed(error: Error): void {
    const kind = failureKind(error);
    if (kind !== 'permission' && kind !== 'unsupported') {
      this.#problem(errorText(error));
      return;
    }
    this.#unsubscribe();
    if (kind === 'unsupported') {
      this.#unsupported = `${errorText(error)}.`;
      this.touch();
      return;
    }
    this.#denied = true;
    this.#ready = false;
    // a refused subscription does not come back by itself when permissions widen
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#denied = false;
      this.#follow();
    }, DENIED_RETRY_MS);
    this.touch();
  }

  #problem(text: string): void {
    this.#problems = Object.freeze({ count: this.#problems.count + 1, last: `${this.#subject}: ${text}` });
    this.touch();
  }

  /** Ends listening; what comes until it begins again is not known. */
  #close(): void {
    if (this.#subscription || this.#timer !== undefined) this.#rates.gap();
    this.#unsubscribe();
    this.#denied = false;
    this.#unsupported = null;
    this.#ready = false;
    this.#sampling = false;
    this.#calm = 0;
  }

  #unsubscribe(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#subscription?.unsubscribe();
    } catch {
      // the client is closed: there is nothing left to end
    }
    this.#subscription = null;
    this.#countingSince = null;
  }
}
