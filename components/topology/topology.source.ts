import {
  decodeConfiguredGatewaysReply,
  decodeGatewayzReply,
  type ConfiguredGateways,
  type Gatewayz,
} from '../../protocol/server/gatewayz.ts';
import { decodeLeafzReply, type Leafz } from '../../protocol/server/leafz.ts';
import { decodeRoutezReply, type Routez } from '../../protocol/server/routez.ts';
import { decodeStatsz, type Statsz } from '../../protocol/server/statsz.ts';
import { CombinedSource, type Combined } from '../core/sources/combined.ts';
import { serverPoll, type PolledServer } from '../core/sources/server-poll.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';

export type Polled<V> = readonly PolledServer<V>[];

export type TopologyData = Combined<
  Polled<Statsz>,
  {
    routez: Polled<Routez>;
    gatewayz: Polled<Gatewayz>;
    configured: Polled<ConfiguredGateways>;
    leafz: Polled<Leafz>;
  }
>;

/** What a configuration names changes with a reload at most, ms. */
const CONFIGURED_MS = 60_000;

/** Who is there, and which links each server tells of. */
export function topologySource(connection: Connection): Source<TopologyData> {
  return new CombinedSource(serverPoll(connection, 'roster', decodeStatsz), {
    routez: { source: serverPoll(connection, 'routez', decodeRoutezReply) },
    gatewayz: { source: serverPoll(connection, 'gatewayz', decodeGatewayzReply) },
    configured: {
      source: serverPoll(connection, 'varz', decodeConfiguredGatewaysReply, {}),
      intervalMs: CONFIGURED_MS,
    },
    leafz: { source: serverPoll(connection, 'leafz', decodeLeafzReply) },
  });
}
