import { CONNZ_STATES, type ConnzOptions, type ConnzState } from '../../../protocol/server/connz.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { Connection } from '../transport/connection.ts';
import { RequestFailure } from './ask.ts';
import { askConnection, askConnz, type ConnzReply } from './connections-ask.ts';
import { ConnectionBook, type ConnRow } from './connections-book.ts';
import type { ConnectionsPart } from './connections-data.ts';
import { afterPicture } from './frame.ts';
import { nextRound, serverOrder, type OnScreen } from './connections-lookups.ts';

/** Which connections. */
export interface ConnectionsQuery {
  readonly state: ConnzState;
  /** Of this account only; empty: of all. */
  readonly account: string;
  /** On the server of this name only; empty: on all. */
  readonly server: string;
}

/** From one whole list to the next, ms. */
export const SNAPSHOT_MS = 30_000;
/** A list this short costs less than to look its rows up one by one: it is asked for whole, as often as one looks. */
export const SMALL_LIST = 256;
/** More than there are on any server; also a bound on what a page holds. */
const LARGEST_LIST = 100_000;
/** The first rows are there long before all are. */
const FIRST_ROWS = 50;
const RETRY_MS = 5_000;

/** What the source is told. */
export interface ServerChanges {
  /** Rows came, went or were all read. */
  rows(): void;
  /** The figures of these were read. */
  figures(rows: readonly ConnRow[]): void;
  /** Something else: who is missing, and why. */
  state(): void;
}

/** The body of a request for a list. */
export function listOptions({ state, account }: ConnectionsQuery, limit: number = LARGEST_LIST): ConnzOptions {
  return { auth: true, state: CONNZ_STATES[state], limit, ...(account ? { acc: account } : {}) };
}

/** One server that is asked for its connections. */
export class ConnectionsServer {
  book: ConnectionBook;
  /** Since when it has not answered, ms; `null` while it does. */
  missingSince: number | null = null;
  failure: RequestFailure | null = null;
  /** When it last answered anything about connections, ms. */
  answeredAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;
  #asking = false;

  constructor(
    private readonly connection: Connection,
    server: ServerInfo,
    private readonly query: ConnectionsQuery,
    private readonly changes: ServerChanges,
    /** From one list to the next for a short list, ms; and the sorting to begin with. */
    private readonly pace: () => { readonly listMs: number; readonly hidden: number; readonly sort: string },
  ) {
    this.book = new ConnectionBook(server, query.state);
  }

  get server(): ServerInfo {
    return this.book.server;
  }

  get part(): ConnectionsPart {
    const { book, server, missingSince, failure, answeredAt } = this;
    return {
      server,
      total: book.total,
      held: book.rows.size,
      isWhole: book.whole,
      snapshotAt: book.snapshotAt,
      // one that refuses or says nothing of its connections counts as one that does not answer
      missingSince: missingSince ?? (failure ? (answeredAt ?? Date.now()) : null),
      problem: failure?.message ?? null,
    };
  }

  /** Short lists are always read whole. */
  get isSmall(): boolean {
    return this.book.whole && (this.book.total ?? Infinity) <= SMALL_LIST;
  }

  /** A new id is another process: nothing that was known of the old one holds. @returns whether it is one */
  isNow(server: ServerInfo): boolean {
    if (server.id === this.book.server.id) return false;
    this.book = new ConnectionBook(server, this.query.state);
    this.changes.rows();
    return true;
  }

  /** Asks for the whole list at once; the next follow by themselves. */
  refresh(): void {
    this.stop();
    void this.#ask(this.#run);
  }

