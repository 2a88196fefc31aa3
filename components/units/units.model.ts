import { safeText } from '../../protocol/decode.ts';
import type { Heartbeat } from '../../protocol/heartbeat.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatMicroseconds,
  formatNumber,
  formatPercent,
} from '../core/element/format.ts';
import type { RosterUnit } from '../core/sources/unit-roster.ts';
import { DEFAULT_INTERVAL_MS } from '../core/sources/unit-rhythm.ts';
import { roundTripBeyond, type Beyond } from './units.limits.ts';

export type UnitHeartbeat = RosterUnit;

/** What a unit says, as text that is safe to show. */
export interface UnitView {
  /** For the badge: a tone, a mark that tells the states apart without colour, and words. */
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
  readonly mark: string;
  readonly words: string;
  /** Why the status is lowered, in the unit's words. */
  readonly reasons: readonly string[];
  /** Round trips and clock: what is looked at first. Always there. */
  readonly main: readonly Figure[];
  /** What else it told. What it did not tell is left out: the contract does not ask for it. */
  readonly more: readonly Figure[];
  /** How often it sends, in words. */
  readonly rhythm: string;
}

export interface Figure {
  readonly name: string;
  /** `null`: there was no measurement. */
  readonly value: string | null;
  readonly beyond?: Beyond | null;
}

const views = new WeakMap<UnitHeartbeat, UnitView>();

/** The view of one state of a unit; made once. */
export function viewOf(state: UnitHeartbeat): UnitView {
  let view = views.get(state);
  if (!view) {
    view = makeView(state);
    views.set(state, view);
  }
  return view;
}

function makeView(state: UnitHeartbeat): UnitView {
  const { value } = state;
  return {
    ...statusOf(state),
    reasons: value.reasons.map((reason) => safeText(reason, 200)),
    main: [
      roundTrip('RTT native', value.nativeRttUs, value),
      roundTrip('RTT app', value.appRttUs, value),
      { name: 'Clock', value: clockOf(value) },
    ],
    more: moreOf(state).flatMap(([name, figure]) => (figure ? [{ name, value: safeText(figure, 120) }] : [])),
    rhythm:
      state.intervalMs === null
        ? `every ${formatAge(DEFAULT_INTERVAL_MS)} (assumed)`
        : `every ${state.intervalMs < 1_000 ? `${formatNumber(state.intervalMs)} ms` : formatAge(state.intervalMs)}`,
  };
}

function statusOf({ value, late }: UnitHeartbeat): Pick<UnitView, 'tone' | 'mark' | 'words'> {
  const words = safeText(value.statusText, 40) || 'unknown';
  // what it last said is no longer known to be so
  if (late) return { tone: 'warn', mark: '…', words: `late, was ${words}` };
  if (value.status === 'healthy') return { tone: 'good', mark: '✓', words };
  if (value.status === 'degraded') return { tone: 'warn', mark: '!', words };
  if (value.status === 'critical') return { tone: 'bad', mark: '✕', words };
  return { tone: 'quiet', mark: '?', words };
}

function roundTrip(name: string, us: number | null, { thresholds }: Heartbeat): Figure {
  return { name, value: us === null ? null : formatMicroseconds(us), beyond: roundTripBeyond(us, thresholds) };
}

/** “NTP, locked”. */
export function clockOf({ clockSource, clockQuality }: Heartbeat): string {
  const source = clockSource === 'unsynced' ? clockSource : clockSource?.toUpperCase();
  return [source, clockQuality].filter(Boolean).join(', ') || 'not told';
}

function moreOf({ value, lost, restarts, isRemembered }: UnitHeartbeat): (readonly [string, string | null])[] {
  const { host, process, nats } = value;
  return [
    ['Sequence', formatCount(value.sequence)],
    ['Lost', isRemembered ? null : formatCount(lost)],
    ['Restarts', isRemembered ? null : formatCount(restarts)],
    ['Uptime', value.uptimeS === null ? null : formatAge(value.uptimeS * 1_000)],
    ['Load', loadOf(host?.load1 ?? null, host?.cpus ?? null)],
    ['Memory', memoryOf(host?.memTotal ?? null, host?.memFree ?? null)],
    ['Guardian', guardianOf(process?.rss ?? null, process?.cpuPercent ?? null)],
    ['Version', value.version],
    ['Server', [nats?.serverName, nats?.serverVersion].filter(Boolean).join(' ')],
    ['Host', [host?.name, host?.platform, host?.arch].filter(Boolean).join(' ')],
    ['Tenant', value.tenant],
    ['Role', value.role],
    ['Unreadable', value.problems.join('; ')],
  ];
}

function loadOf(load: number | null, cpus: number | null): string | null {
  if (load === null) return null;
  return cpus === null ? formatNumber(load) : `${formatNumber(load)} on ${formatCount(cpus)} CPUs`;
}

function memoryOf(total: number | null, free: number | null): string | null {
  if (total === null || free === null) return null;
  return `${formatBytes(Math.max(0, total - free))} of ${formatBytes(total)}`;
}

function guardianOf(rss: number | null, cpuPercent: number | null): string | null {
  return [rss === null ? '' : formatBytes(rss), cpuPercent === null ? '' : `${formatPercent(cpuPercent)} CPU`]
    .filter(Boolean)
    .join(', ');
}

const RANKS: Record<Heartbeat['status'], number> = { critical: 0, degraded: 2, unknown: 3, healthy: 4 };

function rank({ value, late }: UnitHeartbeat): number {
  return late ? Math.min(1, RANKS[value.status]) : RANKS[value.status];
}

/** Those in trouble first; of one rank in the order that they have. @param units by name */
export function inOrder(units: readonly UnitHeartbeat[]): readonly UnitHeartbeat[] {
  // thousands are ordered again with every snapshot: no comparing
  const ranks: UnitHeartbeat[][] = [];
  for (const unit of units) (ranks[rank(unit)] ??= []).push(unit);
  return ranks.flat();
}

/** “3 units: 1 late, 2 healthy”, of units that stand {@link inOrder}. */
export function summaryOf(units: readonly UnitHeartbeat[]): string {
  const counts = new Map<string, number>();
  for (const unit of units) {
    const word = unit.late ? 'late' : unit.value.status === 'unknown' ? 'other' : unit.value.status;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = [...counts].map(([word, count]) => `${formatCount(count)} ${word}`);
  return `${formatCount(units.length)} ${units.length === 1 ? 'unit' : 'units'}: ${parts.join(', ')}`;
}
