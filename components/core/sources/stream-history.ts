import type { DirectGet, StoredMessage } from './direct-get.ts';

/** A stretch of a stream's past. */
export interface HistorySpan {
  /** Rising by their sequence in the stream, none twice. */
  readonly messages: readonly StoredMessage[];
  /** There are more than were read: these are spread over the time. */
  readonly decimated: boolean;
  /** The stream has nothing on this subject before that, though more was asked for; ms since the epoch, the stream's clock. */
  readonly heldFrom: number | null;
  /** Answers that were no message of this subject. */
  readonly unreadable: number;
}

export interface HistoryBounds {
  /** Most messages that are read where the server can be asked by time (2.11 and later). */
  readonly messages: number;
  /** Most requests to a server that cannot: one message each. */
  readonly requests: number;
}

/** A chart of 1,800 points a curve has more than it has columns; one direct get is a message each before 2.11. */
export const HISTORY_BOUNDS: HistoryBounds = { messages: 1_800, requests: 300 };

/** Requests that are under way at once. */
const AT_ONCE = 24;
/** Units are counted in so many of the newest messages, or a quarter of what may be read. */
const SAMPLE = 200;
/** Of what was asked for, so much may be missing at the beginning before it is asked whether the stream begins there. */
const NO_BEGINNING = 1 / 60;

const EMPTY: HistorySpan = { messages: [], decimated: false, heldFrom: null, unreadable: 0 };

/**
 * Reads what a stream holds of a subject since `from`: all of it, or as much as the bounds allow, spread over the time.
 * Which way the server can be asked shows in its first answer, since it need not be the one that this client is connected
 * to: 2.11 tells how many messages are behind each.
 *
 * @param subject may have wildcards
 * @param from ms since the epoch, the stream's clock
 * @param curveOf which curve a message belongs to: where not all are read, each curve is to have its share
 * @throws RequestFailure
 */
export async function readSpan(
  get: DirectGet,
  subject: string,
  from: number,
  bounds: HistoryBounds = HISTORY_BOUNDS,
  curveOf: (message: StoredMessage) => string = ({ subject }) => subject,
): Promise<HistorySpan> {
  const first = await get.ask({ next_by_subj: subject, start_time: iso(from), batch: 1 });
  const [head] = first.messages;
  // an empty span: older servers take no notice of the time, and would have given the first message there is
  if (!head) return { ...EMPTY, unreadable: first.unreadable };
  const read = new Collected(first.unreadable);
  read.add(head);
  const byTime = head.pending !== null;
  const decimated = byTime
    ? await readByTime(get, subject, from, head, bounds.messages, read, curveOf)
    : await readBySequence(get, subject, from, head, bounds.requests, read);
  const messages = read.since(from);
  return {
    messages,
    decimated,
    heldFrom: await beginning(get, subject, from, messages, byTime ? null : head),
    unreadable: read.unreadable,
  };
}

/** @param oldest the first message there is, where that is known */
async function beginning(
  get: DirectGet,
  subject: string,
  from: number,
  messages: readonly StoredMessage[],
  oldest: StoredMessage | null,
): Promise<number | null> {
  const [first] = messages;
  const last = messages.at(-1);
  if (!first || !last || first.storedAt - from < NO_BEGINNING * (last.storedAt - from)) return null;
  const before = oldest ?? (await get.one({ next_by_subj: subject, seq: 1 }));
  return before?.sequence === first.sequence ? first.storedAt : null;
}

class Collected {
  readonly #messages = new Map<number, StoredMessage>();

  constructor(public unreadable: number) {}

