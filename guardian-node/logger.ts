/**
 * Structured logs: one JSON line each on stderr (plain text where stderr is a terminal), and the same on `ops.log.*`.
 * What cannot be published yet waits in a bounded buffer.
 */
import pino, { type Logger } from 'pino';
import type { Taken } from '../client/lifecycle.ts';
import { LogQueue, type LogSink } from '../client/log-queue.ts';
import { masked } from '../client/mask.ts';
import { LOG_LEVELS, safeText, type LogLevel, type OpsLog } from '../protocol/index.ts';

export type { Logger, Taken };

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly unit: string;
  readonly startedAt: number;
  /** Where lines go, in whole lines. */
  readonly write: (line: string) => void;
  /** Plain text for a person instead of JSON. */
  readonly pretty: boolean;
  /** Texts that are masked wherever they appear; asked at each line, since passwords change. */
  readonly secrets: () => readonly string[];
}

interface Line {
  readonly level: LogLevel;
  readonly ts: number;
  readonly unit: string;
  readonly component?: string;
  readonly message?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

export class OpsLogger {
  readonly logger: Logger;
  /** Lines of level error and fatal so far: a heartbeat's status looks at it. */
  errors = 0;
  readonly #options: LoggerOptions;
  readonly #queue = new LogQueue();

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.logger = pino(
      {
        level: options.level,
        base: { unit: options.unit },
        messageKey: 'message',
        timestamp: () => `,"ts":${Date.now()}`,
        formatters: { level: (label) => ({ level: label === 'trace' ? 'debug' : label }) },
        // For whatever object may one day be logged whole.
        redact: {
          paths: ['pass', 'password', 'token', 'jwt', '*.pass', '*.password', '*.token', '*.jwt'],
          censor: '[redacted]',
        },
      },
      { write: (line: string) => this.#take(line) },
    );
  }

  /** Lines that the server does not let this login publish: they are on stderr only. */
  get refused(): number {
    return this.#queue.refused;
  }

  /** Where lines are published; those that wait go first. */
  publishTo(sink: LogSink): void {
    this.#sayDropped(this.#queue.publishTo(sink));
  }

  /** Publishes what waits, oldest first, as far as the sink takes it. */
  flush(): void {
    this.#sayDropped(this.#queue.flush());
  }

  #sayDropped(dropped: number): void {
    if (dropped === 0) return;
    const fields = { component: 'log', dropped };
    this.logger.warn(fields, `${dropped} log lines were dropped while there was no connection`);
  }

  #take(raw: string): void {
    try {
      this.#pass(this.#mask(JSON.parse(raw) as Line));
    } catch {
      // A log line must not end what logs it. The line itself is not repeated here: it may hold what is masked.
      this.#options.write(`{"level":"error","ts":${Date.now()},"message":"a log line could not be written"}\n`);
    }
  }

  #pass(line: Line): void {
    if (line.level === 'error' || line.level === 'fatal') this.errors++;
    this.#options.write(this.#options.pretty ? pretty(line) : `${JSON.stringify(line)}\n`);
    this.#queue.push(this.#entry(line));
  }

  /** Masks texts, never the line's own frame: a password may be a number that stands in its time. */
  #mask(line: Line): Line {
    return { ...masked(line, this.#options.secrets()), level: line.level, ts: line.ts, unit: line.unit };
  }

  #entry({ level, ts, unit, component, message, err, ...fields }: Line): OpsLog {
    const said = err?.message === undefined ? fields : { ...fields, error: err.message };
    return {
      ts,
      level: LOG_LEVELS.includes(level) ? level : 'info',
      unit,
      component: component ?? null,
      message: message ?? '',
      fields: Object.keys(said).length > 0 ? said : null,
      trace: err?.stack ?? null,
      startedAt: this.#options.startedAt,
      problems: [],
    };
  }
}

/** `12:30:01.123 WARN  echo: refused … {"subject":"…"}` */
function pretty({ level, ts, unit: _unit, component, message, ...fields }: Line): string {
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  const time = new Date(ts).toISOString().slice(11, 23);
  return `${time} ${level.toUpperCase().padEnd(5)} ${component ?? 'guardian'}: ${safeText(message ?? '', 2_000)}${rest}\n`;
}
