import type { LeafInfo, Leafz } from '../../protocol/server/leafz.ts';
import type { PolledServer } from '../core/sources/server-table.ts';
import { linkFigures, NO_FIGURES, type LinkFigures } from '../core/ui/link-figures.ts';
import type { LeafEnd, LeafEvents, LeafKey } from './leafz.events.ts';

export type LeafzServer = PolledServer<Leafz>;

/**
 * - `up`
 * - `gone`: its server answers and has it no longer; what was last known is shown
 * - `silent`: its server does not answer
 */
export type LeafState = 'up' | 'gone' | 'silent';

/** One leaf connection, as one of its two ends tells of it. */
export interface LeafRow extends LeafKey {
  readonly rowId: string;
  readonly cluster: string | null;
  readonly leaf: LeafInfo;
  readonly state: LeafState;
  readonly figures: LinkFigures;
  /** Since when it is gone, this browser's clock, ms since the epoch. */
  readonly goneAt: number | null;
  /** Told by the server, to the moment; else somewhere between two answers. */
  readonly end: LeafEnd | null;
  /** The server that has a leaf of this name and account now. */
  readonly movedTo: string | null;
  /** Lost and made again since it is watched; `null`: not counted. */
  readonly reconnects: number | null;
  /** Since when its server has not answered, ms since the epoch. */
  readonly missingSince: number | null;
}

interface Entry {
  readonly rowId: string;
  readonly group: string;
  readonly server: string;
  serverId: string;
  cluster: string | null;
  connection: string;
  leaf: LeafInfo;
  goneAt: number | null;
}

/** Leaves that are gone and still shown, the longest gone first to be forgotten. */
const MOST_GONE = 1_000;

/** Remembers leaves through all answers: one that goes stays, one that comes back takes its old place. */
export class LeafMemory {
  readonly #entries = new Map<string, Entry>();
  #ordinal = 0;

  observe(servers: readonly LeafzServer[]): void {
    for (const each of servers) if (each.missingSince === null) this.#observe(each);
    const gone = [...this.#entries.values()].filter(({ goneAt }) => goneAt !== null);
    gone.sort((a, b) => (a.goneAt ?? 0) - (b.goneAt ?? 0));
    for (const { rowId } of gone.slice(0, Math.max(0, gone.length - MOST_GONE))) this.#entries.delete(rowId);
  }

  /** A row for each leaf, by server, account and name. @param events `null`: nobody may hear them */
  rows(servers: readonly LeafzServer[], events: LeafEvents | null): readonly LeafRow[] {
    const polled = new Map(servers.map((each) => [each.server.name, each]));
    const homes = new Map<string, string>();
    for (const { goneAt, leaf, server } of this.#entries.values())
      if (goneAt === null && leaf.name !== null) homes.set(homeKey(leaf), server);
    const rows = [...this.#entries.values()].map((entry) =>
      row(entry, polled.get(entry.server) ?? null, homes, events),
    );
    return rows.sort(
      (a, b) =>
        compare(a.server, b.server) || compare(a.account ?? '', b.account ?? '') || compare(a.name ?? '', b.name ?? ''),
    );
  }

  #observe({ server, value, receivedAt }: LeafzServer): void {
    const own = [...this.#entries.values()].filter((entry) => entry.server === server.name);
    const standing = new Map(own.map((entry) => [entry.connection, entry]));
    const found = new Set<Entry>();
    const fresh: LeafInfo[] = [];
    for (const leaf of value.leafs) {
      const entry = standing.get(connectionKey(server.id, leaf));
      if (entry && !found.has(entry)) {
        entry.leaf = leaf;
        entry.goneAt = null;
        found.add(entry);
      } else fresh.push(leaf);
    }
    const free = new Map<string, Entry[]>();
    for (const entry of own) {
      if (found.has(entry)) continue;
      entry.goneAt ??= receivedAt;
      free.set(entry.group, [...(free.get(entry.group) ?? []), entry]);
    }
    for (const leaf of fresh) {
      const group = JSON.stringify([server.name, leaf.account, leaf.name ?? leaf.ip]);
      const back = free.get(group)?.shift();
      const now = {
        serverId: server.id,
        cluster: server.cluster,
        connection: connectionKey(server.id, leaf),
        leaf,
        goneAt: null,
      };
      if (back) Object.assign(back, now);
      else {
        const rowId = `${group} ${++this.#ordinal}`;
        this.#entries.set(rowId, { rowId, group, server: server.name, ...now });
      }
    }
  }
}

function row(
  entry: Entry,
  polled: LeafzServer | null,
  homes: ReadonlyMap<string, string>,
  events: LeafEvents | null,
): LeafRow {
  const { leaf, goneAt, server, serverId } = entry;
  const missingSince = polled?.missingSince ?? null;
  const state: LeafState = goneAt !== null ? 'gone' : missingSince !== null ? 'silent' : 'up';
  const { id, name, ip, account } = leaf;
  const key: LeafKey = { server, serverId, id, name, ip, account };
  const end = goneAt === null ? null : (events?.end(key) ?? null);
  const home = homes.get(homeKey(leaf));
  const previous = polled?.previous ?? null;
  return {
    ...key,
    rowId: entry.rowId,
    cluster: entry.cluster,
    leaf,
    state,
    figures:
      state === 'gone' && leaf.rttUs === null
        ? NO_FIGURES
        : linkFigures(
            [leaf],
            (each) => connectionKey('', each),
            previous && state === 'up'
              ? { connections: previous.value.leafs, now: previous.value.now, elapsedS: polled?.elapsedS ?? null }
              : null,
          ),
    goneAt: end?.at ?? goneAt,
    end,
    movedTo: state === 'gone' && name !== null && home !== undefined && home !== server ? home : null,
    reconnects: events ? events.reconnects(key) : null,
    missingSince,
  };
}

export interface LeafSummary {
  /** Leaves that stand, each once: those that both ends tell of are counted at the hub. */
  readonly leaves: number;
  readonly gone: number;
  readonly silent: number;
  readonly accounts: number;
  /** Names of servers at the other end; `null`: before 2.9.15 there are none. */
  readonly servers: number | null;
  readonly reconnects: number | null;
}

/** Rows that stand for themselves: a spoke's view of a hub that tells of the leaf too is left out. */
export function countedRows(rows: readonly LeafRow[]): readonly LeafRow[] {
  const told = new Set(rows.map(({ server }) => server));
  return rows.filter(({ leaf }) => leaf.isSpoke !== true || leaf.name === null || !told.has(leaf.name));
}

export function summarize(rows: readonly LeafRow[]): LeafSummary {
  const counted = countedRows(rows);
  const up = counted.filter(({ state }) => state === 'up');
  const names = new Set(up.flatMap(({ name }) => name ?? []));
  return {
    leaves: up.length,
    gone: counted.filter(({ state, movedTo }) => state === 'gone' && movedTo === null).length,
    silent: counted.filter(({ state }) => state === 'silent').length,
    accounts: new Set(up.flatMap(({ account }) => account ?? [])).size,
    servers: names.size > 0 || up.length === 0 ? names.size : null,
    reconnects: counted.every(({ reconnects }) => reconnects === null)
      ? null
      : counted.reduce((total, { reconnects }) => total + (reconnects ?? 0), 0),
  };
}

function connectionKey(serverId: string, { id, ip, port, account }: LeafInfo): string {
  return `${serverId} ${id ?? `${ip}:${port}`} ${account}`;
}

function homeKey({ account, name }: LeafInfo): string {
  return JSON.stringify([account, name]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
