import type { Healthz, HealthzError } from '../../protocol/server/healthz.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';

export type HealthzServers = readonly PolledServer<Healthz>[];

/** `unknown`: it does not answer, which says nothing of its health. */
export type HealthState = 'ok' | 'not ok' | 'unknown';

export interface HealthRow {
  readonly name: string;
  readonly state: HealthState;
  /** Null where it has never answered. */
  readonly health: Healthz | null;
  readonly version: string | null;
  readonly cluster: string | null;
  /** ms since the epoch; null while it answers, and where it never did. */
  readonly missingSince: number | null;
  readonly faults: readonly HealthzError[];
}

/** @param absent servers that are known otherwise and have never answered this */
export function healthRows(servers: HealthzServers, absent: readonly string[]): readonly HealthRow[] {
  const rows = servers.map(({ server, value, missingSince }): HealthRow => ({
    name: server.name,
    state: missingSince !== null ? 'unknown' : value.status === 'ok' ? 'ok' : 'not ok',
    health: value,
    version: server.version,
    cluster: server.cluster,
    missingSince,
    faults: faultsOf(value),
  }));
  const known = new Set(rows.map(({ name }) => name));
  for (const name of absent)
    if (!known.has(name))
      rows.push({ name, state: 'unknown', health: null, version: null, cluster: null, missingSince: null, faults: [] });
  // what is wrong is what somebody comes for
  return rows.sort((a, b) => URGENCY[a.state] - URGENCY[b.state]);
}

const URGENCY: Readonly<Record<HealthState, number>> = { 'not ok': 0, unknown: 1, ok: 2 };

/** The listed faults, or the one that a server tells without a list. */
function faultsOf({ status, error, errors }: Healthz): readonly HealthzError[] {
  if (errors.length > 0) return errors;
  if (error !== null && error !== '') return [{ type: null, account: null, stream: null, consumer: null, error }];
  return status === 'ok'
    ? []
    : [{ type: null, account: null, stream: null, consumer: null, error: `status ${status}, no reason given` }];
}

/** What is wrong, in a line. */
export function reason({ faults, state, missingSince, health }: HealthRow): string {
  if (state === 'ok') return 'nothing is wrong';
  if (health === null) return 'has never answered';
  const [first] = faults;
  const words = first ? (first.error ?? first.type ?? 'no reason given') : '';
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  if (missingSince === null) return words + more;
  return first ? `does not answer; last: ${words}${more}` : 'does not answer; was well when it last did';
}

export function countStates(rows: readonly HealthRow[]): Readonly<Record<HealthState, number>> {
  const counts = { ok: 0, 'not ok': 0, unknown: 0 };
  for (const { state } of rows) counts[state]++;
  return counts;
}
