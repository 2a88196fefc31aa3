import { LOG_LEVELS, type LogLevel } from '../../protocol/subjects.ts';
import type { Tone } from '../core/ui/badge.ts';

/** How each level is called and coloured, and its mark (so that it is told apart without colour). Most severe last. */
export const LEVELS = {
  debug: { words: 'debug', mark: '·', tone: 'quiet' },
  info: { words: 'info', mark: 'i', tone: 'good' },
  warn: { words: 'warn', mark: '!', tone: 'warn' },
  error: { words: 'error', mark: '✕', tone: 'bad' },
  fatal: { words: 'fatal', mark: '‼', tone: 'bad' },
} as const satisfies Record<LogLevel, { readonly words: string; readonly mark: string; readonly tone: Tone }>;

/** So many come, and so little is in one, that they are kept only while somebody wants to see them. */
export const QUIET_LEVELS: ReadonlySet<LogLevel> = new Set<LogLevel>(['debug']);

/** A view in which nothing is shown has a word, since an empty one is no choice. */
const NO_LEVEL = 'none';

/** Levels that are hidden where an attribute names those shown, separated by spaces or commas; without a word, the quiet ones. */
export function hiddenLevels(text: string | null): ReadonlySet<LogLevel> {
  const named = new Set((text ?? '').toLowerCase().split(/[\s,]+/));
  const hidden = LOG_LEVELS.filter((level) => !named.has(level));
  return hidden.length === LOG_LEVELS.length && !named.has(NO_LEVEL) ? QUIET_LEVELS : new Set(hidden);
}

/** The attribute that {@link hiddenLevels} reads the same from; `null`: the usual choice. */
export function levelsText(hidden: ReadonlySet<LogLevel>): string | null {
  if (LOG_LEVELS.every((level) => hidden.has(level) === QUIET_LEVELS.has(level))) return null;
  return LOG_LEVELS.filter((level) => !hidden.has(level)).join(' ') || NO_LEVEL;
}

/** The level of a subject `ops.log.{level}.{unit}`, without reading the message. */
export function levelOfSubject(subject: string): LogLevel | null {
  return LOG_LEVELS.find((level) => subject.startsWith(`ops.log.${level}.`)) ?? null;
}
