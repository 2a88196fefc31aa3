/**
 * Answers `ops.echo.{unit}`: the body as it came, with the times it was received and sent. Only inboxes are answered: NATS
 * does not check a request's reply subject, so an echo sent to `ops.heartbeat.other` would forge that unit's heartbeat.
 */
import { headers as natsHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { ECHO_MAX_BYTES, HEADERS, isInboxSubject, safeText } from '../protocol/index.ts';
import type { Logger } from './logger.ts';
import type { WallClock } from './wall-clock.ts';

/** Headers of a request that are sent back: names and values together, bytes. */
const MAX_HEADER_BYTES = 8_192;
/** Echoes a second, and at once: far more than guardians ask, far less than what would hold up a heartbeat. */
const PER_SECOND = 200;

export class EchoResponder {
  /** Requests that were not answered since their reply subject was no inbox. */
  dropped = 0;
  /** Requests that were answered with an error: too large, or with headers that cannot be sent. */
  refused = 0;
  /** Requests that were not answered since there were too many. */
  limited = 0;
  answered = 0;
  readonly #clock: WallClock;
  readonly #log: Logger;
  #tokens = PER_SECOND;
  #filledAt = performance.now();
  #saidHeaders = false;

  constructor(clock: WallClock, log: Logger) {
    this.#clock = clock;
    this.#log = log.child({ component: 'echo' });
  }

  handle(message: Msg): void {
    const received = this.#clock.nowUs();
    const { reply, data } = message;
    if (!reply || !isInboxSubject(reply)) {
      this.#drop(reply);
      return;
    }
    if (!this.#take()) {
      if (this.limited++ === 0) this.#log.warn(`more than ${PER_SECOND} echo requests a second; more are only counted`);
      return;
    }
    const answer = natsHeaders();
    const size = this.#copied(message, answer);
    if (size === null) {
      this.#refuse(message, '400', 'the headers of the request are malformed');
      return;
    }
    if (data.length > ECHO_MAX_BYTES || size > MAX_HEADER_BYTES) {
      const most = `at most ${ECHO_MAX_BYTES} bytes of body and ${MAX_HEADER_BYTES} of headers are echoed`;
      this.#refuse(message, '413', most);
      return;
    }
    answer.set(HEADERS.serverReceivedAt, String(received));
    // Not before it was received, even if the clock was set back in between.
    answer.set(HEADERS.serverSentAt, String(Math.max(received, this.#clock.nowUs())));
    message.respond(data, { headers: answer });
    this.answered++;
  }

  #refuse(message: Msg, code: string, why: string): void {
    this.refused++;
    const error = natsHeaders();
    error.set(HEADERS.errorCode, code);
    error.set(HEADERS.error, why);
    message.respond('', { headers: error });
  }

  /** A token bucket by the monotonic clock. */
  #take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(PER_SECOND, this.#tokens + ((now - this.#filledAt) / 1e3) * PER_SECOND);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Bytes of headers that were copied; null: they are malformed, which the client says by throwing where they are read. */
  #copied(message: Msg, answer: MsgHdrs): number | null {
    try {
      return copy(message.headers, answer);
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

/** Copies all headers; how many bytes they are. Stops when they are too many. */
function copy(from: MsgHdrs | undefined, to: MsgHdrs): number {
  let size = 0;
  for (const [name, values] of from ?? []) {
    for (const value of values) {
      size += name.length + value.length + 4;
      if (size > MAX_HEADER_BYTES) return size;
      to.append(name, value);
    }
  }
  return size;
}
