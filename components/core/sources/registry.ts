import type { Connection } from '../transport/connection.ts';
import type { BaseSource } from './source.ts';

/** Keyed on the connection object; nothing is patched onto it. */
const registries = new WeakMap<Connection, Map<string, unknown>>();

/**
 * The one source of this kind, subject and options on this connection: ten elements cost one request an interval.
 * @param key names kind, subject and options; two sources of one key must be of one type
 */
export function sharedSource<S extends BaseSource<unknown>>(connection: Connection, key: string, create: () => S): S {
  let sources = registries.get(connection);
  if (!sources) {
    sources = new Map<string, unknown>();
    registries.set(connection, sources);
  }
  const known = sources.get(key) as S | undefined;
  if (known) return known;
  const source = create();
  source.onStopped = () => {
    if (sources.get(key) === source) sources.delete(key);
  };
  sources.set(key, source);
  return source;
}
