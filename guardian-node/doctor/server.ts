/** The way to the server, the login, each subject, and the stream. */
import { once } from 'node:events';
import { isIP, connect as connectTcp } from 'node:net';
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_LEVELS, safeText, subjects } from '../../protocol/index.ts';
import { Capabilities } from '../capabilities.ts';
import { connectOnce, type Once } from '../check/connect-once.ts';
import { observe } from '../check/observe.ts';
import type { Profile } from '../profile.ts';
import { ping } from '../rtt.ts';
import type { Settings } from '../settings.ts';
import { callApi } from '../store/jetstream.ts';
import { Hub } from '../store/hub.ts';
import { Findings, type Finding } from './finding.ts';
import { mayPublish, maySubscribe, type Permission } from './permissions.ts';

const LIMIT_MS = 5_000;
/** A guardian that runs answers its echo at once; its heartbeat is not waited for. */
const RUNNING_MS = 700;

export async function examineServer(settings: Settings, profile: Profile | null): Promise<readonly Finding[]> {
  const way = new Findings('Server');
  let reached = false;
  for (const server of settings.servers) reached = (await examineAddress(way, settings, server)) || reached;
  if (!reached) way.skip('login', 'no server answers');
  if (!reached || !profile) return way.all;
  const once = await logIn(way, settings, profile);
  if (!once) return way.all;
  try {
    const round = await ping(once.nats).catch(() => null);
    if (round !== null) way.ok('round trip', `${Number((round / 1e6).toPrecision(3))} ms`);
    await examineRunning(way, once.nats, profile.unit);
    return [...way.all, ...(await examineSubjects(once.nats, profile)), ...(await examineStore(once.nats, profile))];
  } finally {
    await once.close();
  }
}

interface Greeting {
  readonly server_name?: string;
  readonly version?: string;
  readonly tls_required?: boolean;
}

async function examineAddress(found: Findings, settings: Settings, server: string): Promise<boolean> {
  const name = safeText(server, 60);
  let greeting: Greeting;
  try {
    greeting = await greet(server);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    found.fail(name, why, 'start the server, open the way to it (firewall), or correct NATS_URL');
    return false;
  }
  const { server_name, version, tls_required: tls = false } = greeting;
  const said = `nats-server ${safeText(version ?? 'of unknown version', 32)} ${safeText(server_name ?? '', 64)}`;
  const login = settings.login();
  const isSecret = login !== null && ('user' in login || 'token' in login);
  const { hostname } = new URL(server);
  const isHere =
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  if (isSecret && !tls && !isHere) {
    const todo = 'have the server ask for TLS, or log in by NKey or JWT, whose secret never leaves this machine';
    found.warn(name, `${said}; without TLS the password travels in clear`, todo);
  } else {
    found.ok(name, `${said}${tls ? ', TLS' : ''}`);
  }
  return true;
}

/** What the server says first, before any login. @throws Error saying who does not answer and how */
async function greet(server: string): Promise<Greeting> {
  const url = new URL(server);
  const port = Number(url.port) || 4222;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connectTcp({ host, port });
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const [data] = (await once(socket, 'data', { signal })) as [Buffer];
    const info = /^INFO (\{.*)/.exec(data.toString())?.[1];
    if (info === undefined) throw new Error('something else than a NATS server answers there');
    return JSON.parse(info) as Greeting;
  } catch (error) {
    throw new Error(reason(error), { cause: error });
  } finally {
    socket.destroy();
  }
}

function reason(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return `no answer within ${LIMIT_MS / 1e3} s`;
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nobody listens there (connection refused)',
    ENOTFOUND: 'the name is not known (DNS)',
    EAI_AGAIN: 'the name cannot be looked up now (DNS)',
    EHOSTUNREACH: 'there is no way to that machine',
    ENETUNREACH: 'there is no way to that network',
  };
  if (error instanceof SyntaxError) return 'its greeting cannot be read';
  return words[code ?? ''] ?? message;
}

async function logIn(found: Findings, settings: Settings, { unit }: Profile): Promise<Once | null> {
  const { who, correct } = settings.described();
  try {
    const once = await connectOnce({ settings, unit, purpose: 'doctor', limitMs: LIMIT_MS });
    found.ok('login', `${who} is accepted`);
    return once;
  } catch (error) {
    found.fail('login', error instanceof Error ? error.message : String(error), correct);
    return null;
  }
}

async function examineRunning(found: Findings, nats: NatsConnection, unit: string): Promise<void> {
  const { echo, heartbeat } = await observe(nats, unit, RUNNING_MS);
  if (echo === 'answered' || heartbeat) found.ok('guardian', `one of unit ${unit} runs and answers`);
  else found.skip('guardian', `none of unit ${unit} answers yet: nunect-guardian run, then nunect-guardian check`);
}

