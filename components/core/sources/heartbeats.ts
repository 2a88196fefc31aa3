import { decodeHeartbeat, type Heartbeat } from '../../../protocol/heartbeat.ts';
import { subjectPatterns, subjects } from '../../../protocol/subjects.ts';
import type { Connection } from '../transport/connection.ts';
import { sharedSource } from './registry.ts';
import { UnitFeed } from './unit-feed.ts';

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
