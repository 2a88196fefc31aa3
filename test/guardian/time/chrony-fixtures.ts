/** chronyc's verbatim output in test/fixtures as readings. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSourceCsv, parseTrackingCsv } from '../../../guardian-node/time/chrony-csv.ts';
import type { ChronyReading } from '../../../guardian-node/time/reader.ts';
import { projectRoot } from '../../rigs/nats-server-bins.ts';

const FOLDER = resolve(projectRoot, 'test/fixtures/chrony/4.3');

export interface ChronyFixture {
  readonly name: string;
  /** When it was taken, ms since the epoch. */
  readonly takenMs: number;
  /** Null: chronyc got no answer, and the file holds its words. */
  readonly reading: ChronyReading | null;
}

export function chronyFixtures(): ChronyFixture[] {
  return readdirSync(FOLDER)
    .filter((file) => /^\d\d/.test(file) && !/log/.test(file))
    .sort()
    .map((file) => parse(file.replace('.txt', ''), readFileSync(resolve(FOLDER, file), 'utf8')));
}

export function chronyFixture(prefix: string): ChronyFixture {
  const found = chronyFixtures().find((fixture) => fixture.name.startsWith(prefix));
  if (!found) throw new Error(`no fixture ${prefix}`);
  return found;
}

function parse(name: string, text: string): ChronyFixture {
  const tracking = block(text, 'tracking');
  const takenMs = Number(/# taken ([\d.]+)/.exec(text)?.[1] ?? 0) * 1e3;
  if (!tracking?.[0]?.includes(',')) return { name, takenMs, reading: null };
  const sources = (block(text, 'sources') ?? []).filter((line) => line.includes(','));
  const parsed = parseTrackingCsv(tracking[0]);
  // Those of leap seconds ran under a faked clock, whose time is about that of its last update.
  const faked = name.includes('leap') && parsed.refTimeS !== null ? parsed.refTimeS * 1e3 + 1_000 : null;
  return {
    name,
    takenMs: faked ?? takenMs,
    reading: { kind: 'chrony', tracking: parsed, sources: sources.map(parseSourceCsv) },
  };
}

/** The lines that `chronyc -c -n <command>` printed. */
function block(text: string, command: string): string[] | undefined {
  const found = text
    .split('=== ')
    .find((part) => new RegExp(`^.*chronyc .*-c -n ${command}\\b`).test(part.split('\n')[0] ?? ''));
  return found
    ?.split('\n')
    .slice(1)
    .filter((line) => line !== '' && !line.startsWith('rc='));
}
