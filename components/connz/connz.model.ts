import type { ConnInfo, ConnzState } from '../../protocol/server/connz.ts';
import type { ConnectionsData } from '../core/sources/connections.ts';
import { formatCount } from '../core/element/format.ts';
import { safeText } from '../../protocol/decode.ts';

/** Reads the attribute; anything else is `open`. */
export function readState(text: string): ConnzState {
  return text === 'closed' || text === 'any' ? text : 'open';
}

/** Address and port, an IPv6 address in brackets; `null` where the server says neither. */
export function addressOf({ ip, port }: ConnInfo): string | null {
  if (ip === null || ip === '') return null;
  const host = ip.includes(':') ? `[${ip}]` : ip;
  return port === null || port === 0 ? host : `${host}:${port}`;
}

/** `websocket`, `mqtt`, `nats`; for what is no client its kind. */
export function typeOf({ kind, type }: ConnInfo): string | null {
  return kind !== null && kind !== 'Client' ? (type ? `${kind}, ${type}` : kind) : type;
}

/** Client library and its version. */
export function clientOf({ lang, version }: ConnInfo): string | null {
  if (!lang) return version || null;
  return version ? `${lang} ${version}` : lang;
}

/** What all servers together say. */
export interface ConnzSummary {
  /** Of those servers that answered; `null` when one of them did not say. */
  readonly total: number | null;
  readonly held: number;
  readonly answering: number;
  readonly known: number;
  /** The oldest of the last whole lists, ms since the epoch; `null` while one has not come yet. */
  readonly snapshotAt: number | null;
  /** What is missing from the list, a sentence each. */
  readonly gaps: readonly string[];
}

export function summarise({ parts }: ConnectionsData): ConnzSummary {
  const answering = parts.filter((each) => each.missingSince === null);
  const totals = answering.map((each) => each.total);
  const times = answering.map((each) => each.snapshotAt);
  return {
    total: totals.includes(null) ? null : totals.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    held: parts.reduce((sum, each) => sum + each.held, 0),
    answering: answering.length,
    known: parts.length,
    snapshotAt: times.includes(null) || times.length === 0 ? null : Math.min(...times.flatMap((each) => each ?? [])),
    gaps: answering.flatMap(({ server, held, total, snapshotAt, isWhole }) => {
      const name = safeText(server.name, 64);
      const part = `${formatCount(held)} of ${total === null ? 'an unknown number of' : formatCount(total)}`;
      if (snapshotAt === null) return [`${name}: ${part} so far, the others are on their way.`];
      return isWhole ? [] : [`${name}: only ${part} are in the list.`];
    }),
  };
}
