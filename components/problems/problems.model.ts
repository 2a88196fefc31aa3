import { safeText } from '../../protocol/decode.ts';
import type { Heartbeat } from '../../protocol/heartbeat.ts';
import type { Healthz } from '../../protocol/server/healthz.ts';
import type { Jsz } from '../../protocol/server/jsz.ts';
import type { Statsz } from '../../protocol/server/statsz.ts';
import { formatCount } from '../core/element/format.ts';
import { sideTrouble } from '../core/sources/combined.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';
import type { UnitState } from '../core/sources/unit-feed.ts';
import type { ProblemsData } from './problems.source.ts';

/** What a problem is about; a page leads from here to where more is told. */
export type ProblemKind =
  'server-missing' | 'server-unhealthy' | 'slow-consumers' | 'no-leader' | 'unit-late' | 'unit-status' | 'clock';

export interface Problem {
  readonly kind: ProblemKind;
  /** `bad`: something does not work; `warn`: something will, or may not. */
  readonly tone: 'bad' | 'warn';
  /** Server, stream or unit, as it calls itself; `null` where it is about the whole system. */
  readonly name: string | null;
  /** What is wrong, safe to be shown. */
  readonly text: string;
  /** Since when, this browser's clock, ms since the epoch; `null` when that is not known. */
  readonly since: number | null;
}

/** Problems of one kind: the first few, and how many there are. */
export interface ProblemGroup {
  readonly kind: ProblemKind;
  readonly tone: 'bad' | 'warn';
  readonly problems: readonly Problem[];
  readonly total: number;
}

export interface ProblemsView {
  readonly groups: readonly ProblemGroup[];
  readonly bad: number;
  readonly warn: number;
  /** What could not be looked at, and why. */
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
}

/** Of each kind so many are named; a page that lists all is one link away. */
const NAMED = 5;

