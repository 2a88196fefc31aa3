/** The connector profile: what this machine's guardian is, and which subjects it may use. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { checkUnitId, type HeartbeatThresholds } from '../protocol/index.ts';
import { configError } from './exit-codes.ts';
import { RttSection, type RttProfile } from './rtt-profile.ts';

/** What may be done with a subject. */
export type Allow = 'pub' | 'sub';

export interface Capability {
  /** Subject, with NATS wildcards; `{unit}` stands for the unit id. */
  readonly subject: string;
  readonly allow: readonly Allow[];
}

/** When a heartbeat's status is lowered; published with it. Null where the profile asks for no such rule. */
export interface Thresholds extends HeartbeatThresholds {
  readonly rttMs: number;
  readonly diskFreePercent: number;
  /** A fifth of the former unless the profile says otherwise. */
  readonly diskCriticalPercent: number;
  readonly eventLoopMs: number;
  readonly storePercent: number;
}

export interface Profile {
  readonly unit: string;
  readonly tenant: string | null;
  /** `keeper`: the hub's guardian, which also answers on `ops.time.config`. */
  readonly role: string | null;
  /** Between two heartbeats, ms. */
  readonly intervalMs: number;
  readonly capabilities: readonly Capability[];
  /** Where chronyd's command port is; the port is `CHRONY_PORT`'s, if that is set. */
  readonly chrony: { readonly host: string; readonly port: number };
  /** How fast an undisciplined clock is taken to wander, parts per million. */
  readonly driftPpm: number;
  readonly thresholds: Thresholds;
  /** Folders whose file systems are watched for free space. */
  readonly disks: readonly string[];
  readonly rtt: RttProfile;
  /** How what is published is kept until the hub has it; null: it is not, and what the link loses is lost. */
  readonly store: StoreProfile | null;
}

export interface StoreProfile {
  /** Stream of this machine's own nats-server in which messages wait; null: they wait in the guardian's memory alone. */
  readonly stream: string | null;
  /** Bounds of what waits in memory. */
  readonly memoryBytes: number;
  readonly maxAgeMs: number;
  /** Messages a second that follow after an outage, beside the live ones. */
  readonly rate: number;
  /** How long the hub may take to acknowledge a message, ms. */
  readonly ackMs: number;
  /** The hub's stream, and the prefix under which its direct get is asked. */
  readonly hub: { readonly stream: string; readonly api: string };
}

const number = (min: number, max: number) =>
  v.pipe(v.number('a number'), v.minValue(min, `at least ${min}`), v.maxValue(max, `at most ${max}`));
const name = v.nullish(v.pipe(v.string('text'), v.maxLength(128, 'at most 128 characters')), null);

const streamName = v.pipe(
  v.string('text'),
  v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'the name of a stream: 1 to 64 letters, digits, "-" and "_"'),
);

const Store = v.strictObject({
  stream: v.nullish(streamName, null),
  memory_kib: v.optional(v.pipe(number(16, 1_048_576), v.integer('a whole number')), 1_024),
  max_age_s: v.optional(number(1, 31_536_000), 86_400),
  rate: v.optional(number(1, 10_000), 100),
  ack_timeout_ms: v.optional(number(50, 60_000), 5_000),
  hub: v.optional(
    v.strictObject({
      stream: v.optional(streamName, 'OPS'),
      api: v.optional(v.pipe(v.string('text'), v.regex(/^[^\s.*>]+(?:\.[^\s.*>]+)*$/, 'a subject')), 'OPSJS'),
    }),
    {},
  ),
});

