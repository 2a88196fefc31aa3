/**
 * Round trips. Native: a flush, which is the client's PING and the server's PONG, timed in nanoseconds (the client's own
 * `rtt()` counts whole milliseconds). App: a request on an echo, by one lasting inbox with a callback, which is a quarter
 * quicker than the client's `request`.
 */
import { createInbox, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { EncodedHeaders, header, HEADERS, safeText, type HeadersLike, type RttBurst } from '../protocol/index.ts';
import { takeBurst, type Sample } from './bursts.ts';
import { OffsetFilter, type ClockOffset } from './clock-offset.ts';
import { StandingSubscription } from './gate.ts';
import type { Logger } from './logger.ts';
import { watchingLoop } from './loop-watch.ts';
import type { WallClock } from './wall-clock.ts';

/** A sample that takes longer is lost, ms, unless the probe's user says otherwise. */
const LIMIT_MS = 1_000;
/**
 * Reply subjects, used in turn: what it has seen before the server delivers some 10 µs sooner. So many that the one before with
 * the same is surely over, and a reply says by its headers which request it is for.
 */
const REPLY_SUBJECTS = 64;
/** Of the inbox's name: enough to tell two guardians of one name apart. Each letter is read by three programs amid a round trip. */
const RANDOM_LETTERS = 6;

export interface RttReading {
  readonly native: RttBurst | null;
  readonly app: RttBurst | null;
  readonly errors: readonly string[];
}

/** What a burst on another unit's echo gave. */
export interface TargetReading {
  readonly app: RttBurst;
  readonly offset: ClockOffset | null;
  readonly errors: readonly string[];
}

export interface BurstSize {
  readonly samples: number;
  /** A sample that takes longer is lost, and after it no further one begins, ms. */
  readonly limitMs: number;
}

/** One echo that came back. */
export interface Echo {
  /** From its publish to its reply, ns. */
  readonly ns: number;
  /** t1, µs since the epoch. */
  readonly sentUs: number;
  /** From t1 to its reply, µs. */
  readonly tookUs: number;
  readonly headers: HeadersLike | undefined;
}

interface Waiting {
  /** Monotonic, ns: when t1 was read, and when it was published. */
  readAt: bigint;
  sentAt: bigint;
  sentUs: number;
  readonly resolve: (echo: Echo) => void;
  readonly reject: (error: Error) => void;
}

export class RttProbe {
  readonly #inbox: string;
  readonly #replies: StandingSubscription;
  readonly #clock: WallClock;
  readonly #waiting = new Map<string, Waiting>();
  #next = 0;
  /** How often the connection fell: a burst is never continued on the next one. */
  #falls = 0;

  constructor(unit: string, clock: WallClock, log: Logger) {
    this.#clock = clock;
    const prefix = `_INBOX_${unit}`;
    this.#inbox = createInbox(prefix).slice(0, prefix.length + 1 + RANDOM_LETTERS);
    this.#replies = new StandingSubscription(`${this.#inbox}.*`, log, (message) => this.#replied(message));
  }

  /** Whether a request with this reply subject is one of ours. */
  owns(reply: string): boolean {
    return reply.startsWith(this.#inbox);
  }

  /** A new connection object: subscriptions of the old one are gone. */
  forget(): void {
    this.#replies.forget();
    this.fell();
  }

  /** The connection fell: no reply will come, and the next round must not wait for it. */
  fell(): void {
    this.#falls++;
    for (const waiting of this.#waiting.values()) waiting.reject(new Error('the connection fell'));
    this.#waiting.clear();
  }

  /**
   * Measures to the server and to the unit's own echo. Never throws: what failed is null, with its reason.
   *
   * @param echo subject of the echo to ask; null when the profile does not allow it
   */
  async measure(nats: NatsConnection, echo: string | null, size: BurstSize): Promise<RttReading> {
    const errors: string[] = [];
    const native = await this.#burst(() => ping(nats, size.limitMs), size);
    if (native.error !== null) errors.push(`native: ${native.error}`);
    if (echo === null) {
      errors.push('app: the profile allows no echo request');
      return { native: native.burst, app: null, errors };
    }
    this.#replies.ensure(nats);
    const app = await this.#burst(async () => (await this.echo(nats, echo, size.limitMs)).ns, size);
    if (app.error !== null) errors.push(`app: ${app.error}`);
    return { native: native.burst, app: app.burst, errors };
  }

  /** Measures to another unit's echo, and that unit's clock. Never throws. */
  async measureTarget(nats: NatsConnection, echo: string, size: BurstSize): Promise<TargetReading> {
    this.#replies.ensure(nats);
    const filter = new OffsetFilter();
    // Not amid the burst: it takes a millisecond.
    this.#clock.refresh();
    const { burst, error } = await this.#burst(async () => {
      const asked = await this.echo(nats, echo, size.limitMs);
      filter.add(asked);
      return asked.ns;
    }, size);
    const offset = filter.result(this.#clock.uncertaintyUs);
    const errors = error === null ? [] : [`app: ${error}`];
    if (offset === null && burst.p50Us !== null) errors.push('clock: the echo names no times, or impossible ones');
    return { app: burst, offset, errors };
  }

  async #burst(sample: Sample, { samples, limitMs }: BurstSize): ReturnType<typeof takeBurst> {
    const falls = this.#falls;
    const standing: Sample = () =>
      // What is sent now would wait in the client's buffer for the next connection.
      this.#falls === falls ? sample() : Promise.reject(new Error('the connection fell'));
    const { result, maxUs } = await watchingLoop(() => takeBurst(standing, samples, limitMs));
    return { ...result, burst: { ...result.burst, eventLoopMaxUs: maxUs } };
  }

  /**
   * One request on an echo, and its reply.
   *
   * @throws Error when none came within the limit, when it was refused, or when the connection fell
   */
  echo(nats: NatsConnection, echo: string, limitMs: number): Promise<Echo> {
    if (this.#waiting.size >= REPLY_SUBJECTS) return Promise.reject(new Error('too many echoes at once'));
    let id = '';
    do id = String(this.#next++ % REPLY_SUBJECTS);
    while (this.#waiting.has(id));
    return new Promise((resolve, reject) => {
      // All that is not the round trip is done before it begins: the client writes at the end of this turn.
      const timer = setTimeout(() => waiting.reject(new Error(`no reply from ${echo} within ${limitMs} ms`)), limitMs);
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      const waiting: Waiting = {
        resolve: (answer) => {
          end();
          resolve(answer);
        },
        reject: (error) => {
          end();
          reject(error);
        },
        sentUs: 0,
        readAt: 0n,
        sentAt: 0n,
      };
      const reply = `${this.#inbox}.${id}`;
      this.#waiting.set(id, waiting);
      waiting.sentUs = this.#clock.nowUs();
      waiting.readAt = process.hrtime.bigint();
      const headers = new EncodedHeaders([`${HEADERS.sentAt}: ${waiting.sentUs}`]) as unknown as MsgHdrs;
      waiting.sentAt = process.hrtime.bigint();
      try {
        nats.publish(echo, undefined, { reply, headers });
      } catch (error) {
        waiting.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #replied(message: Msg): void {
    const now = process.hrtime.bigint();
    const waiting = this.#waiting.get(message.subject.slice(this.#inbox.length + 1));
    const { headers } = message;
    // Later than its limit: nobody waits for it, or another request with its reply subject.
    if (!waiting || isForAnother(headers, waiting.sentUs)) return;
    const error = headers?.get(HEADERS.error);
    if (headers?.code === 503) waiting.reject(new Error('nobody answers the echo'));
    else if (error) waiting.reject(new Error(safeText(error)));
    else {
      const { readAt, sentAt, sentUs } = waiting;
      waiting.resolve({ ns: Number(now - sentAt), sentUs, tookUs: Number(now - readAt) / 1e3, headers });
    }
  }
}

/** Whether a reply names another request's time; what nobody answers, or is refused, names none. */
function isForAnother(headers: HeadersLike | undefined, sentUs: number): boolean {
  const sentAt = header(headers, HEADERS.sentAt);
  return sentAt !== null && sentAt !== String(sentUs);
}

/**
 * One PING and its PONG, nanoseconds.
 *
 * @throws Error when none came within the limit, or the connection fell
 */
export function ping(nats: NatsConnection, limitMs = LIMIT_MS): Promise<number> {
  return new Promise((resolve, reject) => {
    // All that is not the round trip is done before it begins: the client writes at the end of this turn.
    const timer = setTimeout(() => reject(new Error(`no PONG within ${limitMs} ms`)), limitMs);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const start = process.hrtime.bigint();
    nats.flush().then(() => {
      // Timed where it is first heard of: each promise around it would add its part.
      const end = process.hrtime.bigint();
      clearTimeout(timer);
      resolve(Number(end - start));
    }, fail);
  });
}
