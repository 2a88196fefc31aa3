import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { Connection } from '../transport/connection.ts';
import { RequestFailure } from './ask.ts';
import { askOwnConnz } from './connections-ask.ts';
import {
  listOptions,
  SMALL_LIST,
  SNAPSHOT_MS,
  type ConnectionsQuery,
  type ConnectionsServer,
} from './connections-server.ts';

/** What the source does for it. */
interface Books {
  /** The server's place in the list, made when it is new. */
  server(server: ServerInfo): ConnectionsServer;
  /** Rows were read, or somebody did not answer. */
  changed(): void;
  /** How often one looks, ms. */
  listMs(): number;
}

/**
 * Tenant mode: connections of the login's own account, which every server tells it, and nothing of others. No events come
 * here, and single connections cannot be asked of one server: whole lists are read, the more rarely the longer they are.
 */
export class OwnConnections {
  failure: RequestFailure | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  readonly #seen = new Set<ConnectionsServer>();

  constructor(
    private readonly connection: Connection,
    private readonly query: ConnectionsQuery,
    private readonly books: Books,
  ) {}

  refresh(): void {
    this.stop();
    void this.#ask(this.#run);
  }

  stop(): void {
    this.#run++;
    clearTimeout(this.#timer);
  }

  async #ask(run: number): Promise<void> {
    const answered = new Set<ConnectionsServer>();
    let rows = 0;
    try {
      for await (const { server, data } of askOwnConnz(this.connection, listOptions(this.query), { gzip: true })) {
        if (run !== this.#run) return;
        if (this.query.server && server.name !== this.query.server) continue;
        const known = this.books.server(server);
        known.isNow(server);
        known.book.takeSnapshot(server, data, Date.now());
        known.answeredAt = Date.now();
        known.missingSince = null;
        answered.add(known);
        rows += data.connections.length;
        this.failure = null;
        this.books.changed();
      }
    } catch (error) {
      if (run !== this.#run) return;
      this.failure =
        error instanceof RequestFailure
          ? error
          : new RequestFailure(`Reading connections failed: ${String(error)}`, 'error', '', { cause: error });
    }
    if (run !== this.#run) return;
    for (const each of this.#seen) if (!answered.has(each)) each.missingSince ??= each.answeredAt ?? Date.now();
    for (const each of answered) this.#seen.add(each);
    this.books.changed();
    // 256 rows as often as one looks, 10,000 every half minute
    const wait = Math.min(SNAPSHOT_MS, this.books.listMs() * Math.max(1, rows / SMALL_LIST));
    this.#timer = setTimeout(() => void this.#ask(run), Math.max(this.books.listMs(), wait));
  }
}
