/**
 * Round trips. Native: a flush, which is the client's PING and the server's PONG, timed in nanoseconds (the client's own
 * `rtt()` counts whole milliseconds). App: a request on an echo, by one lasting inbox with a callback, which is a quarter
 * quicker than the client's `request`.
 */
import { createInbox, headers as natsHeaders, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { HEADERS, type RttBurst } from '../protocol/index.ts';
import { takeBurst, within } from './bursts.ts';
import { StandingSubscription } from './gate.ts';
import type { Logger } from './logger.ts';
import type { WallClock } from './wall-clock.ts';

/** Samples of one burst. */
const SAMPLES = 10;
/** A sample that takes longer is lost, ms. */
const LIMIT_MS = 1_000;

export interface RttReading {
  readonly native: RttBurst | null;
  readonly app: RttBurst | null;
  readonly errors: readonly string[];
}

interface Waiting {
  readonly sentAt: bigint;
  readonly resolve: (ns: number) => void;
  readonly reject: (error: Error) => void;
}

export class RttProbe {
  readonly #inbox: string;
  readonly #replies: StandingSubscription;
  readonly #clock: WallClock;
  readonly #waiting = new Map<string, Waiting>();
  #next = 0;

  constructor(unit: string, clock: WallClock, log: Logger) {
    this.#clock = clock;
    this.#inbox = createInbox(`_INBOX_${unit}`);
    this.#replies = new StandingSubscription(`${this.#inbox}.*`, log, (message) => this.#replied(message));
  }

  /** A new connection object: subscriptions of the old one are gone. */
  forget(): void {
    this.#replies.forget();
    this.fell();
  }

  /** The connection fell: no reply will come, and the next round must not wait for it. */
  fell(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new Error('the connection fell'));
    this.#waiting.clear();
  }

  /**
   * Measures both. Never throws: what failed is null, with its reason.
   *
   * @param echo subject of the echo to ask; null when the profile does not allow it
   */
  async measure(nats: NatsConnection, echo: string | null): Promise<RttReading> {
    const errors: string[] = [];
    const native = await takeBurst(() => ping(nats), SAMPLES);
    if (native.error !== null) errors.push(`native: ${native.error}`);
    if (echo === null) {
      errors.push('app: the profile allows no echo request');
      return { native: native.burst, app: null, errors };
    }
    this.#replies.ensure(nats);
    const app = await takeBurst(() => this.#ask(nats, echo), SAMPLES);
    if (app.error !== null) errors.push(`app: ${app.error}`);
    return { native: native.burst, app: app.burst, errors };
  }

  #ask(nats: NatsConnection, echo: string): Promise<number> {
    const id = String(++this.#next);
    const headers = natsHeaders();
    headers.set(HEADERS.sentAt, String(this.#clock.nowUs()));
    const answer = new Promise<number>((resolve, reject) => {
      this.#waiting.set(id, { sentAt: process.hrtime.bigint(), resolve, reject });
    });
    try {
      nats.publish(echo, '', { reply: `${this.#inbox}.${id}`, headers });
    } catch (error) {
      this.#waiting.delete(id);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return within(answer, LIMIT_MS, `no reply from ${echo} within ${LIMIT_MS} ms`).finally(() =>
      this.#waiting.delete(id),
    );
  }

  #replied(message: Msg): void {
    const now = process.hrtime.bigint();
    const waiting = this.#waiting.get(message.subject.slice(this.#inbox.length + 1));
    if (!waiting) return; // later than its limit
    const error = message.headers?.get(HEADERS.error);
    if (message.headers?.code === 503) waiting.reject(new Error('nobody answers the echo'));
    else if (error) waiting.reject(new Error(error));
    else waiting.resolve(Number(now - waiting.sentAt));
  }
}

/**
 * One PING and its PONG, nanoseconds.
 *
 * @throws Error when none came within a second, or the connection fell
 */
export async function ping(nats: NatsConnection): Promise<number> {
  const start = process.hrtime.bigint();
  await within(nats.flush(), LIMIT_MS, `no PONG within ${LIMIT_MS} ms`);
  return Number(process.hrtime.bigint() - start);
}