const Schema = v.strictObject({
  metadata: v.strictObject({ unit_id: v.optional(v.unknown()), tenant: name, role: name }),
  interval_ms: v.optional(v.pipe(number(100, 3_600_000), v.integer('a whole number')), 5_000),
  capabilities: v.array(
    v.strictObject({
      subject: v.pipe(
        v.string('text'),
        v.regex(
          /^(?:[^\s.*>]+|\*)(?:\.(?:[^\s.*>]+|\*))*(?:\.>)?$/,
          'a NATS subject: tokens between dots, "*" for one, a final ">" for the rest, "{unit}" for the unit id',
        ),
      ),
      allow: v.array(v.picklist(['pub', 'sub'], '"pub" or "sub"'), 'a list of "pub" and "sub"'),
    }),
    'a list of {subject, allow}',
  ),
  time: v.optional(
    v.strictObject({
      chrony: v.optional(
        v.strictObject({ host: v.optional(v.string('text'), '127.0.0.1'), port: v.optional(number(1, 65_535), 323) }),
        {},
      ),
      drift_ppm: v.optional(number(0.001, 10_000), 50),
    }),
    {},
  ),
  thresholds: v.optional(
    v.strictObject({
      rtt_ms: v.optional(number(0.001, 60_000), 250),
      rtt_critical_ms: v.nullish(number(0.001, 60_000), null),
      error_bound_ms: v.nullish(number(0.000_001, 600_000), null),
      disk_free_percent: v.optional(number(0, 100), 5),
      disk_critical_percent: v.nullish(number(0, 100), null),
      event_loop_ms: v.optional(number(1, 60_000), 200),
      store_percent: v.optional(number(1, 100), 80),
    }),
    {},
  ),
  disks: v.optional(
    v.pipe(
      v.array(v.pipe(v.string('text'), v.minLength(1, 'a path'), v.maxLength(256, 'at most 256 characters'))),
      v.maxLength(16, 'at most 16 folders'),
    ),
    ['.'],
  ),
  rtt: RttSection,
  store: v.optional(Store),
});

/**
 * Reads the profile.
 *
 * @param file path of the YAML file
 * @param unitOverride `UNIT_ID`: wins over `metadata.unit_id`
 * @throws FatalError naming file, line and field, and what is allowed there
 */
export function loadProfile(file: string, unitOverride?: string): Profile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw configError(`cannot read the profile ${file} (${why}): give its path with --profile`, error);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax) {
    const at = lines.linePos(syntax.pos[0]);
    const what = syntax.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '');
    throw configError(`${file}:${at.line}: not YAML: ${what}`);
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // What is YAML and yet has no meaning: an alias to nothing, a merge of what is no map.
    const what = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    throw configError(`${file}: ${what}; a text that begins with "*", "&" or "!" needs quotes`, error);
  }
  const parsed = v.safeParse(Schema, content);
  if (!parsed.success) throw configError(complain(file, document, lines, parsed.issues[0]));
  const { metadata, time, thresholds, rtt, ...rest } = parsed.output;
  const checked = checkUnitId(unitOverride ?? metadata.unit_id);
  if (!checked.ok) {
    const where = unitOverride === undefined ? `${file}: metadata.unit_id` : 'UNIT_ID';
    throw configError(`${where}: ${checked.reason}`);
  }
  return {
    unit: checked.unit,
    tenant: metadata.tenant,
    role: metadata.role,
    intervalMs: rest.interval_ms,
    capabilities: rest.capabilities,
    rtt,
    chrony: time.chrony,
    driftPpm: time.drift_ppm,
    thresholds: {
      rttMs: thresholds.rtt_ms,
      rttCriticalMs: thresholds.rtt_critical_ms,
      errorBoundMs: thresholds.error_bound_ms,
      diskFreePercent: thresholds.disk_free_percent,
      diskCriticalPercent: thresholds.disk_critical_percent ?? thresholds.disk_free_percent / 5,
      eventLoopMs: thresholds.event_loop_ms,
      storePercent: thresholds.store_percent,
    },
    disks: rest.disks,
    store: storeOf(rest.store),
  };
}

function storeOf(store: v.InferOutput<typeof Store> | undefined): StoreProfile | null {
  if (!store) return null;
  const { stream, memory_kib, max_age_s, rate, ack_timeout_ms, hub } = store;
  return { stream, memoryBytes: memory_kib * 1_024, maxAgeMs: max_age_s * 1_000, rate, ackMs: ack_timeout_ms, hub };
}

/** `file:line: field: what is wrong, what is allowed`. */
function complain(file: string, document: Document, lines: LineCounter, issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map((step) => step.key as string | number) ?? [];
  const field = keys.join('.') || 'the profile';
  const line = lineOf(document, lines, keys);
  const where = line === null ? file : `${file}:${line}`;
  if (issue.expected === 'never') return `${where}: ${field}: no such field; remove it or correct its name`;
  if (issue.input === undefined) return `${where}: ${field}: missing`;
  const custom = issue.message.startsWith('Invalid') ? `${issue.expected ?? 'something else'}` : issue.message;
  return `${where}: ${field}: ${issue.received} is not allowed; expected ${custom}`;
}

/** Line of the field, or of the nearest thing around it that is in the file. */
function lineOf(document: Document, lines: LineCounter, keys: (string | number)[]): number | null {
  for (let n = keys.length; n > 0; n--) {
    const node = document.getIn(keys.slice(0, n), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
