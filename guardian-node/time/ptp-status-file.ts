/** A file that something beside ptp4l keeps writing: lines of a name and a value, pmc's own names. Old is as good as absent. */
import { open } from 'node:fs/promises';
import { toPtpReading, type PmcBlock } from './pmc-parse.ts';
import { ClockReadError, type ClockReader, type PtpReading } from './reader.ts';

export const PTP_STATUS_FILES = ['/run/ptp/status', '/run/ptp4l-status'] as const;
/** Written longer ago than this it says nothing of now, ms. */
const FRESH_MS = 10_000;
const MAX_BYTES = 64 * 1024;
const SETS = [
  'DEFAULT_DATA_SET',
  'PORT_DATA_SET',
  'TIME_STATUS_NP',
  'PARENT_DATA_SET',
  'CURRENT_DATA_SET',
  'TIME_PROPERTIES_DATA_SET',
  'PORT_PROPERTIES_NP',
];

export class PtpStatusFileReader implements ClockReader<PtpReading> {
  readonly name: string;
  readonly #files: readonly string[];

  constructor(files: readonly string[] = PTP_STATUS_FILES) {
    this.#files = files;
    this.name = `status file ${files.join(', ')}`;
  }

  async read(): Promise<PtpReading> {
    let stale: ClockReadError | null = null;
    for (const file of this.#files) {
      try {
        return await readStatusFile(file, Date.now());
      } catch (error) {
        if (!(error instanceof ClockReadError)) throw error;
        if (error.failure !== 'absent') stale = error;
      }
    }
    throw stale ?? new ClockReadError('absent', `no ${this.name}`);
  }

  close(): void {
    // Nothing is held open between readings.
  }
}

/** @throws ClockReadError `absent`, `stale`, or `garbled` when it names no port state and no offset */
export async function readStatusFile(file: string, nowMs: number): Promise<PtpReading> {
  let text: string;
  let writtenMs: number;
  try {
    const handle = await open(file, 'r');
    try {
      writtenMs = (await handle.stat()).mtimeMs;
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(MAX_BYTES), position: 0 });
      text = buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ClockReadError(code === 'EACCES' ? 'refused' : 'absent', `cannot read ${file} (${code})`, {
      cause: error,
    });
  }
  const ageMs = nowMs - writtenMs;
  // A clock that was set back makes a file of the future: its age is not known.
  if (Math.abs(ageMs) > FRESH_MS) {
    throw new ClockReadError(
      'stale',
      `${file} was written ${Math.round(ageMs / 1e3)} s ago, more than ${FRESH_MS / 1e3} s`,
    );
  }
  return parseStatusFile(text, file, writtenMs);
}

/** @param writtenMs its mtime: stands for the time of the last message where the file names none */
export function parseStatusFile(text: string, file: string, writtenMs: number): PtpReading {
  const fields = Object.create(null) as Record<string, string>;
  for (const line of text.split('\n').slice(0, 256)) {
    const found = /^\s*([\w.]{1,64})\s*[\s:=]\s*(\S.{0,127}?)\s*$/.exec(line);
    if (found) fields[found[1] ?? ''] = found[2] ?? '';
  }
  fields['ingress_time'] ??= String(Math.round(writtenMs * 1e6));
  const from = fields['portIdentity'] ?? '';
  const blocks = SETS.map((name): PmcBlock => ({ from, sequence: 0, name, refused: false, fields }));
  const reading = toPtpReading(blocks, file);
  if (reading.ports.length === 0 && reading.offsetNs === null) {
    throw new ClockReadError('garbled', `${file} names neither portState nor master_offset`);
  }
  return reading;
}
