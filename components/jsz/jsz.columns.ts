import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { renderMeter } from '../core/ui/stat.ts';
import { fullness, healthOf, replicaSummary, type Health, type Standing, type StreamRow } from './jsz.model.ts';

const TONES: Record<Health, readonly [tone: string, mark: string]> = {
  ok: ['good', '✓'],
  behind: ['warn', '▲'],
  'no leader': ['bad', '✕'],
  unknown: ['warn', '?'],
};

/** Whose word it is, as a badge; the reason in its title. */
export function renderHealth(health: Health, { note }: Standing): TemplateResult {
  const [tone, mark] = TONES[health];
  return html`<span title=${note ? safeText(note) : nothing}>${renderBadge(tone, mark, health)}</span>`;
}

export function streamHealth(row: StreamRow): Health {
  return healthOf(row, replicaSummary(row.stream.cluster, row.trust, row.stream.config?.replicas ?? null));
}

/** Text of others, fit to be shown as a value. */
export function shortText(text: string | null): string | null {
  return text === null ? null : safeText(text, 80);
}

/** A leader's name, or that there is none. */
export function leaderText({ leader }: Standing): string {
  return leader === null ? 'none' : safeText(leader, 64);
}

function moment(at: number | null): TemplateResult | string {
  return at === null ? UNKNOWN : html`<span title=${formatDateTime(at)}>${age(at)} ago</span>`;
}

function replicas(row: StreamRow): ReturnType<typeof replicaSummary> {
  return replicaSummary(row.stream.cluster, row.trust, row.stream.config?.replicas ?? null);
}

/** “3 · 12 behind”. */
function replicaWords(row: StreamRow): string {
  const { count, behind, lag } = replicas(row);
  const words = count === null ? UNKNOWN : formatCount(count);
  if (row.trust !== 'leader') return count === 1 ? words : `${words} · state unknown`;
  if (behind.length > 0) return `${words} · ${behind.map((name) => safeText(name, 32)).join(', ')} not current`;
  return lag ? `${words} · ${formatCount(lag)} behind` : words;
}

/** Where it comes from: the mirror's or sources' names, and the greatest lag. */
function originWords({ stream, trust }: StreamRow): string {
  const from = stream.config?.mirror ? [stream.config.mirror] : (stream.config?.sources ?? []);
  if (from.length === 0) return '';
  const names = from.slice(0, 3).map((name) => safeText(name, 48));
  const more = from.length > 3 ? ` and ${formatCount(from.length - 3)} more` : '';
  const lag = originLag({ stream, trust });
  return `${stream.config?.mirror ? 'mirror of' : 'from'} ${names.join(', ')}${more} · ${lag === null ? 'lag unknown' : `lag ${formatCount(lag)}`}`;
}

function originLag({ stream, trust }: Pick<StreamRow, 'stream' | 'trust'>): number | null {
  if (trust !== 'leader') return null;
  const lags = [stream.mirror, ...stream.sources].flatMap((each) => (each?.lag == null ? [] : [each.lag]));
  return lags.length > 0 ? Math.max(...lags) : null;
}

/** “limits · file · ≤ 10 MiB, ≤ 1 h”. */
export function limitWords({ config }: StreamRow['stream']): string {
  if (!config) return UNKNOWN;
  const limits: string[] = [];
  if (config.maxBytes !== null && config.maxBytes > 0) limits.push(formatBytes(config.maxBytes));
  if (config.maxMsgs !== null && config.maxMsgs > 0) limits.push(`${formatCount(config.maxMsgs)} messages`);
  if (config.maxAgeMs !== null && config.maxAgeMs > 0) limits.push(formatAge(config.maxAgeMs));
  return `${config.retention ?? UNKNOWN} · ${config.storage ?? UNKNOWN} · ${limits.length > 0 ? `≤ ${limits.join(', ')}` : 'no limit'}`;
}

