/** The command `setup-streams`: connects with the login of each stream's administrator, says what differs, and mends it. */
import type { NatsConnection } from '@nats-io/transport-node';
import { errorText } from '../../client/errors.ts';
import { isRefusal } from '../../client/lifecycle.ts';
import { dial } from '../../client/node/dial.ts';
import { safeText } from '../../protocol/index.ts';
import type { SetupOptions } from '../commands/setup-streams.ts';
import { configError, EXIT, FatalError } from '../exit-codes.ts';
import { loadSettings, readVariables } from '../settings.ts';
import { JetStreamError } from './jetstream.ts';
import { applyPlan, planStream, type Change, type StreamPlan, type StreamRole } from './setup.ts';

const ADMINS = {
  hub: { user: 'NATS_OPS_ADMIN_USER', password: 'NATS_OPS_ADMIN_PASSWORD', otherwise: 'ops-admin' },
  local: { user: 'NATS_LEAF_ADMIN_USER', password: 'NATS_LEAF_ADMIN_PASSWORD', otherwise: 'leaf-admin' },
} as const satisfies Record<StreamRole, object>;

/** @throws FatalError with what happened, to what, and what to do */
export async function setupStreams(
  which: readonly StreamRole[],
  options: SetupOptions,
  write: (text: string) => void,
): Promise<void> {
  for (const role of new Set(which)) {
    const { nats, at } = await connected(role, options);
    try {
      const plan = await planned(nats, at, role, options);
      const costly = plan.changes.filter(({ destroys }) => destroys);
      if (costly.length > 0 && !options.yes && !options.dryRun) throw tooCostly(plan, costly);
      if (!options.dryRun) await done(at, () => applyPlan(nats, plan));
      write(options.json ? json(plan, at, options.dryRun) : words(plan, at, options.dryRun));
    } finally {
      await nats.close();
    }
  }
}

async function connected(role: StreamRole, { env, url }: SetupOptions): Promise<{ nats: NatsConnection; at: string }> {
  const environment = url === undefined ? process.env : { ...process.env, NATS_URL: url };
  const { servers, tls } = loadSettings(env, environment);
  const variables = readVariables(env, environment);
  const admin = ADMINS[role];
  const password = variables[admin.password];
  if (password === undefined) throw configError(`${admin.password} is not set: stream ${role} is made with that login`);
  const user = variables[admin.user] ?? admin.otherwise;
  const at = servers.join(', ');
  try {
    const nats = await dial({
      servers,
      name: 'nunect-guardian-setup-streams',
      login: () => ({ user, password }),
      tls,
      wait: () => 500,
    });
    return { nats, at };
  } catch (error) {
    const why = safeText(errorText(error));
    if (isRefusal(error)) {
      throw new FatalError(
        EXIT.refused,
        `${at} refused user "${user}" (${why}): correct ${admin.user} and ${admin.password}`,
      );
    }
    throw new FatalError(EXIT.software, `no connection to ${at} (${why}): is nats-server there, is NATS_URL right?`);
  }
}

function planned(nats: NatsConnection, at: string, role: StreamRole, options: SetupOptions): Promise<StreamPlan> {
  const { maxAge, maxBytes, duplicateWindow, replicas, storage } = options;
  const wishes = { maxAgeS: maxAge, maxBytes, duplicateWindowS: duplicateWindow, replicas, storage };
  return done(at, () => planStream(nats, role, wishes));
}

async function done<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isDenied = error instanceof JetStreamError && error.failure === 'denied';
    const advice = why === 'no stream takes it' ? 'its account has no JetStream' : why;
    throw new FatalError(isDenied ? EXIT.refused : EXIT.software, `${at}: ${advice}`, { cause: error });
  }
}

function tooCostly({ name, holds }: StreamPlan, changes: readonly Change[]): FatalError {
  const list = changes.map(sentence).join('; ');
  const held = holds ? `It holds ${holds.messages} messages (${mebibytes(holds.bytes)}). ` : '';
  return new FatalError(EXIT.usage, `stream ${name}: ${list}: messages may go by that. ${held}Give --yes if they may`);
}

function words({ role, name, action, config, changes, holds }: StreamPlan, at: string, dryRun: boolean): string {
  const head = `${role}: stream ${name} on ${at}`;
  if (action === 'nothing') {
    return `${head}: nothing to change; it holds ${holds?.messages ?? 0} messages (${mebibytes(holds?.bytes ?? 0)})\n`;
  }
  const verb = `${dryRun ? 'would be ' : ''}${action === 'create' ? 'created' : 'changed'}`;
  const { subjects, storage, num_replicas: copies } = config;
  const lines = [
    `subjects ${subjects.join(' ')}`,
    `at most ${show('max_age', config.max_age)} and ${show('max_bytes', config.max_bytes)}, the oldest go first`,
    `storage ${storage}, ${copies} ${copies === 1 ? 'copy' : 'copies'}, repeats known for ${show('duplicate_window', config.duplicate_window)}`,
  ];
  return `${head}: ${verb}\n${(action === 'create' ? lines : changes.map(sentence)).map((line) => `  ${line}\n`).join('')}`;
}

function json({ role, name, action, config, changes, holds }: StreamPlan, server: string, dryRun: boolean): string {
  return `${JSON.stringify({ role, stream: name, server, action, done: !dryRun && action !== 'nothing', changes, config, holds })}\n`;
}

function sentence({ field, from, to }: Change): string {
  return `${field}: ${show(field, from)} -> ${show(field, to)}`;
}

function show(field: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => safeText(String(item))).join(' ');
  if (typeof value !== 'number') return safeText(String(value));
  if (field === 'max_age' || field === 'duplicate_window') return value > 0 ? seconds(value / 1e9) : 'no limit';
  if (field === 'max_bytes') return value > 0 ? mebibytes(value) : 'no limit';
  return String(value);
}

function seconds(value: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
  ] as const) {
    if (value >= length && value % length === 0) return `${value / length}${unit}`;
  }
  return `${value}s`;
}

function mebibytes(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
