import type { RaftGroup, Raftz } from '../../protocol/server/raftz.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';

export type RaftServers = readonly PolledServer<Raftz>[];

/** A Raft group as one of its servers sees it. */
export interface RaftRow {
  readonly id: string;
  readonly server: string;
  readonly group: RaftGroup;
  readonly missingSince: number | null;
  /** No server of the group that answers knows a leader. */
  readonly leaderless: boolean;
  /** Entries agreed on and not yet applied here. */
  readonly unapplied: number | null;
  /** Entries that the group has agreed on, as far as is known, and this server has not heard of. */
  readonly behind: number | null;
}

const keyOf = ({ account, group }: RaftGroup): string => JSON.stringify([account, group]);

interface Known {
  leader: boolean;
  answers: boolean;
  committed: number;
}

export function raftRows(servers: RaftServers): readonly RaftRow[] {
  const known = new Map<string, Known>();
  for (const { value, missingSince } of servers) {
    if (missingSince !== null) continue;
    for (const group of value.groups) {
      const seen = known.get(keyOf(group)) ?? { leader: false, answers: true, committed: 0 };
      seen.leader ||= group.leader !== null || group.state === 'LEADER';
      seen.committed = Math.max(seen.committed, group.committed ?? 0);
      known.set(keyOf(group), seen);
    }
  }
  return servers.flatMap(({ server, value, missingSince }) =>
    value.groups.map((group): RaftRow => {
      const seen = known.get(keyOf(group));
      return {
        id: JSON.stringify([server.name, group.account, group.group]),
        server: server.name,
        group,
        missingSince,
        leaderless: seen !== undefined && !seen.leader,
        unapplied:
          group.committed === null || group.applied === null ? null : Math.max(0, group.committed - group.applied),
        behind:
          missingSince !== null || group.committed === null || !seen
            ? null
            : Math.max(0, seen.committed - group.committed),
      };
    }),
  );
}

/** Groups that no answering server knows a leader of, each once. */
export function leaderlessGroups(rows: readonly RaftRow[]): readonly RaftGroup[] {
  const groups = new Map(rows.filter(({ leaderless }) => leaderless).map(({ group }) => [keyOf(group), group]));
  return [...groups.values()];
}

export function countGroups(rows: readonly RaftRow[]): number {
  return new Set(rows.map(({ group }) => keyOf(group))).size;
}

/** What a group is for. */
export function groupKind(group: string): string {
  if (group === '_meta_') return 'meta group';
  return group.startsWith('S-') ? 'stream' : group.startsWith('C-') ? 'consumer' : 'other';
}