/** The nearest of a stream's limits, as a bar. */
function renderFullness(row: StreamRow): unknown {
  const { config, state } = row.stream;
  if (fullness(row.stream) === null) return config ? 'no limit' : UNKNOWN;
  const share = (used: number | null, limit: number | null): number =>
    (used ?? 0) > 0 && limit && limit > 0 ? (used ?? 0) / limit : 0;
  return share(state.bytes, config?.maxBytes ?? null) >= share(state.messages, config?.maxMsgs ?? null) &&
    (config?.maxBytes ?? 0) > 0
    ? renderMeter({ label: 'Bytes', used: state.bytes, limit: config?.maxBytes ?? null, format: formatBytes })
    : renderMeter({ label: 'Messages', used: state.messages, limit: config?.maxMsgs ?? null, format: formatCount });
}

export const STREAM_COLUMNS: readonly GridColumn<StreamRow>[] = [
  {
    id: 'stream',
    label: 'Stream',
    priority: 1,
    value: ({ stream }) => stream.name,
    cell: ({ stream }) => safeText(stream.name, 120),
  },
  {
    id: 'account',
    label: 'Account',
    priority: 1,
    width: 'minmax(84px, 1fr)',
    value: ({ account }) => account,
    cell: ({ account }) => safeText(account, 80),
  },
  {
    id: 'state',
    label: 'State',
    title: 'Whether it has a leader, and replicas that are current; without a leader nothing can be stored',
    priority: 1,
    width: '112px',
    value: streamHealth,
    cell: (row) => renderHealth(streamHealth(row), row),
  },
  {
    id: 'messages',
    label: 'Messages',
    title: 'Stored now',
    align: 'end',
    priority: 1,
    value: ({ stream }) => stream.state.messages,
  },
  {
    id: 'bytes',
    label: 'Bytes',
    title: 'Stored now, in one replica',
    align: 'end',
    priority: 1,
    value: ({ stream }) => stream.state.bytes,
    cell: ({ stream }) => formatBytes(stream.state.bytes),
  },
  {
    id: 'in',
    label: 'In',
    title: 'Messages stored per second, since the reading before',
    align: 'end',
    value: ({ rateIn }) => rateIn,
    cell: ({ rateIn }) => formatPerSecond(rateIn),
  },
  {
    id: 'full',
    label: 'Of its limit',
    title:
      'Percent of the nearest of its limits of bytes and messages; a stream that discards old messages may stand at 100 %',
    width: 'minmax(196px, 1fr)',
    value: ({ stream }) => {
      const share = fullness(stream);
      return share === null ? null : Math.round(share * 100);
    },
    cell: renderFullness,
  },
  {
    id: 'last',
    label: 'Last message',
    title: 'When the newest message was stored',
    width: 'minmax(116px, 1fr)',
    value: ({ stream }) => stream.state.lastTime,
    cell: ({ stream }) => moment(stream.state.lastTime),
  },
  {
    id: 'first',
    label: 'First message',
    title: 'When the oldest message was stored',
    width: 'minmax(116px, 1fr)',
    priority: 3,
    value: ({ stream }) => stream.state.firstTime,
    cell: ({ stream }) => moment(stream.state.firstTime),
  },
  {
    id: 'subjects',
    label: 'Subjects',
    title: 'Distinct subjects in it',
    align: 'end',
    priority: 3,
    value: ({ stream }) => stream.state.subjects,
  },
  { id: 'consumers', label: 'Consumers', align: 'end', value: ({ stream }) => stream.state.consumers },
  {
    id: 'leader',
    label: 'Leader',
    width: 'minmax(92px, 1fr)',
    value: ({ leader }) => leader ?? 'none',
    cell: leaderText,
  },
  {
    id: 'replicas',
    label: 'Replicas',
    title: 'How many, and how far they are behind as the leader knows it',
    width: 'minmax(120px, 1fr)',
    value: replicaWords,
  },
  {
    id: 'cluster',
    label: 'Cluster',
    priority: 3,
    width: 'minmax(84px, 1fr)',
    value: ({ stream }) => shortText(stream.cluster?.name ?? null),
  },
  {
    id: 'limits',
    label: 'Kept',
    title: 'Retention, storage, limits',
    priority: 3,
    width: 'minmax(180px, 2fr)',
    value: ({ stream }) => limitWords(stream),
  },
  {
    id: 'origin',
    label: 'Filled from',
    title: 'The stream it mirrors, or its sources, and the greatest lag in messages',
    priority: 3,
    width: 'minmax(150px, 2fr)',
    value: originWords,
  },
];