/** Everything that is wrong, the worst first, and what is not known. */
export function problemsOf({ main, sides }: ProblemsData): ProblemsView {
  const { health, jetstream, units } = sides;
  const all = [
    ...main.flatMap(missing),
    ...(health.data ?? []).flatMap(unhealthy),
    ...withoutLeader(jetstream.data ?? []),
    ...(units.data ?? []).flatMap(unitProblems),
    ...main.flatMap(slowConsumers),
  ];
  const groups = new Map<string, Problem[]>();
  for (const problem of all) {
    const key = `${problem.tone} ${problem.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  const unknown = [
    { what: 'Health of servers', why: sideTrouble(health) },
    { what: 'JetStream', why: sideTrouble(jetstream) },
    { what: 'Units', why: sideTrouble(units) },
  ].flatMap(({ what, why }) => (why === null ? [] : [{ what, why: safeText(why, 400) }]));
  unknown.push(...partlyUnknown(main, sides));
  const waiting = [
    ...(health.status === 'waiting' ? ['health'] : []),
    ...(jetstream.status === 'waiting' ? ['JetStream'] : []),
  ];
  if (waiting.length > 0) unknown.push({ what: 'Not yet', why: `${waiting.join(' and ')}: asked, not answered yet.` });
  const list = [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [{ kind: first.kind, tone: first.tone, problems: [first, ...more].slice(0, NAMED), total: more.length + 1 }],
  );
  return {
    groups: [...list.filter(({ tone }) => tone === 'bad'), ...list.filter(({ tone }) => tone === 'warn')],
    bad: all.filter(({ tone }) => tone === 'bad').length,
    warn: all.filter(({ tone }) => tone === 'warn').length,
    unknown,
  };
}

/** Servers that answer, but say nothing of this: that nothing is wrong there, nobody knows. */
function partlyUnknown(
  main: ProblemsData['main'],
  { health, jetstream }: ProblemsData['sides'],
): { what: string; why: string }[] {
  const silent = new Set(main.filter(({ missingSince }) => missingSince !== null).map(({ server }) => server.name));
  const quiet = [
    { what: 'Health of servers', snapshot: health },
    { what: 'JetStream', snapshot: jetstream },
  ].flatMap(({ what, snapshot }) => {
    const names = (snapshot.completeness?.missing ?? []).filter((name) => !silent.has(name));
    return names.length === 0 || sideTrouble(snapshot) !== null
      ? []
      : [{ what, why: `${namesOf(names)} ${names.length === 1 ? 'does' : 'do'} not tell.` }];
  });
  const cut = (jetstream.data ?? []).filter(
    ({ value: { total, accounts, accountDetails, disabled }, missingSince }) =>
      missingSince === null && !disabled && (total ?? accounts ?? 0) > accountDetails.length,
  );
  if (cut.length === 0) return quiet;
  const why = `${namesOf(cut.map(({ server }) => server.name))}: more accounts than one answer holds.`;
  return [...quiet, { what: 'Streams of some accounts', why }];
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map((name) => safeText(name, 64));
  return names.length > NAMED ? `${shown.join(', ')} and ${formatCount(names.length - NAMED)} more` : shown.join(', ');
}

function missing({ server, missingSince }: PolledServer<unknown>): Problem[] {
  if (missingSince === null) return [];
  return [{ kind: 'server-missing', tone: 'bad', name: server.name, text: 'has not answered', since: missingSince }];
}

function unhealthy({ server, value, missingSince }: PolledServer<Healthz>): Problem[] {
  if (missingSince !== null || value.status === 'ok') return [];
  const why =
    value.error ?? value.errors.map(({ error }) => error ?? '').find((error) => error !== '') ?? 'no reason given';
  const text = `is not healthy: ${safeText(why, 200)}`;
  return [{ kind: 'server-unhealthy', tone: 'bad', name: server.name, text, since: null }];
}

/** Counted from one answer to the next: a total since the start of the server says nothing of now. */
function slowConsumers({ server, value, previous, missingSince }: PolledServer<Statsz>): Problem[] {
  const now = value.slowConsumers;
  const before = previous?.value.slowConsumers ?? null;
  if (missingSince !== null || now === null || now === 0) return [];
  const more = before === null ? 0 : now - before;
  const text =
    more > 0
      ? `has just counted ${formatCount(more)} slow ${more === 1 ? 'consumer' : 'consumers'}, ${formatCount(now)} since its start`
      : `has counted ${formatCount(now)} slow ${now === 1 ? 'consumer' : 'consumers'} since its start`;
  return [{ kind: 'slow-consumers', tone: more > 0 ? 'bad' : 'warn', name: server.name, text, since: null }];
}

/** Several servers tell of a stream: it is without a leader when none of those that answer knows one. */
function withoutLeader(servers: readonly PolledServer<Jsz>[]): Problem[] {
  const streams = new Map<string, { account: string; stream: string; led: boolean }>();
  const groups = new Map<string, boolean>();
  for (const { value, missingSince } of servers) {
    if (missingSince !== null || value.disabled) continue;
    if (value.meta) {
      const name = value.meta.name ?? '';
      groups.set(name, groups.get(name) === true || value.meta.leader !== null);
    }
    for (const { name: account, streams: held } of value.accountDetails) {
      for (const { name: stream, cluster } of held) {
        const key = JSON.stringify([account, stream, value.domain]);
        const led = cluster === null || cluster.leader !== null || streams.get(key)?.led === true;
        streams.set(key, { account, stream, led });
      }
    }
  }
  return [
    ...[...groups].flatMap(([name, led]): Problem[] => {
      const of = name === '' ? 'JetStream' : `JetStream of cluster ${safeText(name, 64)}`;
      const text = `${of} has no meta leader: nothing can be created or changed there`;
      return led ? [] : [{ kind: 'no-leader', tone: 'bad', name: null, text, since: null }];
    }),
    ...[...streams.values()].flatMap(({ account, stream, led }): Problem[] => {
      const text = `(stream of account ${safeText(account, 64)}) has no leader: it takes and gives no messages`;
      return led ? [] : [{ kind: 'no-leader', tone: 'bad', name: stream, text, since: null }];
    }),
  ];
}

function unitProblems({ unit, value, late, receivedAt }: UnitState<Heartbeat>): Problem[] {
  if (late) return [{ kind: 'unit-late', tone: 'bad', name: unit, text: 'has not been heard', since: receivedAt }];
  const problems: Problem[] = [];
  const bad = value.status === 'critical';
  if (bad || value.status === 'degraded') {
    const reasons = value.reasons.map((reason) => safeText(reason, 200)).join('; ');
    const text = `says that it is ${value.status}${reasons === '' ? '' : `: ${reasons}`}`;
    problems.push({ kind: 'unit-status', tone: bad ? 'bad' : 'warn', name: unit, text, since: null });
  }
  const clock = clockProblem(value);
  if (clock) problems.push({ kind: 'clock', ...clock, name: unit, since: null });
  return problems;
}

function clockProblem({ clockSource, clockQuality }: Heartbeat): Pick<Problem, 'tone' | 'text'> | null {
  if (clockSource === 'unsynced' || clockQuality === 'freerun') {
    return { tone: 'bad', text: 'has a clock that nothing sets: how far it is off is unknown' };
  }
  if (clockQuality === 'holdover') {
    return { tone: 'warn', text: 'has a clock that lost its source: it drifts' };
  }
  return null;
}
