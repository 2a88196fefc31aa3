import {
  decodeConfiguredGatewaysReply,
  decodeGatewayzReply,
  type ConfiguredGateways,
} from '../../protocol/server/gatewayz.ts';
import { CombinedSource, type Combined } from '../core/sources/combined.ts';
import { serverPoll, type PolledServer } from '../core/sources/server-poll.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { GatewayzServer } from './gatewayz.model.ts';

/** Gateways that stand; beside them those that configurations name, which may be refused. */
export type GatewayzData = Combined<
  readonly GatewayzServer[],
  { configured: readonly PolledServer<ConfiguredGateways>[] }
>;

/** A configuration is another one after a restart only: `gateway` cannot be reloaded. */
const CONFIGURATION_MS = 60_000;

export function gatewayzSource(connection: Connection): Source<GatewayzData> {
  return new CombinedSource(serverPoll(connection, 'gatewayz', decodeGatewayzReply), {
    configured: {
      // GATEWAYZ tells only of gateways that stand. Options of its own keep this poll apart from that of all VARZ figures
      source: serverPoll(connection, 'varz', decodeConfiguredGatewaysReply, {}),
      intervalMs: CONFIGURATION_MS,
    },
  });
}
