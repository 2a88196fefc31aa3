import type { ConnRow } from './connections-book.ts';
import type { ConnectionsServer } from './connections-server.ts';

/** The rows of all servers as one list, and what has been read of single ones since. */
export class ConnectionsList {
  #rows: readonly ConnRow[] = Object.freeze([]);
  #fresh: ReadonlyMap<string, ConnRow> = new Map();
  #byKey: ReadonlyMap<string, ConnRow> | null = null;
  #isOld = false;

  get length(): number {
    return this.#rows.length;
  }

  /** Later readings, by key. */
  get fresh(): ReadonlyMap<string, ConnRow> {
    return this.#fresh;
  }

  /** Rows came, went or were all read: the next {@link all} makes the list anew. */
  outdate(): void {
    this.#isOld = true;
  }

  /** The same array until it is outdated. */
  all(servers: Iterable<ConnectionsServer>): readonly ConnRow[] {
    if (!this.#isOld) return this.#rows;
    this.#isOld = false;
    this.#fresh = new Map();
    this.#byKey = null;
    return (this.#rows = Object.freeze([...servers].flatMap((each) => [...each.book.rows.values()])));
  }

  /** Takes readings of single rows; of those that are not on the screen any more, earlier ones are given up. */
  take(rows: readonly ConnRow[], onScreen: ReadonlySet<string>): void {
    const fresh = new Map([...this.#fresh].filter(([key]) => onScreen.has(key)));
    for (const row of rows) fresh.set(row.key, row);
    this.#fresh = fresh;
  }

  /** The rows of these keys, by the server that is to be asked for each. Short lists are read whole anyway. */
  byServer(
    keys: ReadonlySet<string>,
    servers: ReadonlyMap<string, ConnectionsServer>,
  ): ReadonlyMap<ConnectionsServer, ConnRow[]> {
    const wanted = new Map<ConnectionsServer, ConnRow[]>();
    this.#byKey ??= new Map(this.#rows.map((row) => [row.key, row]));
    for (const key of keys) {
      const row = this.#byKey.get(key);
      const server = row && servers.get(row.server.name);
      if (!server || server.missingSince !== null || server.isSmall || server.server.id !== row.server.id) continue;
      const rows = wanted.get(server) ?? [];
      rows.push(this.#fresh.get(key) ?? row);
      wanted.set(server, rows);
    }
    return wanted;
  }
}
