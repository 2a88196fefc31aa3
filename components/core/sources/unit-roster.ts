import * as v from 'valibot';
import { HISTORY } from '../../../protocol/access.ts';
import { decodeJson, safeText } from '../../../protocol/decode.ts';
import { isBacklog } from '../../../protocol/headers.ts';
import { decodeHeartbeat, type Heartbeat } from '../../../protocol/heartbeat.ts';
import { subjectPatterns, subjects } from '../../../protocol/subjects.ts';
import type { Connection } from '../transport/connection.ts';
import { failureKind } from '../transport/errors.ts';
import { askSubject, RequestFailure } from './ask.ts';
import type { DecodeResult } from './event-feed.ts';
import { DirectGet, noStream, type StoredMessage } from './direct-get.ts';
import { heartbeatFeed } from './heartbeats.ts';
import type { HistoryNote } from './history-reader.ts';
import { sharedSource } from './registry.ts';
import type { Snapshot } from './snapshot.ts';
import { BaseSource, type Subscription } from './source.ts';
import { inTurns } from './stream-history.ts';
import type { UnitFeed, UnitState } from './unit-feed.ts';
import { intervalOf, isLate } from './unit-rhythm.ts';

/** A unit as it was last heard, live or in the stream. */
export interface RosterUnit extends UnitState<Heartbeat> {
  /** It has not been heard live since this page listens: this is what the stream has of it. */
  readonly isRemembered: boolean;
  /** Since when it is in the state that it is in; of the first state that was heard, since then at least. */
  readonly since: number;
  readonly isSinceExact: boolean;
}

export interface UnitRosterData {
  /** Sorted by name. */
  readonly units: readonly RosterUnit[];
  readonly history: HistoryNote;
}

/** Subjects of one `multi_last`: nats-server sends no more. */
const CHUNK = 1_024;
/** Units that are asked for one by one where there is no `multi_last`, before 2.11. */
const MOST_SINGLE = 2_000;
const MOST_UNITS = 10_000;
/** Units that live are heard by then, and need not be asked for, ms. */
const HEARD_BY_MS = 6_000;
/** After a failure it is asked again, ms. */
const RETRY_MS = 15_000;
/** 10,000 names of 64 characters. */
const NAMES_BYTES = 1_048_576;

const Names = v.object({
  state: v.optional(v.object({ subjects: v.nullish(v.record(v.string(), v.number())) })),
  error: v.optional(v.object({ description: v.optional(v.string()) })),
});

/**
 * Every unit: those that send, and those that the stream remembers but that are silent now, which would not be seen at
 * all without it.
 */
export class UnitRoster extends BaseSource<UnitRosterData> {
  readonly #feed: UnitFeed<Heartbeat>;
  readonly #unit: string | null;
  #remembered = new Map<string, UnitState<Heartbeat>>();
  #isSorted = true;
  #rows = new Map<string, { readonly state: UnitState<Heartbeat>; readonly row: RosterUnit }>();
  #note: HistoryNote = { state: 'asking', words: null, heldFrom: null };
  #subscription: Subscription | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: () => void = () => undefined;
  #isAsked = false;

  constructor(connection: Connection, unit: string | null) {
    super(connection);
    this.#unit = unit;
    this.#feed = heartbeatFeed(connection, unit);
  }

  protected override connectionChanged(): void {
    this.#subscription ??= this.#feed.subscribe(() => this.touch(), this.visible);
    if (this.connection.snapshot.state === 'connected' && !this.#isAsked) {
      this.#isAsked = true;
      void this.#read();
    }
    this.touch();
  }

  protected override visibilityChanged(): void {
    this.#subscription?.setVisible(this.visible);
  }

  protected override stopped(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
    clearTimeout(this.#timer);
    this.#wake();
  }

  protected override collect(): Partial<Snapshot<UnitRosterData>> {
    const { snapshot } = this.#feed;
    const units = this.#merge(snapshot.data ?? []);
    if (units.length === 0) {
      const isWaiting = snapshot.status === 'empty' && this.#note.state === 'asking';
      return { ...snapshot, status: isWaiting ? 'waiting' : snapshot.status, data: null };
    }
    const late = snapshot.completeness === null ? [] : units.flatMap(({ unit, late }) => (late ? [unit] : []));
    return {
      ...snapshot,
      // the feed has heard nobody, but the stream has
      status: snapshot.status === 'empty' ? 'stale' : snapshot.status,
      data: Object.freeze({ units: Object.freeze(units), history: this.#note }),
      receivedAt: snapshot.receivedAt ?? Math.max(...units.map(({ receivedAt }) => receivedAt)),
      completeness: snapshot.completeness && {
        answered: units.length - late.length,
        known: units.length,
        missing: Object.freeze(late),
      },
    };
  }

  /** Both lists are sorted. */
  #merge(live: readonly UnitState<Heartbeat>[]): RosterUnit[] {
    for (const { unit } of live) this.#remembered.delete(unit);
    const rows = new Map<string, { state: UnitState<Heartbeat>; row: RosterUnit }>();
    const now = Date.now();
    const add = (state: UnitState<Heartbeat>, isRemembered: boolean): RosterUnit => {
      const known = this.#rows.get(state.unit);
      const row = known?.state === state ? known.row : rosterRow(state, known?.row ?? null, isRemembered);
      rows.set(state.unit, { state, row });
      return row;
    };
    const silent = this.#inOrder().map((state) => {
      if (state.late || !isLate(state, now)) return state;
      const late = Object.freeze({ ...state, late: true });
      this.#remembered.set(state.unit, late);
      return late;
    });
    const units: RosterUnit[] = [];
    let next = 0;
    for (const state of live) {
      for (let other = silent[next]; other && other.unit < state.unit; other = silent[++next])
        units.push(add(other, true));
      units.push(add(state, false));
    }
    for (const other of silent.slice(next)) units.push(add(other, true));
    this.#rows = rows;
    return units;
  }

