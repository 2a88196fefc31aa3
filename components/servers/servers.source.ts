import { decodeHealthzReply, type Healthz } from '../../protocol/server/healthz.ts';
import { decodeLeafzReply, type Leafz } from '../../protocol/server/leafz.ts';
import type { Varz } from '../../protocol/server/varz.ts';
import { CombinedSource, type Combined } from '../core/sources/combined.ts';
import { serverPoll, type PolledServer } from '../core/sources/server-poll.ts';
import type { Source } from '../core/sources/source.ts';
import { varzSource } from '../core/sources/varz.ts';
import type { Connection } from '../core/transport/connection.ts';

type Polled<V> = readonly PolledServer<V>[];

export type ServersData = Combined<Polled<Varz>, { healthz: Polled<Healthz>; leafz: Polled<Leafz> }>;

/** Health and leaves change slowly, and cost more than VARZ, ms. */
const HEALTHZ_INTERVAL_MS = 10_000;
const LEAFZ_INTERVAL_MS = 30_000;

/** What every server says of itself, whether it is well, and which leaves hang on it. */
export function serversSource(connection: Connection): Source<ServersData> {
  return new CombinedSource(varzSource(connection), {
    healthz: {
      source: serverPoll(connection, 'healthz', decodeHealthzReply),
      intervalMs: HEALTHZ_INTERVAL_MS,
    },
    leafz: { source: serverPoll(connection, 'leafz', decodeLeafzReply), intervalMs: LEAFZ_INTERVAL_MS },
  });
}
