/** STATSZ: the short figures that a server also publishes by itself. */
import * as v from 'valibot';
import type { Decoded } from '../decode.ts';
import * as s from '../schema.ts';
import { decodeReply, isoMillis, type ServerInfo } from './envelope.ts';

/** Null: this server did not say. */
export interface Statsz {
  /** ms since the epoch. */
  readonly start: number | null;
  /** Resident memory, bytes. */
  readonly mem: number | null;
  readonly cores: number | null;
  /** Percent of one processor. */
  readonly cpu: number | null;
  readonly connections: number | null;
  readonly totalConnections: number | null;
  readonly activeAccounts: number | null;
  readonly subscriptions: number | null;
  readonly slowConsumers: number | null;
  /** Servers that it knows of, itself too. A hint only: after a kill it counts one too many for up to 3 minutes. */
  readonly activeServers: number | null;
  /** Since its start; `bytes` in bytes. */
  readonly sent: Traffic | null;
  readonly received: Traffic | null;
}

export interface Traffic {
  readonly msgs: number | null;
  readonly bytes: number | null;
}

export const TrafficSchema = s.soft(v.object({ msgs: s.softPositive, bytes: s.softPositive }));

const Body = s.camel({
  start: isoMillis,
  mem: s.softPositive,
  cores: s.softPositive,
  cpu: s.softPositive,
  connections: s.softPositive,
  total_connections: s.softPositive,
  active_accounts: s.softPositive,
  subscriptions: s.softPositive,
  slow_consumers: s.softPositive,
  active_servers: s.softPositive,
  sent: TrafficSchema,
  received: TrafficSchema,
});

/** Reads a reply to `$SYS.REQ.SERVER.PING[.STATSZ]`, or what arrives on `$SYS.SERVER.<id>.STATSZ`. */
export function decodeStatsz(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Statsz }> {
  return decodeReply(bytes, 'statsz', Body);
}
