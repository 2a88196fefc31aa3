import { compareVersions } from '../../../protocol/server/requests.ts';
import type { ConnzSort } from '../../../protocol/server/connz.ts';
import type { ConnRow } from './connections-book.ts';

/** What an element has on its screen. */
export interface OnScreen {
  /** Keys of the rows, from the top. */
  readonly keys: readonly string[];
  /**
   * Where they stand in the server's own order, when they stand in it: one server, no filter, sorted as that server
   * sorts. Then a page can bring them.
   */
  readonly page: { readonly sort: ConnzSort; readonly offset: number } | null;
}

/** What to ask one server in a round. */
export interface Round {
  readonly cids: readonly number[];
  readonly page: { readonly sort: ConnzSort; readonly offset: number; readonly limit: number } | null;
}

/** A page costs the server as much as twenty single lookups do since 2.11 (10,000 connections: 16 to 22 ms for 0.95 each). */
const SINGLE_PER_SECOND = { recent: 15, older: 100 };
/** Rows come and go and change places between our order and the server's. */
const PAGE_SLACK = 16;
const LARGEST_PAGE = 256;

/** Single lookups that a server of this version bears each second. */
export function lookupsPerSecond(version: string | null): number {
  return version !== null && compareVersions(version, '2.11.0') < 0
    ? SINGLE_PER_SECOND.older
    : SINGLE_PER_SECOND.recent;
}

/**
 * What to ask about the rows on screen of one server: each of them by its cid while the server bears that, else one
 * page where a page can bring them, else as many as it bears, the oldest readings first.
 *
 * @param intervalMs from one round to the next
 */
export function nextRound(
  rows: readonly ConnRow[],
  version: string | null,
  intervalMs: number,
  page: OnScreen['page'],
): Round {
  const open = rows.filter((row) => row.info.stop === null);
  const bearable = Math.max(1, Math.floor((lookupsPerSecond(version) * intervalMs) / 1_000));
  if (open.length <= bearable) return { cids: open.map((row) => row.info.cid), page: null };
  const oldest = [...open].sort((a, b) => (a.readAt ?? 0) - (b.readAt ?? 0));
  if (page === null) return { cids: oldest.slice(0, bearable).map((row) => row.info.cid), page: null };
  const offset = Math.max(0, page.offset - PAGE_SLACK);
  const limit = Math.min(LARGEST_PAGE, rows.length + 2 * PAGE_SLACK);
  // what the pages before did not bring, since it stands elsewhere by now
  const left = oldest.filter(
    (row) => row.readAt === null || row.readAt < (oldest.at(-1)?.readAt ?? 0) - 2 * intervalMs,
  );
  return {
    cids: left.slice(0, Math.max(1, Math.floor(bearable / 3))).map((row) => row.info.cid),
    page: { sort: page.sort, offset, limit },
  };
}

/** Orders in which a server answers: only the cid ascends. Others are asked for in this one. */
const DESCENDING: readonly ConnzSort[] = [
  'subs',
  'pending',
  'msgs_to',
  'msgs_from',
  'bytes_to',
  'bytes_from',
  'last',
  'idle',
  'rtt',
];

/** The server's order that a sorting (`cid`, `-bytes_to`) is; `null` where it is another, or the server is too old for it. */
export function serverOrder(sort: string, version: string | null): ConnzSort | null {
  if (sort === '' || sort === 'cid') return 'cid';
  const name = DESCENDING.find((each) => sort === `-${each}`);
  if (name === undefined) return null;
  // 2.9.17 brings it: before, the whole request is refused
  return name === 'rtt' && version !== null && compareVersions(version, '2.9.17') < 0 ? null : name;
}

/** What reads rows again; a server of the list. */
interface Reader {
  lookUp(rows: readonly ConnRow[], page: OnScreen['page'], intervalMs: number): Promise<void>;
}

/** What the lookups need of the list. */
interface Rows<S extends Reader> {
  /** From one round to the next, ms; `null`: nobody looks. */
  intervalMs(): number | null;
  wanted(keys: ReadonlySet<string>): ReadonlyMap<S, readonly ConnRow[]>;
  isOneServer(): boolean;
}

/** Reads the rows on the screens of all who look on, a round at each interval. */
export class ScreenLookups<S extends Reader> {
  /** Rows that the last round was about. */
  count = 0;
  readonly #rows: Rows<S>;
  readonly #onScreen = new Map<object, OnScreen>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rows: Rows<S>) {
    this.#rows = rows;
  }

  get keys(): ReadonlySet<string> {
    return new Set([...this.#onScreen.values()].flatMap(({ keys }) => keys));
  }

  watch(owner: object, onScreen: OnScreen | null): void {
    if (onScreen) this.#onScreen.set(owner, onScreen);
    else this.#onScreen.delete(owner);
    if (this.#timer === undefined) this.schedule();
  }

  schedule(): void {
    this.stop();
    const intervalMs = this.#rows.intervalMs();
    if (intervalMs === null || this.#onScreen.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#round(intervalMs);
      this.schedule();
    }, intervalMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #round(intervalMs: number): void {
    const [only] = [...this.#onScreen.values()];
    const page = this.#onScreen.size === 1 && this.#rows.isOneServer() ? (only?.page ?? null) : null;
    this.count = 0;
    for (const [server, rows] of this.#rows.wanted(this.keys)) {
      this.count += rows.length;
      void server.lookUp(rows, page, intervalMs);
    }
  }
}
