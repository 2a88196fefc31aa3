import { safeText } from '../../../protocol/decode.ts';
import { isEchoAnswer, isStoredAnswer } from '../../../protocol/headers.ts';
import { errorText, failureKind } from '../transport/errors.ts';
import type { Connection } from '../transport/connection.ts';
import type { MessageLike, NatsConnectionLike, SubscriptionLike } from '../transport/nats-like.ts';
import { whileUnconnected } from './no-connection.ts';
import { NO_PROBLEMS, type Problems, type Snapshot, type SourceError } from './snapshot.ts';
import { BaseSource } from './source.ts';

/** A refused subscription does not come back when permissions widen again: it is tried anew this often. */
const DENIED_RETRY_MS = 30_000;

/** Narrower subjects to listen to where a login may not subscribe to all of one: `{'$SYS.ACCOUNT.>': ['$SYS.ACCOUNT.*.CONNECT']}`. */
export type Instead = Readonly<Record<string, readonly string[]>>;

/**
 * Data that arrives by itself on subjects. Subscribes once a connection is there, again where the client is another
 * one, and keeps what it has through every interruption.
 */
export abstract class SubjectFeed<T> extends BaseSource<T> {
  readonly #subjects: readonly string[];
  readonly #instead: Instead;
  readonly #denied = new Set<string>();
  /** Refused since the last attempt. */
  #refused = new Set<string>();
  #nats: NatsConnectionLike | null = null;
  /** By subject. */
  readonly #subscriptions = new Map<string, SubscriptionLike>();
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #ready = false;
  /** Counts the waits for it: only the last one's end tells. */
  #turn = 0;
  #problems: Problems = NO_PROBLEMS;
  /** Why this connection has no events at all. */
  #unsupported: string | null = null;

  constructor(connection: Connection, subjects: readonly string[], instead: Instead = {}) {
    super(connection);
    this.#subjects = subjects;
    this.#instead = instead;
  }

  /** One message. May throw: it is counted as a problem then, and nothing else is lost. */
  protected abstract received(message: MessageLike): void;
  /** There is something to keep on show. */
  protected abstract hasData(): boolean;
  /** The status while connected and subscribed: `live`, or what the data itself says (`empty`, `stale`). */
  protected abstract dataStatus(): Snapshot<T>['status'];

  /** Counts a message that could not be read. */
  protected countProblem(text: string): void {
    this.#problems = { count: this.#problems.count + 1, last: safeText(text) };
    this.touch();
  }

