import type { ConnectionSnapshot } from '../transport/connection.ts';
import type { Snapshot } from './snapshot.ts';

type Unconnected = Pick<Snapshot<never>, 'status' | 'error'>;

/**
 * What a source says while its connection is down: the last data is stale, and where there never was any, why.
 */
export function whileUnconnected(connection: ConnectionSnapshot, hasData: boolean): Unconnected {
  const { state, error, server } = connection;
  const said = error ? { message: error.message } : null;
  if (hasData) return { status: 'stale', error: said ?? { message: `Cut off from ${server ?? 'the server'}.` } };
  if (state === 'connecting' && !error) return { status: 'waiting', error: null };
  return { status: 'no-connection', error: said };
}
