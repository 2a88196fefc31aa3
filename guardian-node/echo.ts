/**
 * Answers `ops.echo.{unit}`: the body as it came, with the times it was received and sent. Only inboxes are answered: NATS
 * does not check a request's reply subject, so an echo sent to `ops.heartbeat.other` would forge that unit's heartbeat.
 */
import { headers as natsHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { ECHO_MAX_BYTES, EncodedHeaders, HEADERS, isInboxSubject, safeText } from '../protocol/index.ts';
import type { Logger } from './logger.ts';
import type { WallClock } from './wall-clock.ts';

/** Headers of a request that are sent back: names and values together, bytes. */
const MAX_HEADER_BYTES = 8_192;
/** Echoes of this guardian's own probe, a second: a flood of others' must not use up what its round trips are measured by. */
const OWN_PER_SECOND = 400;
/** Answers a second that say that there are too many: enough for whoever asks honestly to learn of it. */
const REFUSALS_PER_SECOND = 10;
/** More than so many times the limit in a second is a flood: to read it costs more than to answer what is allowed. */
const FLOOD = 5;
/** Bytes of answers that the server has not taken yet. Beyond it nothing is answered: they would pile up in this process. */
const MAX_UNTAKEN_BYTES = 1_048_576;

export interface EchoLimits {
  /** Echoes a second, and at once: more than guardians ask, less than what would hold up a heartbeat. */
  readonly perSecond: () => number;
  /** Whether a reply subject is an inbox of this guardian's own probe. */
  readonly owns: (reply: string) => boolean;
  /** Resolves when the server has taken what was sent so far; rejects when it will not. */
  readonly taken: () => Promise<void>;
  /** A flood: called again as long as it goes on. Whoever listens should stop for a while. */
  readonly flooded: () => void;
}

export class EchoResponder {
  /** Requests that were not answered since their reply subject was no inbox. */
  dropped = 0;
  /** Requests that were answered with an error: too large, or with headers that cannot be sent. */
  refused = 0;
  /** Requests that were not echoed since there were too many, or since the server does not take the answers. */
  limited = 0;
  answered = 0;
  readonly #clock: WallClock;
  readonly #limits: EchoLimits;
  readonly #log: Logger;
  readonly #others: Bucket;
  readonly #own = new Bucket(() => OWN_PER_SECOND);
  readonly #refusals = new Bucket(() => REFUSALS_PER_SECOND);
  #excess = 0;
  #excessSince = 0;
  #untaken = 0;
  #asking = false;
  #saidHeaders = false;
  #saidUntaken = false;

  constructor(clock: WallClock, limits: EchoLimits, log: Logger) {
    this.#clock = clock;
    this.#limits = limits;
    this.#others = new Bucket(limits.perSecond);
    this.#log = log.child({ component: 'echo' });
  }

  handle(message: Msg): void {
    const received = this.#clock.nowUs();
    const { reply, data } = message;
    if (!reply || !isInboxSubject(reply)) {
      this.#drop(reply);
      return;
    }
    if (this.#untaken > MAX_UNTAKEN_BYTES) {
      this.limited++;
      if (this.#saidUntaken) return;
      this.#saidUntaken = true;
      this.#log.warn('the server does not take the echoes that were sent; until it does, more are only counted');
      return;
    }
    if (!(this.#limits.owns(reply) ? this.#own : this.#others).take()) {
      this.#limit(message);
      return;
    }
    const copied = this.#copied(message);
    if (copied === null) {
      this.#refuse(message, '400', 'the headers of the request are malformed');
      return;
    }
    const { lines, size } = copied;
    if (data.length > ECHO_MAX_BYTES || size > MAX_HEADER_BYTES) {
      const most = `at most ${ECHO_MAX_BYTES} bytes of body and ${MAX_HEADER_BYTES} of headers are echoed`;
      this.#refuse(message, '413', most);
      return;
    }
    // Not before it was received, even if the clock was set back in between.
    const sent = Math.max(received, this.#clock.nowUs());
    lines.push(`${HEADERS.serverReceivedAt}: ${received}`, `${HEADERS.serverSentAt}: ${sent}`);
    try {
      // Those of the request were checked as they were read.
      this.#respond(message, data, new EncodedHeaders(lines) as unknown as MsgHdrs, size);
    } catch {
      // With the times in its headers it is longer than what came, and the client throws when the server takes less.
      this.#refuse(message, '413', 'the answer would be larger than this server lets a message be');
      return;
    }
    this.answered++;
  }

  #respond(message: Msg, data: Uint8Array | '', headers: MsgHdrs, headerBytes: number): void {
    message.respond(data, { headers });
    // Some hundred bytes besides: subject and the headers of our own.
    this.#untaken += data.length + headerBytes + 256;
    if (this.#untaken <= MAX_UNTAKEN_BYTES / 2 || this.#asking) return;
    this.#asking = true;
    const before = this.#untaken;
    void this.#limits
      .taken()
      .then(
        () => (this.#untaken -= before),
        // The connection fell, and what was pending with it.
        () => (this.#untaken = 0),
      )
      .finally(() => (this.#asking = false));
  }

  #limit(message: Msg): void {
    const most = `more than ${this.#limits.perSecond()} echo requests a second`;
    if (this.limited++ === 0) this.#log.warn(`${most}; more are only counted`);
    const now = performance.now();
    if (now - this.#excessSince > 1e3) {
      this.#excessSince = now;
      this.#excess = 0;
    }
    if (++this.#excess > FLOOD * this.#limits.perSecond()) {
      this.#excess = 0;
      this.#limits.flooded();
    }
    if (this.#refusals.take()) this.#respondError(message, '429', most);
  }

  #refuse(message: Msg, code: string, why: string): void {
    this.refused++;
    this.#respondError(message, code, why);
  }

  #respondError(message: Msg, code: string, why: string): void {
    const error = natsHeaders();
    error.set(HEADERS.errorCode, code);
    error.set(HEADERS.error, why);
    this.#respond(message, '', error, 0);
  }

  /** Null: the headers are malformed, which the client says by throwing where they are read. */
  #copied(message: Msg): Copied | null {
    try {
      return copy(message.headers);
    } catch (error) {
      if (!this.#saidHeaders) {
        this.#saidHeaders = true;
        const why = safeText(error instanceof Error ? error.message : String(error));
        this.#log.warn(`an echo request has malformed headers (${why}); more are only counted`);
      }
      return null;
    }
  }

  #drop(reply: string | undefined): void {
    if (this.dropped++ > 0) return;
    const why = reply ? `its reply subject is no inbox: ${safeText(reply)}` : 'it has no reply subject';
    this.#log.warn({ reply: safeText(reply ?? '') }, `an echo request is not answered, ${why}; more are only counted`);
  }
}

/** A token bucket by the monotonic clock, which holds what a second brings. */
class Bucket {
  readonly #perSecond: () => number;
  #tokens: number;
  #filledAt = performance.now();

  constructor(perSecond: () => number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond();
  }

  take(): boolean {
    const now = performance.now();
    const most = this.#perSecond();
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#filledAt) / 1e3) * most);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** Headers of a request, a line each, and how many bytes they are. */
interface Copied {
  readonly lines: string[];
  readonly size: number;
}

/** All headers of a request but those that an answer gives itself. Stops when they are too many. */
function copy(from: MsgHdrs | undefined): Copied {
  const lines: string[] = [];
  let size = 0;
  for (const [name, values] of from ?? []) {
    if (name === HEADERS.serverReceivedAt || name === HEADERS.serverSentAt) continue;
    for (const value of values) {
      size += name.length + value.length + 4;
      if (size > MAX_HEADER_BYTES) return { lines, size };
      lines.push(`${name}: ${value}`);
    }
  }
  return { lines, size };
}
