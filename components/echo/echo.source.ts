import { fourTimestampOffset } from '../../protocol/echo.ts';
import { safeText } from '../../protocol/decode.ts';
import { subjects } from '../../protocol/subjects.ts';
import { ClockOffsetWindow, type ClockOffset } from '../core/sources/clock-offset.ts';
import { costMeter } from '../core/sources/cost.ts';
import { whileUnconnected } from '../core/sources/no-connection.ts';
import { sharedSource } from '../core/sources/registry.ts';
import { ColumnRing } from '../core/sources/rtt-history-ring.ts';
import { explainSilence } from '../core/sources/silence.ts';
import type { Snapshot, SourceError, SourceStatus } from '../core/sources/snapshot.ts';
import { BaseSource } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { echoOnce, type EchoReply } from '../core/transport/echo.ts';
import { failureKind } from '../core/transport/errors.ts';
import type { NatsConnectionLike } from '../core/transport/nats-like.ts';
import { pageClock } from '../core/transport/page-clock.ts';
import { NoResponders } from '../core/transport/request.ts';
import { figuresOf, type EchoSample } from './echo.model.ts';

/** What has been measured between this page and a unit. */
export interface EchoData {
  /** Empty: none is chosen. */
  readonly unit: string;
  readonly running: boolean;
  /** Round trips of the last {@link SAMPLES}, oldest first. */
  readonly samples: readonly EchoSample[];
  /** A burst a row: when it ended (ms since the epoch), median and 99th percentile, µs; `NaN` is a gap. */
  readonly bursts: { readonly at: Float64Array; readonly p50: Float64Array; readonly p99: Float64Array };
  /** The unit's clock less this page's, from the round trip that says most; `null`: the unit does not tell its time. */
  readonly offset: ClockOffset | null;
  /** Of this page's clock, µs; part of the offset's bound. */
  readonly resolutionUs: number;
}

/** Round trips that figures are made of: at the usual pace those of five minutes. */
export const SAMPLES = 480;
/** Echoes of a burst, and the time between two, ms: far below what a guardian answers (200 a second). */
const BURST = 8;
const PAUSE_MS = 40;
const LONGEST_WAIT_MS = 2_000;
/** A refused login is not asked for as often. */
const DENIED_RETRY_MS = 30_000;
/** An hour at the usual pace. */
const MOST_BURSTS = 720;

/** The echoes to a unit at a pace, shared on a connection. @throws RangeError when `unit` is no unit id */
export function echoSource(connection: Connection, unit: string, intervalMs: number): EchoSource {
  const subject = subjects.echo(unit);
  return sharedSource(
    connection,
    `echo ${unit} ${intervalMs}`,
    () => new EchoSource(connection, unit, subject, intervalMs),
  );
}

/** Measures while somebody wants it and somebody can see it: a page that nobody looks at asks no unit. */
export class EchoSource extends BaseSource<EchoData> {
  readonly #unit: string;
  readonly #subject: string;
  readonly #pace: number;
  readonly #wishes = new Set<object>();
  readonly #offsets = new ClockOffsetWindow();
  readonly #bursts = new ColumnRing(3, MOST_BURSTS);
  #samples: readonly EchoSample[] = [];
  #failure: { readonly status: SourceStatus; readonly error: SourceError } | null = null;
  #receivedAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts bursts: what an earlier one still has to say is not listened to. */
  #turn = 0;
  #busy = false;
  /** When the last burst ended, ms since the epoch; a gap is drawn where none followed in time. */
  #endedAt: number | null = null;

  constructor(connection: Connection, unit: string, subject: string, intervalMs: number) {
    super(connection);
    this.#unit = unit;
    this.#subject = subject;
    this.#pace = intervalMs;
    this.touch();
  }

