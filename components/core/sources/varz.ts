import { decodeVarzReply, type Varz } from '../../../protocol/server/varz.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { Connection } from '../transport/connection.ts';
import { sharedSource } from './registry.ts';
import { ServerPoll, type PolledServer } from './server-poll.ts';

export type VarzServer = PolledServer<ServerInfo, Varz>;

const SUBJECT = '$SYS.REQ.SERVER.PING.VARZ';

/** VARZ of every server, asked once an interval for all who look on. @param intervalMs from one request to the next */
export function varzSource(connection: Connection, intervalMs: number): ServerPoll<ServerInfo, Varz> {
  return sharedSource(
    connection,
    `${SUBJECT} ${intervalMs}`,
    () =>
      new ServerPoll<ServerInfo, Varz>(connection, {
        subject: SUBJECT,
        intervalMs,
        decode: (data) => {
          const reply = decodeVarzReply(data);
          return reply.ok ? { ok: true, value: { server: reply.value.server, value: reply.value.varz } } : reply;
        },
      }),
  );
}
