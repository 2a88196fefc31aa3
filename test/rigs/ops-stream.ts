/** What the stream OPS holds, read as a reader of history does: by direct gets, in the order of the stream. */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  decodeGap,
  HEADERS,
  MESSAGE_KINDS,
  parseMessageId,
  type Gap,
  type MessageKind,
  type MessagePlace,
} from '../../protocol/index.ts';
import { storedPlace } from '../../protocol/stored.ts';

export interface StoredRow {
  /** In the stream. */
  readonly seq: number;
  readonly subject: string;
  readonly place: MessagePlace | null;
  readonly isBacklog: boolean;
  readonly pendingFrom: string | null;
  readonly text: string;
}

/** Creates OPS as `nunect-guardian setup-streams` does, with a duplicate window of the test's choice. */
export async function createOps(nats: NatsConnection, windowMs = 120_000, more: object = {}): Promise<void> {
  const config = {
    name: 'OPS',
    subjects: ['ops.heartbeat.*', 'ops.metric.*.*', 'ops.log.*.*', 'ops.gap.*'],
    storage: 'file',
    allow_direct: true,
    duplicate_window: windowMs * 1e6,
    ...more,
  };
  const reply = await nats.request('$JS.API.STREAM.CREATE.OPS', JSON.stringify(config), { timeout: 5_000 });
  const { error } = reply.json<{ error?: { description: string } }>();
  if (error) throw new Error(`OPS was not created: ${error.description}`);
}

/** Reads the stream on from where it was, so that asking again costs only what is new. */
export class OpsReader {
  readonly #nats: NatsConnection;
  readonly #rows: StoredRow[] = [];

  constructor(nats: NatsConnection) {
    this.#nats = nats;
  }

  /** Everything that is in the stream. @throws Error while the server or the stream is not there */
  async read(): Promise<readonly StoredRow[]> {
    for (;;) {
      const seq = (this.#rows.at(-1)?.seq ?? 0) + 1;
      const body = JSON.stringify({ seq, next_by_subj: 'ops.>' });
      const message = await this.#nats.request('$JS.API.DIRECT.GET.OPS', body, { timeout: 2_000 });
      if (message.headers?.code === 404) return this.#rows;
      const at = storedPlace(message.headers);
      if (!at) throw new Error(`message ${seq} without its place`);
      this.#rows.push({
        seq: at.sequence,
        subject: at.subject,
        place: parseMessageId(message.headers?.get(HEADERS.msgId) ?? null),
        isBacklog: message.headers?.has(HEADERS.backlog) ?? false,
        pendingFrom: message.headers?.get(HEADERS.pendingFrom) || null,
        text: message.string(),
      });
    }
  }

  /** The same, or what was read so far while the server is not there. */
  async readWhatThereIs(): Promise<readonly StoredRow[]> {
    return this.read().catch(() => this.#rows);
  }
}

/** Everything in the stream. */
export async function readOps(nats: NatsConnection): Promise<readonly StoredRow[]> {
  return new OpsReader(nats).read();
}

/** The declarations among them, decoded as readers do. */
export function gapsIn(rows: readonly StoredRow[]): Gap[] {
  return rows
    .filter(({ subject }) => subject.startsWith('ops.gap.'))
    .map(({ subject, text }) => {
      const decoded = decodeGap(subject, new TextEncoder().encode(text));
      if (!decoded.ok) throw new Error(decoded.problem.message);
      return decoded.value;
    });
}

/** What a reader of history has of one kind of one start: each number once, and those declared lost. */
export interface Account {
  readonly startedAt: number;
  readonly kind: MessageKind;
  /** Numbers that arrived, ascending, repeats taken out. */
  readonly arrived: readonly number[];
  /** Numbers that arrived more than once. */
  readonly repeats: number;
  /** Numbers up to the last that neither arrived nor were declared lost. */
  readonly missing: readonly number[];
  /** Declared lost and not arrived. */
  readonly declared: number;
}

/** The reader's rule, applied: one account for each start and kind, in the order of their first arrival. */
export function accounts(rows: readonly StoredRow[]): Account[] {
  const gaps = gapsIn(rows);
  const seen = new Map<string, { startedAt: number; kind: MessageKind; numbers: Set<number>; repeats: number }>();
  const of = (startedAt: number, kind: MessageKind) => {
    const key = `${startedAt}:${kind}`;
    const found = seen.get(key) ?? { startedAt, kind, numbers: new Set<number>(), repeats: 0 };
    seen.set(key, found);
    return found;
  };
  for (const { place } of rows) {
    if (!place) continue;
    const account = of(place.startedAt, place.kind);
    if (account.numbers.has(place.seq)) account.repeats++;
    account.numbers.add(place.seq);
  }
  for (const gap of gaps) {
    const kind = MESSAGE_KINDS.find((known) => known === gap.kind);
    if (kind) of(gap.of, kind);
  }
  return [...seen.values()].map(({ startedAt, kind, numbers, repeats }) => {
    const own = gaps.filter((gap) => gap.of === startedAt && gap.kind === kind);
    const last = Math.max(0, ...numbers, ...own.map(({ to }) => to));
    const missing: number[] = [];
    let declared = 0;
    for (let seq = 1; seq <= last; seq++) {
      if (numbers.has(seq)) continue;
      if (own.some(({ from, to }) => from <= seq && seq <= to)) declared++;
      else missing.push(seq);
    }
    return { startedAt, kind, arrived: [...numbers].sort((a, b) => a - b), repeats, missing, declared };
  });
}

/** A connection that reads OPS. */
export function connectReader(url: string, user: string, pass: string): Promise<NatsConnection> {
  return connect({
    servers: url,
    user,
    pass,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    waitOnFirstConnect: true,
  });
}
