import { decodeVarzReply, type Varz } from '../../../protocol/server/varz.ts';
import type { Connection } from '../transport/connection.ts';
import { serverPoll, type PolledServer, type ServerPoll } from './server-poll.ts';

export type VarzServer = PolledServer<Varz>;

/** VARZ of every server. */
export function varzSource(connection: Connection): ServerPoll<Varz> {
  return serverPoll(connection, 'varz', decodeVarzReply);
}