/** What is published and heard, and what would be missing without it. */
function needed(profile: Profile): { publish: [string, string][]; subscribe: [string, string][] } {
  const { unit, role, store, rtt } = profile;
  const isKeeper = role === 'keeper';
  const publish: [string, string][] = [
    [subjects.heartbeat(unit), 'no heartbeat: the unit is shown as gone'],
    [subjects.rtt(unit), 'no round trips are shown'],
    [subjects.time(unit), 'no clock is shown'],
    ...LOG_LEVELS.map((level): [string, string] => [subjects.log(level, unit), 'such log lines are on stderr only']),
    [subjects.timeConfig(unit), 'its time sources are not shown'],
    ...(isKeeper ? [[subjects.timeConfig(), 'nobody hears which time sources to use'] as [string, string]] : []),
    [subjects.echo(unit), 'no app round trip is measured'],
    ...rtt.targets.map((target): [string, string] => [subjects.echo(target), `no round trip to ${target} is measured`]),
    ...(store ? [[subjects.gap(unit), 'what was lost is not declared'] as [string, string]] : []),
    // Whoever asks chooses the last tokens.
    [`_INBOX_${unit}.nunect.doctor`, 'it cannot answer itself: no app round trip'],
    ['_INBOX.nunect.doctor', 'it cannot answer other clients'],
    ['_R_.nunect.doctor', 'it cannot answer clients of other accounts'],
  ];
  const subscribe: [string, string][] = [
    [subjects.echo(unit), 'nobody can measure the round trip to this unit'],
    ...(isKeeper ? [[subjects.timeConfig(), 'nobody can ask for the time sources'] as [string, string]] : []),
    [`_INBOX_${unit}.>`, 'it hears no answer'],
  ];
  return { publish, subscribe };
}

async function examineSubjects(nats: NatsConnection, profile: Profile): Promise<readonly Finding[]> {
  const found = new Findings('Subjects');
  const { publish, subscribe } = needed(profile);
  const { unit } = profile;
  const capabilities = new Capabilities(profile.capabilities, unit);
  // Its own inbox is always its own: no capability is asked for.
  const isOwnInbox = (subject: string): boolean => subject.startsWith('_');
  const publishable = await mayPublish(
    nats,
    publish.map(([subject]) => subject),
  );
  for (const [subject, without] of publish) {
    const allowed = isOwnInbox(subject) || capabilities.mayPublish(subject);
    judge(found, 'publish', subject, without, allowed, publishable.get(subject));
  }
  const own = [subjects.heartbeat(unit), `ops.metric.*.${unit}`];
  const hearable = await maySubscribe(nats, [...subscribe.map(([subject]) => subject), ...own]);
  for (const [subject, without] of subscribe) {
    const allowed = isOwnInbox(subject) || capabilities.maySubscribe(subject);
    judge(found, 'subscribe', subject, without, allowed, hearable.get(subject));
  }
  if (own.some((subject) => hearable.get(subject) !== 'allowed')) {
    const text = `this login may not subscribe ${own.join(' and ')}`;
    found.warn(
      'for nunect-guardian check',
      text,
      'grant both to this login, or give check a login of its own by --env',
    );
  }
  return found.all;
}

function judge(
  found: Findings,
  verb: 'publish' | 'subscribe',
  subject: string,
  without: string,
  byProfile: boolean,
  byServer: Permission | undefined,
): void {
  const name = `${verb} ${subject.replace(/nunect\.doctor$/, '>')}`;
  if (!byProfile) {
    const allow = verb === 'publish' ? 'pub' : 'sub';
    const todo = `if it should be, add { subject: '${subject}', allow: [${allow}] } to capabilities`;
    found.warn(name, `the profile does not allow it: ${without}`, todo);
  } else if (byServer === 'denied') {
    found.fail(
      name,
      `the server does not allow it: ${without}`,
      `grant this login to ${verb} it, or take it out of the profile`,
    );
  } else if (byServer === 'allowed') {
    found.ok(name, 'allowed');
  } else {
    found.warn(name, 'the server did not say', 'ask again; the guardian itself says when it is refused');
  }
}

async function examineStore(nats: NatsConnection, profile: Profile): Promise<readonly Finding[]> {
  const found = new Findings('Store and forward');
  const { store, unit } = profile;
  if (!store) {
    found.skip('store', 'the profile asks for none: what is published while the link is down is lost');
    return found.all;
  }
  const { stream, api } = store.hub;
  const setUp = 'create it: nunect-guardian setup-streams (--help says with which login)';
  try {
    const last = await new Hub({ ...store.hub, ackMs: store.ackMs }, () => nats).last(subjects.heartbeat(unit));
    found.ok(
      `stream ${stream} of the hub`,
      last ? `answers; it has heartbeat ${last.place.seq} of this unit` : 'answers; it has nothing of this unit yet',
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const todo = `${setUp}; this login needs to publish ${api}.DIRECT.GET.${stream}.ops.>`;
    found.fail(`stream ${stream} of the hub`, why, todo);
  }
  if (store.stream === null) {
    found.ok('buffer', `in memory, ${store.memoryBytes / 1_024} KiB: what waits is lost with the guardian`);
    return found.all;
  }
  try {
    const { state } = await callApi<{ state: { messages: number } }>(
      nats,
      `STREAM.INFO.${store.stream}`,
      null,
      LIMIT_MS,
    );
    found.ok(`stream ${store.stream} here`, `${state.messages} messages wait`);
  } catch (error) {
    found.fail(`stream ${store.stream} here`, error instanceof Error ? error.message : String(error), setUp);
  }
  return found.all;
}
