import { compareVersions, REQUEST_SINCE } from '../../protocol/server/requests.ts';
import type { Varz } from '../../protocol/server/varz.ts';
import type { Healthz } from '../../protocol/server/healthz.ts';
import type { Leafz } from '../../protocol/server/leafz.ts';
import type { ClockOffset } from '../core/sources/clock-offset.ts';
import { perSecond } from '../core/sources/rate.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { ServersData } from './servers.source.ts';

/**
 * How a server is known. `leafz`: only because another one told of a leaf to it; `unheard`: it answered other requests,
 * but not VARZ.
 */
export type KnownFrom = 'answers' | 'leafz' | 'unheard';

/** Whether it holds itself to be well; `null`: it did not say. */
export interface Health {
  readonly ok: boolean;
  readonly reason: string | null;
}

export interface ServerRow {
  readonly name: string;
  readonly known: KnownFrom;
  /** Servers that tell of it, for `leafz`; and whether it is their leaf, or the hub that they are leaves of. */
  readonly told: readonly string[];
  readonly isHub: boolean;
  readonly varz: Varz | null;
  readonly version: string | null;
  readonly cluster: string | null;
  /** Another version than most servers run. */
  readonly isOddVersion: boolean;
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  readonly health: Health | null;
  /** Why its health is not known. */
  readonly healthNote: string | null;
  readonly offset: ClockOffset | null;
  /** ms since the epoch; `null` while it answers, and of one that never did. */
  readonly missingSince: number | null;
}

type Clock = (name: string) => ClockOffset | null;

const NO_FIGURES = {
  told: [],
  isHub: false,
  varz: null,
  version: null,
  cluster: null,
  isOddVersion: false,
  inMsgs: null,
  outMsgs: null,
  inBytes: null,
  outBytes: null,
  health: null,
  healthNote: null,
  offset: null,
  missingSince: null,
} as const;

