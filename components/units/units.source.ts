import { decodeHeartbeat, type Heartbeat } from '../../protocol/heartbeat.ts';
import { subjectPatterns, subjects } from '../../protocol/subjects.ts';
import { sharedSource } from '../core/sources/registry.ts';
import { UnitFeed } from '../core/sources/unit-feed.ts';
import type { Connection } from '../core/transport/connection.ts';

/**
 * The heartbeats of every unit, or of one alone, which then costs the traffic of one.
 *
 * @throws RangeError when `unit` is no unit id
 */
export function heartbeatFeed(connection: Connection, unit: string | null): UnitFeed<Heartbeat> {
  const subject = unit === null ? subjectPatterns.heartbeat : subjects.heartbeat(unit);
  return sharedSource(
    connection,
    `units ${subject}`,
    () => new UnitFeed(connection, subject, decodeHeartbeat, ({ sequence }) => sequence),
  );
}
