import { bounded } from '../protocol/decode.ts';
import { LOG_LEVELS, type LogLevel } from '../protocol/subjects.ts';
import { LogQueue, type LogSink } from './log-queue.ts';
import { masked } from './mask.ts';

/** Bounds of what one line may carry; the contract's readers take no more. */
const MAX_TEXT = 4_000;
const MAX_KEYS = 64;
const MAX_DEPTH = 5;
/** Characters of JSON that the fields of one line may take. */
const MAX_FIELDS = 65_536;

export interface LoggerOptions {
  /** Unit of `ops.log.{level}.{unit}`. */
  readonly unit: string;
  /** Part of the application that speaks; null: not said. */
  readonly component: string | null;
  /** Least level that is published. */
  readonly level: LogLevel;
  readonly startedAt: number;
  /** Texts that are masked wherever they stand; asked at each line. */
  readonly secrets: () => readonly string[];
}

/**
 * Writes log lines to `ops.log.{level}.{unit}`, in the contract's form. Never throws and never waits: while there is no
 * connection up to 256 lines are kept, and a line says afterwards how many more were dropped.
 */
export class ClientLogger {
  readonly #options: LoggerOptions;
  readonly #queue: LogQueue;

  constructor(options: LoggerOptions, queue = new LogQueue()) {
    this.#options = options;
    this.#queue = queue;
  }

  /** Lines that the server does not let this login publish. */
  get refused(): number {
    return this.#queue.refused;
  }

  debug(message: string, fields?: object): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: object): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: object): void {
    this.#write('warn', message, fields);
  }

  /** @param fields an Error, or an object with one as `error` or `err`, gives the line its trace */
  error(message: string, fields?: object): void {
    this.#write('error', message, fields);
  }

  fatal(message: string, fields?: object): void {
    this.#write('fatal', message, fields);
  }

  /** The same logger for a part of the application. */
  component(name: string): ClientLogger {
    return new ClientLogger({ ...this.#options, component: name }, this.#queue);
  }

  /** @internal */
  publishTo(sink: LogSink): void {
    this.#dropped(this.#queue.publishTo(sink));
  }

  /** @internal */
  flush(): void {
    this.#dropped(this.#queue.flush());
  }

  #dropped(dropped: number): void {
    if (dropped > 0) this.warn(`${dropped} log lines were dropped while there was no connection`, { dropped });
  }

  #write(level: LogLevel, message: string, fields: object | undefined): void {
    const { unit, component, level: least, startedAt, secrets } = this.#options;
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
    // Masked before it is cut: half a secret would not be found.
    const hidden = secrets();
    const clean = (text: string, max = MAX_TEXT): string => bounded(masked(text, hidden), max);
    const said = fields instanceof Error ? { error: fields } : (fields ?? {});
    const stack = Object.values(said).find((value) => value instanceof Error)?.stack;
    const plain = plainOf(said, MAX_DEPTH, clean) as Record<string, unknown>;
    const size = JSON.stringify(plain).length;
    this.#queue.push({
      ts: Date.now(),
      level,
      unit,
      component: component === null ? null : clean(component, 200),
      message: clean(message),
      fields: size === 2 ? null : size > MAX_FIELDS ? { omitted: `${size} characters` } : plain,
      trace: stack === undefined ? null : clean(stack),
      startedAt,
      problems: [],
    });
  }
}

/** What JSON can say of a value, bounded: an application logs whatever it has at hand. */
function plainOf(value: unknown, depth: number, clean: (text: string, max?: number) => string): unknown {
  const inner = (item: unknown): unknown => plainOf(item, depth - 1, clean);
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean' || value === null || value === undefined) return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object') return `[${typeof value}]`;
  if (value instanceof Error) return clean(value.message || value.name);
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? value.toISOString() : 'Invalid Date';
  if (depth === 0) return '…';
  try {
    if (Array.isArray(value)) return value.slice(0, MAX_KEYS).map(inner);
    const entries = Object.entries(value).slice(0, MAX_KEYS);
    return Object.fromEntries(entries.map(([key, item]) => [clean(key, 128), inner(item)]));
  } catch {
    return '[unreadable]'; // a getter or a proxy that throws
  }
}