/** Every server that is known, by name. @param clock a server's clock beside this browser's */
export function serverRows(data: ServersData, missing: readonly string[], clock: Clock): ServerRow[] {
  const { main, sides } = data;
  const usual = commonVersion(main);
  const healthOf = new Map((sides.healthz.data ?? []).map((each) => [each.server.name, each]));
  const rows = main.map((each) => answeringRow(each, healthOf.get(each.server.name), sides.healthz, usual, clock));
  const names = new Set(rows.map(({ name }) => name));
  const unheard = missing
    .filter((name) => !names.has(name))
    .map((name): ServerRow => ({ ...NO_FIGURES, name, known: 'unheard' }));
  for (const { name } of unheard) names.add(name);
  const leaves = leafServers(sides.leafz.data ?? [], names);
  return [...rows, ...unheard, ...leaves].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function answeringRow(
  { server, value, previous, elapsedS, missingSince }: PolledServer<Varz>,
  health: PolledServer<Healthz> | undefined,
  healthz: Snapshot<unknown>,
  usual: string | null,
  clock: Clock,
): ServerRow {
  const version = value.version ?? server.version;
  const rate = (key: 'inMsgs' | 'outMsgs' | 'inBytes' | 'outBytes'): number | null =>
    missingSince === null ? perSecond(value[key], previous?.value[key], elapsedS) : null;
  return {
    ...NO_FIGURES,
    name: server.name,
    known: 'answers',
    varz: value,
    version,
    cluster: value.cluster ?? server.cluster,
    isOddVersion: version !== null && usual !== null && version !== usual,
    inMsgs: rate('inMsgs'),
    outMsgs: rate('outMsgs'),
    inBytes: rate('inBytes'),
    outBytes: rate('outBytes'),
    ...healthState(health, healthz, version, missingSince !== null),
    offset: clock(server.name),
    missingSince,
  };
}

function healthState(
  polled: PolledServer<Healthz> | undefined,
  healthz: Snapshot<unknown>,
  version: string | null,
  missing: boolean,
): Pick<ServerRow, 'health' | 'healthNote'> {
  if (missing) return { health: null, healthNote: 'It does not answer.' };
  if (version !== null && compareVersions(version, REQUEST_SINCE.HEALTHZ) < 0)
    return { health: null, healthNote: `Needs nats-server ${REQUEST_SINCE.HEALTHZ}.` };
  if (!polled) return { health: null, healthNote: healthz.error?.message ?? 'It has not said yet.' };
  if (polled.missingSince !== null) return { health: null, healthNote: 'It answers, but no longer how it is.' };
  const { status, error, errors } = polled.value;
  const reason = error ?? errors[0]?.error ?? null;
  return { health: { ok: status === 'ok', reason: status === 'ok' ? null : (reason ?? status) }, healthNote: null };
}

/** The version that most answering servers run, the newer one of two; `null` while none is known. */
function commonVersion(servers: readonly PolledServer<Varz>[]): string | null {
  const counts = new Map<string, number>();
  for (const { value, server } of servers) {
    const version = value.version ?? server.version;
    if (version !== null) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || compareVersions(b, a));
  return most?.[0] ?? null;
}

/** Servers at the other end of leaf connections that answer nothing themselves. */
function leafServers(polled: readonly PolledServer<Leafz>[], names: ReadonlySet<string>): ServerRow[] {
  const found = new Map<string, { told: Set<string>; isHub: boolean }>();
  for (const { server, value, missingSince } of polled) {
    if (missingSince !== null) continue;
    for (const { name, isSpoke } of value.leafs) {
      if (name === null || names.has(name)) continue;
      const known = found.get(name) ?? { told: new Set<string>(), isHub: isSpoke === true };
      known.told.add(server.name);
      found.set(name, known);
    }
  }
  return [...found].map(([name, { told, isHub }]) => ({
    ...NO_FIGURES,
    name,
    known: 'leafz',
    told: [...told].sort(),
    isHub,
  }));
}

/** Leaf connections of servers that do not name the other end (before 2.9.15). */
export function unnamedLeaves(data: ServersData): number {
  let count = 0;
  for (const { value, missingSince } of data.sides.leafz.data ?? [])
    if (missingSince === null) count += value.leafs.filter(({ name }) => name === null).length;
  return count;
}

/** What all servers together say; a sum is of those that answer and say, `null` where none does. */
export interface ServersSummary {
  readonly answering: number;
  /** Servers that are or were heard themselves. */
  readonly known: number;
  /** Known from others alone. */
  readonly toldOf: number;
  readonly connections: number | null;
  readonly slowConsumers: number | null;
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  /** `null` where no server says how it is. */
  readonly unwell: number | null;
  /** Answering servers that do not say how they are. */
  readonly unknownHealth: number;
  readonly worstOffset: { readonly name: string; readonly offset: ClockOffset } | null;
  /** How many servers run each, newest first. */
  readonly versions: readonly { readonly version: string; readonly count: number }[];
}

export function summarise(rows: readonly ServerRow[]): ServersSummary {
  const heard = rows.filter(({ known }) => known !== 'leafz');
  const answering = heard.filter(({ known, missingSince }) => known === 'answers' && missingSince === null);
  const sum = (figure: (row: ServerRow) => number | null | undefined): number | null => {
    const values = answering.flatMap((row) => figure(row) ?? []);
    return values.length === 0 ? null : values.reduce((all, each) => all + each, 0);
  };
  const versions = new Map<string, number>();
  for (const { version } of answering) if (version) versions.set(version, (versions.get(version) ?? 0) + 1);
  const judged = answering.filter(({ health }) => health !== null);
  let worst: ServersSummary['worstOffset'] = null;
  for (const { name, offset } of answering)
    if (offset && (!worst || Math.abs(offset.offsetMs) > Math.abs(worst.offset.offsetMs))) worst = { name, offset };
  return {
    answering: answering.length,
    known: heard.length,
    toldOf: rows.length - heard.length,
    connections: sum(({ varz }) => varz?.connections),
    slowConsumers: sum(({ varz }) => varz?.slowConsumers),
    inMsgs: sum(({ inMsgs }) => inMsgs),
    outMsgs: sum(({ outMsgs }) => outMsgs),
    unwell: judged.length === 0 ? null : judged.filter(({ health }) => health?.ok === false).length,
    unknownHealth: answering.length - judged.length,
    worstOffset: worst,
    versions: [...versions]
      .map(([version, count]) => ({ version, count }))
      .sort((a, b) => compareVersions(b.version, a.version)),
  };
}

/** Clocks that are certainly further apart than this get a mark, ms. */
const CLOCK_WARN_MS = 100;
const CLOCK_BAD_MS = 1_000;

/** How far a clock is off for certain: what the bound leaves. */
export function clockTone({ offsetMs, boundMs }: ClockOffset): 'good' | 'warn' | 'bad' {
  const certain = Math.abs(offsetMs) - boundMs;
  return certain > CLOCK_BAD_MS ? 'bad' : certain > CLOCK_WARN_MS ? 'warn' : 'good';
}