  protected override collect(): Partial<Snapshot<T>> {
    return {
      problems: Object.isFrozen(this.#problems) ? this.#problems : Object.freeze(this.#problems),
      ...this.#state(),
    };
  }

  protected override connectionChanged(): void {
    const { nats, state } = this.connection.snapshot;
    if (nats !== this.#nats) this.#follow(nats);
    else if (nats && state === 'connected' && this.#denied.size > 0) this.#follow(nats);
    else if (nats && state === 'connected' && !this.#ready) this.#awaitReady(nats);
    if (state !== 'connected') this.#ready = false;
    this.touch();
  }

  protected override stopped(): void {
    this.#follow(null);
  }

  #state(): Pick<Snapshot<T>, 'status' | 'error'> {
    const { snapshot } = this.connection;
    if (snapshot.state !== 'connected' || !this.#nats) return whileUnconnected(snapshot, this.hasData());
    if (this.#unsupported !== null) {
      const error = { message: this.#unsupported };
      return this.hasData() ? { status: 'stale', error } : { status: 'unsupported', error };
    }
    const denied = this.#deniedError();
    if (denied && this.#subjects.every((subject) => this.#nothingOf(subject)))
      return { status: this.hasData() ? 'stale' : 'denied', error: denied };
    if (!this.#ready) return { status: this.hasData() ? 'stale' : 'waiting', error: null };
    return { status: this.dataStatus(), error: denied };
  }

  /** A subject is denied, and so is all that is listened to instead. */
  #nothingOf(subject: string): boolean {
    return this.#denied.has(subject) && (this.#instead[subject] ?? []).every((each) => this.#denied.has(each));
  }

  #deniedError(): SourceError | null {
    const [subject] = this.#denied;
    if (subject === undefined) return null;
    const all = [...this.#denied].join(', ');
    const heard = [...this.#denied]
      .flatMap((each) => this.#instead[each] ?? [])
      .filter((each) => !this.#denied.has(each));
    return {
      subject,
      message: `This login may not subscribe to ${all}.${
        heard.length > 0 ? ` Of that, only ${heard.join(', ')} can be heard.` : ''
      } Allow it for this user, or use another login.`,
    };
  }

  #follow(nats: NatsConnectionLike | null): void {
    clearTimeout(this.#retryTimer);
    for (const subscription of this.#subscriptions.values()) quietly(() => subscription.unsubscribe());
    this.#subscriptions.clear();
    this.#denied.clear();
    this.#unsupported = null;
    this.#ready = false;
    this.#nats = nats;
    if (!nats) return;
    for (const subject of this.#subjects) this.#subscribe(nats, subject);
    if (this.connection.snapshot.state === 'connected') this.#awaitReady(nats);
  }

  #subscribe(nats: NatsConnectionLike, subject: string): void {
    try {
      this.#subscriptions.set(
        subject,
        nats.subscribe(subject, { callback: (error, message) => this.#take(nats, subject, error, message) }),
      );
    } catch (error) {
      this.countProblem(`${subject}: ${errorText(error)}`);
    }
  }

  /** Asks again for what was refused. What stands goes on, and a subject is denied until the server has taken it. */
  #retryDenied(nats: NatsConnectionLike): void {
    if (nats !== this.#nats) return;
    const asked = [...this.#denied];
    const refused = new Set<string>();
    this.#refused = refused;
    for (const subject of asked) this.#subscribe(nats, subject);
    nats.flush().then(
      () => {
        if (nats !== this.#nats || refused !== this.#refused) return;
        for (const subject of asked) if (!refused.has(subject)) this.#allowed(subject);
        this.touch();
      },
      // cut off: the next connection asks for all
      () => undefined,
    );
  }

  #allowed(subject: string): void {
    this.#denied.delete(subject);
    for (const each of this.#instead[subject] ?? []) {
      const subscription = this.#subscriptions.get(each);
      if (subscription) quietly(() => subscription.unsubscribe());
      this.#subscriptions.delete(each);
      this.#denied.delete(each);
    }
  }

  /** The server has taken the subscriptions when it answers the ping behind them. */
  #awaitReady(nats: NatsConnectionLike): void {
    const turn = ++this.#turn;
    nats.flush().then(
      () => {
        if (turn !== this.#turn || this.#nats !== nats || this.connection.snapshot.state !== 'connected') return;
        this.#ready = true;
        this.touch();
      },
      // cut off again: the next connection asks anew
      () => undefined,
    );
  }

  #take(nats: NatsConnectionLike, subject: string, error: Error | null, message: MessageLike): void {
    if (nats !== this.#nats) return;
    if (error) {
      const kind = failureKind(error);
      if (kind === 'permission') this.#deny(nats, subject);
      else if (kind === 'unsupported') this.#cannot(errorText(error));
      else this.countProblem(`${subject}: ${errorText(error)}`);
      return;
    }
    try {
      // whoever may ask an echo or a stream may have the answer sent here, where it would speak for another
      if (isEchoAnswer(message.headers) || isStoredAnswer(message.headers))
        this.countProblem(`${message.subject}: the answer to a request, sent where no answer belongs`);
      else this.received(message);
    } catch (thrown) {
      this.countProblem(`${message.subject}: ${errorText(thrown)}`);
    }
  }

  #cannot(why: string): void {
    this.#unsupported = `${why}.`;
    this.touch();
  }

  #deny(nats: NatsConnectionLike, subject: string): void {
    this.#denied.add(subject);
    this.#refused.add(subject);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#retryDenied(nats), DENIED_RETRY_MS);
    const instead = (this.#instead[subject] ?? []).filter((each) => !this.#subscriptions.has(each));
    for (const each of instead) this.#subscribe(nats, each);
    if (instead.length > 0 && !this.hasData()) {
      // nothing is known yet of what these are answered
      this.#ready = false;
      this.#awaitReady(nats);
    }
    this.touch();
  }
}

function quietly(task: () => void): void {
  try {
    task();
  } catch {
    // the client is closed: there is nothing left to end
  }
}