  stop(): void {
    this.#run++;
    this.#asking = false;
    clearTimeout(this.#timer);
  }

  /** The interval or who looks has changed. */
  paceChanged(): void {
    if (this.#asking) return;
    clearTimeout(this.#timer);
    this.#schedule((this.book.snapshotAt ?? 0) + this.#listMs - Date.now());
  }

  /** Reads the rows on screen again. */
  async lookUp(rows: readonly ConnRow[], page: OnScreen['page'], intervalMs: number): Promise<void> {
    const run = this.#run;
    const { server } = this;
    const sort = page && serverOrder(page.sort === 'cid' ? 'cid' : `-${page.sort}`, server.version);
    const round = nextRound(rows, server.version, intervalMs, page && sort ? { ...page, sort } : null);
    const list = listOptions(this.query, 1);
    const asks = round.cids.map(async (cid) => {
      const reply = await askConnection(this.connection, server, server.id, { ...list, cid });
      if (!reply || run !== this.#run) return [];
      const read = this.#take(reply, false);
      if (read.length === 0 && this.query.state === 'open' && this.book.remove(cid)) this.changes.rows();
      return read;
    });
    if (round.page) asks.push(this.#page({ ...list, ...round.page }, run));
    const read = await Promise.allSettled(asks);
    // a lookup that fails leaves the row as old as it is; the next list tells of a server that is gone
    const fresh = read.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (run === this.#run && fresh.length > 0) this.changes.figures(fresh);
  }

  /** Whom lookups are made of, in a round. */
  async #page(options: ConnzOptions, run: number): Promise<ConnRow[]> {
    const reply = await askConnz(this.connection, this.server.id, options, { gzip: false });
    return run === this.#run ? this.#take(reply, false) : [];
  }

  get #listMs(): number {
    const { listMs, hidden } = this.pace();
    return hidden * (this.isSmall ? Math.min(listMs, SNAPSHOT_MS) : SNAPSHOT_MS);
  }

  async #ask(run: number): Promise<void> {
    const { server } = this;
    this.#asking = true;
    let wait = RETRY_MS;
    try {
      const begins = this.book.snapshotAt === null;
      if (begins) {
        const sort = serverOrder(this.pace().sort, server.version) ?? 'cid';
        const first = await askConnz(
          this.connection,
          server.id,
          { ...listOptions(this.query, FIRST_ROWS), sort },
          { gzip: false },
        );
        if (run !== this.#run) return;
        this.#take(first, (first.data.total ?? Infinity) <= FIRST_ROWS);
        this.changes.rows();
        // a whole list keeps server and browser busy, which first draws these
        await afterPicture();
        if (run !== this.#run) return;
      }
      if (!begins || this.book.snapshotAt === null) {
        const small = this.isSmall;
        const all = await listGate(this.connection).run(() =>
          run === this.#run ? askConnz(this.connection, server.id, listOptions(this.query), { gzip: !small }) : null,
        );
        if (run !== this.#run || all === null) return;
        this.#take(all, true);
        this.changes.rows();
      }
      wait = this.#listMs;
    } catch (error) {
      if (run !== this.#run) return;
      this.#failed(error);
    }
    this.#asking = false;
    this.#schedule(wait);
  }

  #take(reply: ConnzReply, isList: boolean): ConnRow[] {
    const now = Date.now();
    const { book } = this;
    if (reply.server.id !== book.server.id) return [];
    this.answeredAt = now;
    this.failure = null;
    if (!isList) {
      const read = book.takeSome(reply.server, reply.data, now);
      if (book.snapshotAt === null) book.total = reply.data.total;
      return read;
    }
    book.takeSnapshot(reply.server, reply.data, now);
    return [];
  }

  #failed(error: unknown): void {
    this.failure =
      error instanceof RequestFailure
        ? error
        : new RequestFailure(`Reading connections failed: ${String(error)}`, 'error', '', { cause: error });
    this.changes.state();
  }

  #schedule(wait: number): void {
    const run = this.#run;
    this.#timer = setTimeout(() => void this.#ask(run), Math.max(0, wait));
  }
}

/** Few whole lists at a time: each takes a picture's time of the main thread. One server that hangs must not hold up the others. */
const LISTS_AT_ONCE = 3;

class Gate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async run<T>(task: () => Promise<T> | null): Promise<T | null> {
    while (this.#running >= LISTS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await task();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}

const gates = new WeakMap<Connection, Gate>();

function listGate(connection: Connection): Gate {
  let gate = gates.get(connection);
  if (!gate) gates.set(connection, (gate = new Gate()));
  return gate;
}