  /** Whether this element wants it measured. It goes on while one does. */
  want(element: object, wanted: boolean): void {
    if (wanted === this.#wishes.has(element)) return;
    if (wanted) this.#wishes.add(element);
    else this.#wishes.delete(element);
    this.#failure = null;
    this.#goOn();
    this.touch();
  }

  protected override collect(): Partial<Snapshot<EchoData>> {
    const data = Object.freeze({
      unit: this.#unit,
      running: this.#wishes.size > 0,
      samples: this.#samples,
      bursts: Object.freeze({ at: this.#bursts.view(0), p50: this.#bursts.view(1), p99: this.#bursts.view(2) }),
      offset: this.#offsets.best(pageClock().nowUs() / 1_000),
      resolutionUs: pageClock().resolutionUs,
    });
    const state = this.#state();
    // what says why there is nothing stands alone; what was measured stays on show
    const hasData = this.#receivedAt !== null || state.status === 'empty';
    return { ...state, data: hasData ? data : null, receivedAt: this.#receivedAt };
  }

  protected override connectionChanged(): void {
    this.#failure = null;
    this.#goOn();
    this.touch();
  }

  protected override visibilityChanged(): void {
    this.#goOn();
  }

  protected override stopped(): void {
    this.#wishes.clear();
    this.#halt();
  }

  #state(): Pick<Snapshot<EchoData>, 'status' | 'error'> {
    const { snapshot } = this.connection;
    const measured = this.#receivedAt !== null;
    if (snapshot.state !== 'connected') return whileUnconnected(snapshot, measured);
    if (this.#wishes.size === 0)
      return measured
        ? { status: 'stale', error: { message: 'Stopped: press Start to go on.' } }
        : { status: 'empty', error: null };
    const { status, error } = this.#failure ?? { status: null, error: null };
    if (status !== null) return { status: measured ? 'stale' : status, error };
    return { status: measured ? 'live' : 'waiting', error: null };
  }

  /** Begins, or ends, as things are now. */
  #goOn(): void {
    const { nats, state } = this.connection.snapshot;
    if (!this.started || this.#wishes.size === 0 || !this.visible || !nats || state !== 'connected') this.#halt();
    else if (!this.#busy && this.#timer === undefined) void this.#burst(nats);
  }

  #halt(): void {
    this.#turn++;
    this.#busy = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #burst(nats: NatsConnectionLike): Promise<void> {
    const turn = ++this.#turn;
    this.#busy = true;
    const samples: EchoSample[] = [];
    let failed: unknown = null;
    let refused: string | null = null;
    for (let n = 0; n < BURST && failed === null && refused === null; n++) {
      if (n > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (turn !== this.#turn) return;
      try {
        const reply = await echoOnce(nats, this.#subject, { nowUs: pageClock().nowUs, maxWaitMs: LONGEST_WAIT_MS });
        if (turn !== this.#turn) return;
        refused = reply?.refused ?? null;
        if (refused === null) samples.push(this.#take(reply));
      } catch (error) {
        if (turn !== this.#turn) return;
        failed = error;
      }
      // a unit that is away is not asked eight times in a row
      if (samples.length >= 2 && samples.slice(-2).every(({ rttUs }) => rttUs === null)) break;
    }
    this.#finish(samples, failed, refused);
  }

  #take(reply: EchoReply | null): EchoSample {
    if (!reply) return { at: Date.now(), rttUs: null, responderUs: null };
    const { t1, t2, t4 } = reply;
    // without the time of sending, what the unit took counts as part of the way: a larger bound, no false one
    const t3 = t2 !== null && reply.t3 !== null && reply.t3 >= t2 ? reply.t3 : t2;
    const at = t4 / 1_000;
    if (t2 !== null && t3 !== null) {
      // 1 µs: the unit's own times are whole ones
      const told = fourTimestampOffset({ t1, t2, t3, t4 }, pageClock().resolutionUs + 1);
      if (told) this.#offsets.add({ offsetMs: told.offsetUs / 1_000, boundMs: told.boundUs / 1_000, at });
    }
    return { at, rttUs: Math.max(0, t4 - t1), responderUs: t2 === null || reply.t3 === null ? null : (t3 ?? t2) - t2 };
  }

  #finish(samples: readonly EchoSample[], failed: unknown, refused: string | null): void {
    this.#busy = false;
    const now = Date.now();
    costMeter(this.connection).record('echo', {
      replies: samples.filter(({ rttUs }) => rttUs !== null).length,
      bytes: 0,
    });
    const { p50, p99, sent, lost } = figuresOf(samples);
    this.#failure = this.#explain(failed, refused, sent > 0 && lost === sent);
    if (sent > 0) this.#samples = Object.freeze([...this.#samples, ...samples].slice(-SAMPLES));
    this.#mark(now, p50 ?? NaN, p99 ?? NaN);
    if (p50 !== null) this.#receivedAt = now;
    const wait = this.#failure?.status === 'denied' ? Math.max(DENIED_RETRY_MS, this.#pace) : this.#pace;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#goOn();
    }, wait);
    this.touch();
  }

  /** A row for the chart; after a time without bursts one more, so that no line crosses it. */
  #mark(now: number, p50: number, p99: number): void {
    const { at } = { at: this.#bursts.view(0) };
    const last = at.at(-1) ?? -Infinity;
    if (this.#endedAt !== null && now - this.#endedAt > 2.5 * this.#pace + LONGEST_WAIT_MS)
      this.#bursts.push(Math.max(last + 0.01, this.#endedAt + 1), NaN, NaN);
    // the machine's clock may have been set back: the axis runs one way
    if (now > last) this.#bursts.push(now, p50, p99);
    this.#endedAt = now;
  }

  #explain(
    failed: unknown,
    refused: string | null,
    silent: boolean,
  ): { readonly status: SourceStatus; readonly error: SourceError } | null {
    const subject = this.#subject;
    const error = (message: string) => ({ status: 'error' as const, error: { subject, message } });
    if (refused !== null) return error(`${this.#unit} refuses the echo: ${safeText(refused)}.`);
    if (failed instanceof NoResponders || (failed !== null && failureKind(failed) === 'no-responders'))
      return error(
        `Nobody answers ${subject}. See under Units whether ${this.#unit} runs and is connected; its profile must allow the echo, and this login's account must import ops.echo.* from that of the guardians.`,
      );
    if (failed !== null) return explainSilence(subject, null, failed);
    return silent
      ? error(
          `${this.#unit} did not answer within ${LONGEST_WAIT_MS / 1_000} s. It is cut off, or answers nobody because too many ask; or, on nats-server before 2.10, there is none of that name. Asking again.`,
        )
      : null;
  }
}
