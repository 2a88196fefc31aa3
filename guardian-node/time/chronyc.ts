/** chronyd by its own client, for where its command port is closed: `chronyc -c -n -m` asks everything in one process. */
import { parseSourceCsv, parseTrackingCsv } from './chrony-csv.ts';
import { output } from './command.ts';
import { ClockReadError, type ChronyReading, type ClockReader } from './reader.ts';

/** chronyc itself gives a daemon that hangs 7 s. */
const LIMIT_MS = 2_000;
const MAX_SOURCES = 64;

export class ChronycReader implements ClockReader<ChronyReading> {
  readonly name: string;
  readonly #program: string;
  readonly #where: readonly string[];

  /**
   * @param program chronyc
   * @param where host and port of its command port; without it chronyc tries chronyd's own socket first
   */
  constructor(program: string, where?: { readonly host: string; readonly port: number }) {
    this.#program = program;
    this.#where = where ? ['-h', where.host, '-p', String(where.port)] : [];
    this.name = `chronyd by ${program}`;
  }

  async read(): Promise<ChronyReading> {
    const reports = ['tracking', 'sources', 'sourcestats'];
    return parseChronyc(await output(this.#program, [...this.#where, '-c', '-n', '-m', ...reports], LIMIT_MS));
  }

  close(): void {
    // Nothing is held open between readings.
  }
}

/**
 * Reads the reports of one call. They are told apart by their number of columns, as a report may be empty.
 *
 * @throws ClockReadError `garbled` when there is no tracking report among them
 */
export function parseChronyc(text: string): ChronyReading {
  const rows = text.split('\n').filter((line) => line.includes(','));
  const columns = (count: number): string[] => rows.filter((line) => line.split(',').length === count);
  const [tracking] = columns(14);
  if (tracking === undefined) {
    throw new ClockReadError('garbled', `chronyc printed no tracking report: ${text.trim().slice(0, 120)}`);
  }
  const sources = columns(10).slice(0, MAX_SOURCES);
  return { kind: 'chrony', tracking: parseTrackingCsv(tracking), sources: sources.map(parseSourceCsv) };
}
