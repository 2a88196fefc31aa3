import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import { decodeVarzReply, type Varz } from '../../../protocol/server/varz.ts';
import type { Connection } from '../transport/connection.ts';
import { serverPoll, type PolledServer, type ServerPoll } from './server-poll.ts';

export type VarzServer = PolledServer<Varz>;

let record: ((server: ServerInfo, varz: Varz, connection: Connection) => void) | null = null;
let loading: Promise<void> | null = null;

/** Keeps a history from the second answer on, whoever asks: its code comes while the first one is on its way. */
function loadHistory(): void {
  loading ??= import('./varz-history.ts').then(
    ({ varzHistory }) => {
      record = (server, varz, connection) => varzHistory(connection).take(server, varz, Date.now());
    },
    () => {
      // whoever wants to show the history loads it too, and says why it cannot be had; the next source tries again
      loading = null;
    },
  );
}

/** VARZ of every server. Each answer goes into the connection's history (`varzHistory`). */
export function varzSource(connection: Connection): ServerPoll<Varz> {
  loadHistory();
  return serverPoll(connection, 'varz', (bytes) => {
    const reply = decodeVarzReply(bytes);
    if (reply.ok) record?.(reply.value.server, reply.value.data, connection);
    return reply;
  });
}
