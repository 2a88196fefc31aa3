/** The streams in which messages are kept: made where they are missing, brought to what is asked where they differ. */
import type { NatsConnection } from '@nats-io/transport-node';
import { subjectPatterns } from '../../protocol/index.ts';
import { callApi, JetStreamError } from './jetstream.ts';
import { STORE_PREFIX } from './local-stream.ts';

/** A server answers such a request at once; a cluster after an election. */
const LIMIT_MS = 10_000;

/** `hub`: where everything arrives. `local`: where a leaf's messages wait for the hub. */
export type StreamRole = 'hub' | 'local';

/** What can be asked for; undefined: as it is, or the default of {@link DEFAULTS} for a new stream. */
export interface StreamWishes {
  readonly maxAgeS?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly duplicateWindowS?: number | undefined;
  readonly replicas?: number | undefined;
  readonly storage?: 'file' | 'memory' | undefined;
}

const DAY_S = 86_400;
const MIB = 1_024 * 1_024;

export const DEFAULTS = {
  hub: { maxAgeS: 7 * DAY_S, maxBytes: 512 * MIB, duplicateWindowS: 120, replicas: 1, storage: 'file' },
  local: { maxAgeS: 7 * DAY_S, maxBytes: 64 * MIB, duplicateWindowS: 120, replicas: 1, storage: 'file' },
} as const satisfies Record<StreamRole, Required<StreamWishes>>;

export const STREAM_NAMES = { hub: 'OPS', local: 'STORE' } as const satisfies Record<StreamRole, string>;

const SUBJECTS: Record<StreamRole, readonly string[]> = {
  hub: [subjectPatterns.heartbeat, 'ops.metric.*.*', subjectPatterns.log, subjectPatterns.gap],
  local: [`${STORE_PREFIX}>`],
};

/** Fields of a stream's configuration that are looked at, as the server names them. */
interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention: string;
  readonly discard: string;
  readonly storage: string;
  readonly num_replicas: number;
  /** ns. */
  readonly max_age: number;
  readonly max_bytes: number;
  /** ns. */
  readonly duplicate_window: number;
  readonly allow_direct: boolean;
}

export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Messages that are there may go by it. */
  readonly destroys: boolean;
}

export interface StreamPlan {
  readonly role: StreamRole;
  readonly name: string;
  readonly action: 'create' | 'change' | 'nothing';
  /** The whole configuration that it is to have. */
  readonly config: StreamConfig;
  readonly changes: readonly Change[];
  /** What it holds now; null: it is not there yet. */
  readonly holds: { readonly messages: number; readonly bytes: number } | null;
}

interface StreamInfo {
  readonly config: StreamConfig;
  readonly state: { readonly messages: number; readonly bytes: number };
}

/**
 * What would have to be done.
 *
 * @throws JetStreamError; Error for what cannot be done to a stream that is there
 */
export async function planStream(nats: NatsConnection, role: StreamRole, wishes: StreamWishes): Promise<StreamPlan> {
  const name = STREAM_NAMES[role];
  const info = await existing(nats, name);
  if (!info) {
    const config = newConfig(role, { ...DEFAULTS[role], ...withoutUndefined(wishes) });
    return { role, name, action: 'create', config, changes: [], holds: null };
  }
  const { messages, bytes } = info.state;
  const wanted = { ...info.config, ...required(role, info.config), ...asFields(wishes) };
  const changes = differences(info.config, wanted);
  const storage = changes.find(({ field }) => field === 'storage' || field === 'retention');
  if (storage) {
    throw new Error(
      `stream ${name} has ${storage.field} ${String(storage.from)}, which no server changes to ${String(storage.to)}: ` +
        `delete it by hand if what it holds may go (${messages} messages), and run this again`,
    );
  }
  const action = changes.length > 0 ? 'change' : 'nothing';
  return { role, name, action, config: wanted, changes, holds: { messages, bytes } };
}

/** Does it. @throws JetStreamError */
export async function applyPlan(nats: NatsConnection, { action, name, config }: StreamPlan): Promise<void> {
  if (action === 'nothing') return;
  await callApi(nats, `STREAM.${action === 'create' ? 'CREATE' : 'UPDATE'}.${name}`, config, LIMIT_MS);
}

async function existing(nats: NatsConnection, name: string): Promise<StreamInfo | null> {
  try {
    return await callApi<StreamInfo>(nats, `STREAM.INFO.${name}`, null, LIMIT_MS);
  } catch (error) {
    if (error instanceof JetStreamError && error.apiCode === 404) return null;
    throw error;
  }
}

function newConfig(role: StreamRole, wishes: Required<StreamWishes>): StreamConfig {
  return {
    name: STREAM_NAMES[role],
    subjects: SUBJECTS[role],
    retention: 'limits',
    discard: 'old',
    storage: 'file',
    num_replicas: 1,
    max_age: 0,
    max_bytes: -1,
    duplicate_window: 0,
    allow_direct: true,
    ...asFields(wishes),
  };
}

/** What the guardian and readers of history cannot do without. Further subjects, and whatever else is set, stay. */
function required(role: StreamRole, { subjects }: StreamConfig): Partial<StreamConfig> {
  const missing = SUBJECTS[role].filter((subject) => !subjects.includes(subject));
  return { subjects: [...subjects, ...missing], retention: 'limits', discard: 'old', allow_direct: true };
}

function asFields(wishes: StreamWishes): Partial<StreamConfig> {
  const { maxAgeS, maxBytes, duplicateWindowS, replicas, storage } = wishes;
  return withoutUndefined({
    max_age: maxAgeS === undefined ? undefined : Math.round(maxAgeS * 1e9),
    max_bytes: maxBytes,
    duplicate_window: duplicateWindowS === undefined ? undefined : Math.round(duplicateWindowS * 1e9),
    num_replicas: replicas,
    storage,
  });
}

function differences(now: StreamConfig, wanted: StreamConfig): Change[] {
  const fields = [
    'subjects',
    'retention',
    'discard',
    'storage',
    'num_replicas',
    'max_age',
    'max_bytes',
    'duplicate_window',
    'allow_direct',
  ] as const;
  return fields
    .filter((field) => JSON.stringify(now[field] ?? null) !== JSON.stringify(wanted[field] ?? null))
    .filter((field) => field !== 'allow_direct' || now.allow_direct !== wanted.allow_direct)
    .map((field) => ({
      field,
      from: now[field] ?? null,
      to: wanted[field],
      destroys: isShrinking(field, now, wanted),
    }));
}

/** 0 and -1 are no bound at all. */
function isShrinking(field: string, now: StreamConfig, wanted: StreamConfig): boolean {
  if (field !== 'max_age' && field !== 'max_bytes') return false;
  const bound = (value: number): number => (value > 0 ? value : Infinity);
  return bound(wanted[field]) < bound(now[field]);
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
