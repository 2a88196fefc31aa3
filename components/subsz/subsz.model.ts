import type { ServerInfo } from '../../protocol/server/envelope.ts';
import type { SubDetail, Subsz, SubszOptions } from '../../protocol/server/subsz.ts';
import { perSecond } from '../core/sources/rate.ts';
import type { PolledServer } from '../core/sources/server-table.ts';
import { sumKnown } from '../core/ui/link-figures.ts';

export type SubszServer = PolledServer<Subsz>;

/** Statistics of one server. */
export interface ServerRow {
  readonly kind: 'server';
  readonly id: string;
  readonly server: string;
  readonly value: Subsz;
  /** Per second; `null` without two readings. */
  readonly insertsRate: number | null;
  readonly removesRate: number | null;
  readonly matchesRate: number | null;
  /** Share of the lookups since the last reading that the cache answered, 0 to 1. */
  readonly recentHitRate: number | null;
  /** Since when it has not answered, ms since the epoch. */
  readonly missingSince: number | null;
}

/** One subscription of a client. */
export interface ListRow {
  readonly kind: 'subscription';
  readonly id: string;
  readonly server: string;
  readonly subscription: SubDetail;
}

export type SubszRow = ServerRow | ListRow;

export function serverRows(servers: readonly SubszServer[]): readonly ServerRow[] {
  return servers.map(({ server, value, previous, elapsedS, missingSince }) => {
    const before = missingSince === null ? (previous?.value ?? null) : null;
    const rate = (of: (value: Subsz) => number | null): number | null =>
      perSecond(of(value), before && of(before), elapsedS);
    return {
      kind: 'server',
      id: server.name,
      server: server.name,
      value,
      insertsRate: rate((each) => each.numInserts),
      removesRate: rate((each) => each.numRemoves),
      matchesRate: rate((each) => each.numMatches),
      recentHitRate: before && recentHits(value, before),
      missingSince,
    };
  });
}

/** Servers tell the share since their start: what was hit in between follows from the two products. */
function recentHits(now: Subsz, before: Subsz): number | null {
  if (
    now.cacheHitRate === null ||
    before.cacheHitRate === null ||
    now.numMatches === null ||
    before.numMatches === null
  )
    return null;
  const matches = now.numMatches - before.numMatches;
  if (matches <= 0) return null;
  const hits = now.cacheHitRate * now.numMatches - before.cacheHitRate * before.numMatches;
  return Math.min(1, Math.max(0, hits / matches));
}

/** All servers that answer, together. */
export interface SubszSummary {
  /** Each server's own count: interest that travels through routes is counted at every server that knows it. */
  readonly subscriptions: number | null;
  readonly cache: number | null;
  readonly insertsRate: number | null;
  readonly removesRate: number | null;
  readonly matchesRate: number | null;
  /** Of all lookups since the servers' starts, 0 to 1. */
  readonly hitRate: number | null;
  readonly maxFanout: number | null;
}

export function summarize(rows: readonly ServerRow[]): SubszSummary {
  const fresh = rows.filter(({ missingSince }) => missingSince === null);
  const looked = fresh.filter(({ value }) => value.cacheHitRate !== null && value.numMatches !== null);
  const matches = sumKnown(looked, ({ value }) => value.numMatches);
  const hits = sumKnown(looked, ({ value }) => (value.cacheHitRate ?? 0) * (value.numMatches ?? 0));
  const fanouts = fresh.flatMap(({ value }) => value.maxFanout ?? []);
  return {
    subscriptions: sumKnown(fresh, ({ value }) => value.numSubscriptions),
    cache: sumKnown(fresh, ({ value }) => value.numCache),
    insertsRate: sumKnown(fresh, (row) => row.insertsRate),
    removesRate: sumKnown(fresh, (row) => row.removesRate),
    matchesRate: sumKnown(fresh, (row) => row.matchesRate),
    hitRate: matches && hits !== null ? hits / matches : null,
    maxFanout: fanouts.length > 0 ? Math.max(...fanouts) : null,
  };
}

/** What a person asks for. */
export interface ListRequest {
  /** Empty: all accounts. */
  readonly account: string;
  /** Only those that a message on this subject would reach. Empty: all. */
  readonly test: string;
  /** Most of each server. */
  readonly limit: number;
}

export function optionsOf({ account, test, limit }: ListRequest): SubszOptions {
  return { subscriptions: true, limit, ...(account ? { account } : {}), ...(test ? { test } : {}) };
}

/** Longest subject that is asked about, characters: servers refuse longer protocol lines. */
const LONGEST_SUBJECT = 2_048;

/** Why nothing can be published on this subject, or `null`: the rules of servers, and what no client sends. */
export function subjectProblem(subject: string): string | null {
  if (subject === '') return 'Write a subject, such as orders.new.';
  if (subject.length > LONGEST_SUBJECT) return `A subject has at most ${LONGEST_SUBJECT} characters.`;
  // eslint-disable-next-line no-control-regex -- finding control characters is the point
  if (/[\s\u0000-\u001f\u007f]/.test(subject)) return 'A subject has no spaces.';
  const tokens = subject.split('.');
  if (tokens.includes('')) return 'A subject neither begins nor ends with a dot, nor has it two in a row.';
  if (tokens.includes('*') || tokens.includes('>'))
    return 'Messages are published on a subject without wildcards: write one that * or > would match.';
  return null;
}

/** Rows that are held: more than anybody reads, and than a page should keep. */
export const MOST_LISTED = 100_000;

/** What servers answered, and how much of it there is. */
export interface Listed {
  readonly rows: readonly ListRow[];
  /** How many match, at all servers that answered; `null`: one of them does not say (before nats-server 2.11.6). */
  readonly total: number | null;
  /** There is more than is shown. */
  readonly cut: boolean;
  /** Servers that answered. */
  readonly servers: readonly string[];
  /** Subscriptions that could not be read. */
  readonly unreadable: number;
}

export function listed(
  replies: readonly { readonly server: ServerInfo; readonly data: Subsz }[],
  limit: number,
): Listed {
  const rows: ListRow[] = [];
  let total: number | null = 0;
  let cut = false;
  let unreadable = 0;
  for (const { server, data } of replies) {
    data.subscriptions.forEach((subscription, index) => {
      if (rows.length === MOST_LISTED) return;
      rows.push({
        kind: 'subscription',
        // a client's sid is its own; without one the place in the list has to do
        id: JSON.stringify([
          server.name,
          subscription.account,
          subscription.cid,
          subscription.sid ?? index,
          subscription.subject,
        ]),
        server: server.name,
        subscription,
      });
    });
    const held = data.subscriptions.length + data.unreadable;
    total = total === null || data.total === null ? null : total + data.total;
    cut ||= data.total === null ? held >= (data.limit ?? limit) : held < data.total;
    unreadable += data.unreadable;
  }
  return {
    rows,
    total,
    cut: cut || rows.length === MOST_LISTED,
    servers: replies.map(({ server }) => server.name),
    unreadable,
  };
}