  add(message: StoredMessage): void {
    if (message.isClaimed && !this.#messages.has(message.sequence)) this.unreadable++;
    this.#messages.set(message.sequence, message);
  }

  since(from: number): StoredMessage[] {
    return [...this.#messages.values()]
      .filter(({ storedAt, isClaimed }) => storedAt >= from && !isClaimed)
      .sort((a, b) => a.sequence - b.sequence);
  }
}

async function readByTime(
  get: DirectGet,
  subject: string,
  from: number,
  head: StoredMessage,
  most: number,
  read: Collected,
  curveOf: (message: StoredMessage) => string,
): Promise<boolean> {
  const take = async (start: number, batch: number): Promise<readonly StoredMessage[]> => {
    const { messages, unreadable } = await get.ask({ next_by_subj: subject, start_time: iso(start), batch });
    messages.forEach((each) => read.add(each));
    read.unreadable += unreadable;
    return messages;
  };
  const total = 1 + (head.pending ?? 0);
  if (total <= most) {
    await take(from, total);
    return false;
  }
  const last = await get.one({ last_by_subj: subject });
  if (!last) return true;
  read.add(last);
  // so many at each moment that every curve is among them
  const length = Math.max(1, last.storedAt - from);
  const sample = Math.ceil(Math.min(SAMPLE, most / 4));
  const late = await take(last.storedAt - (length * sample) / total, sample);
  const each = Math.min(sample, new Set(late.map(curveOf)).size + 1);
  const moments = Math.max(2, Math.floor((most - late.length) / each) - 1);
  const step = length / moments;
  await inTurns(moments, (index) => take(from + index * step, each));
  return true;
}

/** What lies between two known messages: none is in `[to, after.sequence)`, and what is in `[next, to)` is not known. */
interface Stretch {
  readonly before: StoredMessage;
  readonly after: StoredMessage;
  readonly next: number;
  readonly to: number;
}

/**
 * Without a start time: finds the beginning by halving, then asks into the middle of whatever time is the longest that
 * nothing is known of, so that the messages read are spread evenly and a true gap is soon proved one.
 */
async function readBySequence(
  get: DirectGet,
  subject: string,
  from: number,
  head: StoredMessage,
  most: number,
  read: Collected,
): Promise<boolean> {
  const last = await get.one({ last_by_subj: subject });
  if (!last || last.storedAt < from) return false;
  read.add(last);
  const start = head.storedAt >= from ? head : await firstSince(get, subject, from, head, last);
  read.add(start);
  let open: Stretch[] = stretch(start, last, start.sequence + 1, last.sequence);
  while (open.length > 0 && get.asked < most) {
    open.sort((a, b) => lengthOf(b) - lengthOf(a));
    const turn = open.slice(0, Math.min(AT_ONCE, most - get.asked));
    const rest = open.slice(turn.length);
    const found = await Promise.all(
      turn.map(async (each) => {
        const middle = each.next + Math.floor((each.to - each.next) / 2);
        const between = await get.one({ next_by_subj: subject, seq: middle });
        if (!between || between.sequence >= each.after.sequence)
          return stretch(each.before, each.after, each.next, middle);
        read.add(between);
        return [
          ...stretch(each.before, between, each.next, middle),
          ...stretch(between, each.after, between.sequence + 1, each.to),
        ];
      }),
    );
    open = [...rest, ...found.flat()];
  }
  return open.length > 0;
}

async function firstSince(
  get: DirectGet,
  subject: string,
  from: number,
  head: StoredMessage,
  last: StoredMessage,
): Promise<StoredMessage> {
  let low = head.sequence + 1;
  let first = last;
  let high = last.sequence;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await get.one({ next_by_subj: subject, seq: middle });
    if (!found) break;
    if (found.storedAt < from) low = found.sequence + 1;
    else {
      first = found;
      high = middle;
    }
  }
  return first;
}

function stretch(before: StoredMessage, after: StoredMessage, next: number, to: number): Stretch[] {
  return next < to ? [{ before, after, next, to }] : [];
}

function lengthOf({ before, after }: Stretch): number {
  return after.storedAt - before.storedAt;
}

/** Runs a task for each number below `count`, a few at a time. */
export async function inTurns(
  count: number,
  task: (index: number) => Promise<unknown>,
  atOnce = AT_ONCE,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

/** As a server reads a time. */
function iso(at: number): string {
  return new Date(at).toISOString();
}
