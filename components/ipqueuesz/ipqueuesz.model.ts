import type { Ipqueuesz } from '../../protocol/server/ipqueuesz.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';

export type QueueServers = readonly PolledServer<Ipqueuesz>[];

/** One queue inside of one server. */
export interface QueueRow {
  readonly id: string;
  readonly server: string;
  readonly queue: string;
  readonly pending: number | null;
  readonly inProgress: number | null;
  readonly missingSince: number | null;
}

export function queueRows(servers: QueueServers): readonly QueueRow[] {
  return servers.flatMap(({ server, value, missingSince }) =>
    value.queues.map(({ name, pending, inProgress }) => ({
      id: JSON.stringify([server.name, name]),
      server: server.name,
      queue: name,
      pending,
      inProgress,
      missingSince,
    })),
  );
}

/** What waits in all queues of a server together; null where it does not answer or did not say. */
export function waitingOf({ value, missingSince }: QueueServers[number]): number | null {
  if (missingSince !== null || value.queues.some(({ pending }) => pending === null)) return null;
  return value.queues.reduce((sum, { pending }) => sum + (pending ?? 0), 0);
}
