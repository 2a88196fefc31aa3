/** Prometheus' text format 0.0.4: families of samples, written so that every scraper reads them. */
import { replaceUnsafe } from '../../protocol/decode.ts';

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  /** Null: not known, and then not written. Never 0 in its place. */
  readonly value: number | null;
}

export interface Family {
  /** With its unit at the end: `nunect_rtt_median_seconds`. */
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** One value, or none. */
export function gauge(name: string, help: string, value: number | null | undefined, labels?: Labels): Family {
  return { name, type: 'gauge', help, samples: [{ value: value ?? null, ...(labels && { labels }) }] };
}

export function counter(name: string, help: string, value: number | null | undefined): Family {
  return { name, type: 'counter', help, samples: [{ value: value ?? null }] };
}

/** One sample for each word, 1 for the one that holds now and 0 for the others; no sample at all while that is unknown. */
export function stateSet(
  name: string,
  help: string,
  label: string,
  words: readonly string[],
  now: readonly string[] | null,
): Family {
  const samples =
    now === null ? [] : words.map((word) => ({ labels: { [label]: word }, value: now.includes(word) ? 1 : 0 }));
  return { name, type: 'gauge', help, samples };
}

/** A family without a known value is left out, its HELP too: an empty one reads like a zero to people. */
export function exposition(families: readonly Family[]): string {
  return families.map(family).join('');
}

function family({ name, type, help, samples }: Family): string {
  const lines = samples.flatMap((sample) => line(name, sample));
  if (lines.length === 0) return '';
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function line(name: string, { labels = {}, value }: Sample): string[] {
  if (value === null || Number.isNaN(value)) return [];
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  const set = pairs.length > 0 ? `{${pairs.join(',')}}` : '';
  return [`${name}${set} ${value}\n`];
}

/** Names of servers and paths are somebody else's text. */
function escaped(text: string): string {
  const oneLine = replaceUnsafe(text.slice(0, 256), (character) => (character === '\n' ? '\n' : '\ufffd'));
  return oneLine.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
