import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { ConnRow } from './connections-book.ts';
import type { Completeness } from './snapshot.ts';

/** One server's part of the list. */
export interface ConnectionsPart {
  readonly server: ServerInfo;
  /** How many there are, as the server says. */
  readonly total: number | null;
  /** How many of them are in the list. */
  readonly held: number;
  /** All of them are. */
  readonly isWhole: boolean;
  /** When all were last read, this browser's clock, ms. */
  readonly snapshotAt: number | null;
  readonly missingSince: number | null;
  /** Why its list is not there, or is old. */
  readonly problem: string | null;
}

/** Connections of all servers that are asked. */
export interface ConnectionsData {
  /** Another list only when rows came, went or were all read: single readings are in `fresh`. */
  readonly rows: readonly ConnRow[];
  /** Later readings of rows on screen, by key. */
  readonly fresh: ReadonlyMap<string, ConnRow>;
  /** By name of the server. */
  readonly parts: readonly ConnectionsPart[];
  /** Ids of servers that do not answer: their rows are old. */
  readonly missing: ReadonlySet<string>;
  /** `own`: only the login's own account is seen. */
  readonly scope: 'system' | 'own';
  /** Who comes and goes is told at once; else the next list says it. */
  readonly isFollowed: boolean;
  /** Rows that are read one by one. */
  readonly lookups: number;
}

/** Who answered, of those that are known. */
export function completenessOf(parts: readonly ConnectionsPart[]): Completeness {
  const missing = parts.filter((each) => each.missingSince !== null).map((each) => each.server.name);
  return Object.freeze({
    answered: parts.length - missing.length,
    known: parts.length,
    missing: Object.freeze(missing),
  });
}