  #again(): void {
    this.#isAsked = false;
    this.connectionChanged();
  }

  #inOrder(): UnitState<Heartbeat>[] {
    const all = [...this.#remembered];
    if (!this.#isSorted) {
      all.sort(([a], [b]) => (a < b ? -1 : 1));
      this.#remembered = new Map(all);
      this.#isSorted = true;
    }
    return all.map(([, state]) => state);
  }

  async #read(): Promise<void> {
    try {
      const get = new DirectGet(this.connection);
      const words = this.#unit === null ? await this.#readAll(get) : await this.#readOne(get, this.#unit);
      this.#note = { state: 'read', words, heldFrom: null };
    } catch (error) {
      const failed = error instanceof RequestFailure ? error : null;
      this.#note = {
        state: failed?.status ?? 'error',
        words: `Units that are silent now are not known: ${failed?.message ?? String(error)}`,
        heldFrom: null,
      };
      // it may be busy, or made by now
      this.#timer = setTimeout(() => this.#again(), RETRY_MS);
    }
    this.touch();
  }

  async #readOne(get: DirectGet, unit: string): Promise<null> {
    const stored = await get.one({ last_by_subj: subjects.heartbeat(unit) });
    if (stored) this.#remember(stored);
    return null;
  }

  async #readAll(get: DirectGet): Promise<string | null> {
    let names = await this.#names();
    const known = names.length;
    if (known > CHUNK) {
      this.#note = { state: 'read', words: null, heldFrom: null };
      await this.#pause(HEARD_BY_MS);
      if (!this.started) return null;
      names = this.#unheard(names);
    }
    names = names.slice(0, MOST_UNITS);
    const chunks = Math.ceil(names.length / CHUNK);
    for (let index = 0; index < chunks; index++) {
      const wanted = names.slice(index * CHUNK, (index + 1) * CHUNK);
      const { messages, ended } = await get.ask({ multi_last: wanted });
      if (ended === 'refused') return this.#readSingly(get, names);
      for (const each of messages) this.#remember(each);
      this.touch();
    }
    return known > MOST_UNITS ? `The stream holds ${counted(known)} units; ${counted(MOST_UNITS)} are shown.` : null;
  }

  async #names(): Promise<readonly string[]> {
    const { streamInfo } = HISTORY;
    try {
      return await askSubject(this.connection, streamInfo, readNames, { subjects_filter: subjectPatterns.heartbeat });
    } catch (error) {
      const cause = error instanceof RequestFailure ? error.cause : error;
      throw cause === null || failureKind(cause) === 'no-responders' ? noStream(streamInfo, error) : error;
    }
  }

  async #readSingly(get: DirectGet, names: readonly string[]): Promise<string | null> {
    const wanted = names.slice(0, MOST_SINGLE);
    await inTurns(wanted.length, async (index) => {
      const stored = await get.one({ last_by_subj: wanted[index] ?? '' });
      if (stored) this.#remember(stored);
    });
    return names.length > wanted.length
      ? `${counted(names.length)} units are silent, and this server is asked for one at a time: ${counted(wanted.length)} are shown. nats-server 2.11 gives all.`
      : null;
  }

  #unheard(names: readonly string[]): string[] {
    const heard = new Set((this.#feed.snapshot.data ?? []).map(({ unit }) => subjects.heartbeat(unit)));
    return names.filter((each) => !heard.has(each));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, ms);
    });
  }

  #remember({ subject, data, headers, storedAt }: StoredMessage): void {
    const decoded = decodeHeartbeat(subject, data, headers);
    if (!decoded.ok) return;
    const { value } = decoded;
    const now = Date.now();
    // a backlog came later than it was said; a stream's clock may be ahead
    const receivedAt = Math.min(now, isBacklog(headers) ? Math.min(storedAt, value.ts) : storedAt);
    const intervalMs = intervalOf(value.intervalMs, []);
    const late = isLate({ receivedAt, intervalMs }, now);
    const state = { unit: value.unit, value, receivedAt, intervalMs, late, lost: 0, restarts: 0 };
    this.#remembered.set(value.unit, Object.freeze(state));
    this.#isSorted = false;
  }
}

/** Every unit, or one. @throws RangeError when `unit` is no unit id */
export function unitRoster(connection: Connection, unit: string | null): UnitRoster {
  return sharedSource(connection, `unit-roster ${unit ?? '*'}`, () => new UnitRoster(connection, unit));
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function rosterRow(state: UnitState<Heartbeat>, before: RosterUnit | null, isRemembered: boolean): RosterUnit {
  const isSame = before?.late === state.late && before.value.statusText === state.value.statusText;
  return Object.freeze({
    ...state,
    isRemembered,
    since: isSame ? before.since : state.receivedAt,
    // when it was last heard is when its silence began
    isSinceExact: isSame ? before.isSinceExact : before !== null || state.late,
  });
}

function readNames(data: Uint8Array): DecodeResult<string[]> {
  const decoded = decodeJson(data, Names, { maxBytes: NAMES_BYTES });
  if (!decoded.ok) return decoded;
  const { error, state } = decoded.value;
  if (error)
    return {
      ok: false,
      problem: {
        message: `${safeText(error.description ?? 'an error')}. Create it with nunect-guardian setup-streams`,
      },
    };
  return { ok: true, value: Object.keys(state?.subjects ?? {}).sort() };
}
