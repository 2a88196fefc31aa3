import { safeText } from '../../protocol/decode.ts';
import { formatAge, formatBytes, formatDateTime, formatTime } from '../core/element/format.ts';
import type { FeedEvent } from '../core/sources/event-feed.ts';
import type { Tone } from '../core/ui/badge.ts';
import { explainMark } from '../core/ui/link-mark.ts';
import { safeJson } from '../core/ui/safe-json.ts';
import { LEVELS } from './log.levels.ts';
import type { LogEntry, LogLine } from './log.source.ts';

export type LogEvent = FeedEvent<LogEntry>;

/** One row of the log, as text that is safe to show. */
export interface LogRow {
  readonly mark: string;
  readonly words: string;
  readonly tone: Tone;
  /** Time of day of the sender. */
  readonly time: string;
  readonly unit: string;
  readonly component: string;
  readonly message: string;
  /** The fields on one line. */
  readonly fields: string;
  /** How far the sender's time is from that of arrival, where that is far; empty: it is near. */
  readonly away: string;
}

/** Cells are narrow: what is longer is cut here already, so that ten thousand characters are never laid out. */
const CELL_CHARACTERS = 120;
const MESSAGE_CHARACTERS = 400;
const FIELDS_CHARACTERS = 200;
/** Nearer than this, sender and arrival are of one moment: links and clocks are not better, ms. */
const NEAR_MS = 10_000;

const rows = new WeakMap<LogEvent, LogRow>();

/** The row of an entry; made once. */
export function rowOf(entry: LogEvent): LogRow {
  let row = rows.get(entry);
  if (!row) rows.set(entry, (row = makeRow(entry)));
  return row;
}

function makeRow({ event, receivedAt }: LogEvent): LogRow {
  if (event.kind !== 'line')
    return {
      mark: '!',
      words: event.kind === 'link-lost' ? 'link lost' : 'link back',
      tone: 'warn',
      time: formatTime(event.at),
      unit: '',
      component: '',
      message: explainMark(event, 'lines'),
      fields: '',
      away: '',
    };
  return {
    ...LEVELS[event.level],
    time: formatTime(event.ts),
    unit: event.unit,
    component: safeText(event.component ?? '', CELL_CHARACTERS),
    message: safeText(event.message.replace(/\s+/g, ' '), MESSAGE_CHARACTERS),
    fields: safeText(fieldsOnOneLine(event), FIELDS_CHARACTERS),
    away: awayOf(event, receivedAt),
  };
}

/** `disk=/var used=97`, as far as there is room. */
function fieldsOnOneLine({ fields, leftOut }: LogLine): string {
  if (leftOut > 0) return `(fields of ${formatBytes(leftOut)} left out)`;
  let text = '';
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (text.length > FIELDS_CHARACTERS) break;
    text += `${text === '' ? '' : ' '}${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  }
  return text;
}

/** “12 min late”: it waited somewhere, or one of two clocks is wrong, which cannot be told from here. */
function awayOf({ ts }: LogLine, receivedAt: number): string {
  const behind = receivedAt - ts;
  if (Math.abs(behind) < NEAR_MS) return '';
  return behind > 0 ? `${formatAge(behind)} late` : `${formatAge(-behind)} ahead`;
}

/** Name and value of everything that is known of a line but for what is longer than that; what is not known is left out. */
export function detailsOf(entry: LogEvent): readonly (readonly [string, string])[] {
  const { event, receivedAt } = entry;
  const arrived = `${formatDateTime(receivedAt)} (this browser’s clock)`;
  const all: readonly (readonly [string, string | null])[] =
    event.kind === 'line'
      ? [
          ['Unit', event.unit],
          ['Component', event.component],
          ['Time', `${formatDateTime(event.ts)} (sender’s clock)`],
          ['Arrived', arrived],
          ['Difference', differenceOf(event, rowOf(entry).away)],
          ['Sender started', event.startedAt === null ? null : `${formatDateTime(event.startedAt)} (sender’s clock)`],
          ['Left out', event.leftOut > 0 ? `Fields: the line has ${formatBytes(event.leftOut)}.` : null],
          ['Unreadable', event.problems.join('; ')],
        ]
      : [
          ['What', explainMark(event, 'lines')],
          ['Time', `${formatDateTime(event.at)} (this browser’s clock)`],
          ['Lost at', formatDateTime(event.lostAt)],
          ['Server', event.server],
        ];
  return all.flatMap(([name, value]) => (value ? [[name, safeText(value, 2_000)] as const] : []));
}

function differenceOf({ backlog }: LogLine, away: string): string | null {
  if (backlog) return `${away === '' ? '' : `${away}: `}it waited at its unit while that was cut off.`;
  if (away === '') return null;
  return away.endsWith('late')
    ? `${away}: it waited somewhere, or the sender’s clock is behind.`
    : `${away}: the sender’s clock is ahead of this browser’s.`;
}

/** An entry as JSON, its secrets masked, with its arrival by this browser's clock. What would hide or reorder text is escaped. */
export function toJson({ event, receivedAt }: LogEvent, space?: number): string {
  if (event.kind !== 'line') return safeJson({ ...event, receivedAt }, space);
  const { ts, level, unit, component, message, fields, trace, startedAt, leftOut } = event;
  const line = { ts, level, unit, component, message, fields, trace, started_at: startedAt, received_at: receivedAt };
  return safeJson(leftOut > 0 ? { ...line, fields_left_out_bytes: leftOut } : line, space);
}
