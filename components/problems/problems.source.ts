import type { Heartbeat } from '../../protocol/heartbeat.ts';
import { decodeHealthzReply, type Healthz } from '../../protocol/server/healthz.ts';
import { decodeJszReply, type Jsz } from '../../protocol/server/jsz.ts';
import { decodeStatsz, type Statsz } from '../../protocol/server/statsz.ts';
import { CombinedSource, type Combined } from '../core/sources/combined.ts';
import { heartbeatFeed } from '../core/sources/heartbeats.ts';
import { serverPoll, type PolledServer } from '../core/sources/server-poll.ts';
import type { Source } from '../core/sources/source.ts';
import type { UnitState } from '../core/sources/unit-feed.ts';
import type { Connection } from '../core/transport/connection.ts';

/** What is looked at. The roster decides the state; each of the others may be refused or unsupported by itself. */
export type ProblemsData = Combined<
  readonly PolledServer<Statsz>[],
  {
    readonly health: readonly PolledServer<Healthz>[];
    readonly jetstream: readonly PolledServer<Jsz>[];
    readonly units: readonly UnitState<Heartbeat>[];
  }
>;

/** A failing health check writes a line to the server's log, and a list of all streams is long: not more often, ms. */
const HEALTH_MS = 15_000;
const JETSTREAM_MS = 30_000;

export function problemsSource(connection: Connection): Source<ProblemsData> {
  return new CombinedSource(serverPoll(connection, 'roster', decodeStatsz), {
    health: { source: serverPoll(connection, 'healthz', decodeHealthzReply), intervalMs: HEALTH_MS },
    jetstream: {
      source: serverPoll(connection, 'jsz', decodeJszReply, { accounts: true, streams: true }),
      intervalMs: JETSTREAM_MS,
    },
    units: { source: heartbeatFeed(connection, null) },
  });
}
