import { HISTORY } from '../../protocol/access.ts';
import { subjectMatches } from '../../protocol/subjects.ts';
import { FakeReply, type FakeNats } from './fake-nats.ts';
import type { FakeMessage } from './messages.ts';

interface Stored {
  readonly subject: string;
  readonly body: object;
  readonly headers: Record<string, string>;
  readonly sequence: number;
  readonly storedAt: number;
}

interface Request {
  readonly seq?: number;
  readonly start_time?: string;
  readonly next_by_subj?: string;
  readonly last_by_subj?: string;
  readonly multi_last?: readonly string[];
  readonly batch?: number;
}

/** The stream OPS as a viewer reads it: direct gets, and the names of its subjects. */
export class FakeHistory {
  readonly #messages: Stored[] = [];
  readonly #old: boolean;
  /** What was asked, in order. */
  readonly asked: Request[] = [];
  /** How long an answer takes, ms. */
  delayMs = 0;

  /** @param options.old answer as servers before 2.11 do: one message at a time, none by its time */
  constructor(nats: FakeNats, { old = false } = {}) {
    this.#old = old;
    nats.respond(HISTORY.directGet, async (_subject, body) => {
      const request = JSON.parse(new TextDecoder().decode(body)) as Request;
      this.asked.push(request);
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      return this.#answer(request);
    });
    nats.respond(HISTORY.streamInfo, () => [this.#info()]);
  }

  /** Stores a message as if it came at `storedAt`; rising. @param storedAt ms since the epoch */
  store([subject, body, headers = {}]: FakeMessage, storedAt: number): void {
    this.#messages.push({ subject, body, headers, sequence: this.#messages.length + 1, storedAt });
  }

  #answer(request: Request): FakeReply[] {
    const { next_by_subj: next, last_by_subj: last, multi_last: many, batch = 1 } = request;
    if (many) return this.#old ? [status(408, 'Empty Request')] : this.#lastOf(many);
    if (last !== undefined) {
      const found = this.#messages.findLast((each) => subjectMatches(last, each.subject));
      return [found ? reply(found, null) : status(404, 'Message Not Found')];
    }
    const from = this.#old || request.start_time === undefined ? -Infinity : Date.parse(request.start_time);
    const found = this.#messages.filter(
      (each) =>
        subjectMatches(next ?? '>', each.subject) && each.sequence >= (request.seq ?? 0) && each.storedAt >= from,
    );
    const [first] = found;
    if (!first) return [status(404, 'Message Not Found')];
    if (this.#old || request.batch === undefined) return [reply(first, null)];
    return [
      ...found.slice(0, batch).map((each, index) => reply(each, found.length - 1 - index)),
      status(204, 'EOB', Math.max(0, found.length - batch)),
    ];
  }

  #lastOf(patterns: readonly string[]): FakeReply[] {
    const wanted = new Map<string, Stored>();
    for (const each of this.#messages)
      if (patterns.some((pattern) => subjectMatches(pattern, each.subject))) wanted.set(each.subject, each);
    const found = [...wanted.values()];
    if (found.length === 0) return [status(404, 'No Results')];
    return [...found.map((each, index) => reply(each, found.length - 1 - index)), status(204, 'EOB', 0)];
  }

  #info(): object {
    const subjects: Record<string, number> = {};
    for (const { subject } of this.#messages) subjects[subject] = (subjects[subject] ?? 0) + 1;
    return {
      type: 'io.nats.jetstream.api.v1.stream_info_response',
      config: { name: HISTORY.stream },
      state: { messages: this.#messages.length, num_subjects: Object.keys(subjects).length, subjects },
    };
  }
}

function reply({ subject, body, headers, sequence, storedAt }: Stored, pending: number | null): FakeReply {
  return new FakeReply(body, {
    ...headers,
    'Nats-Stream': HISTORY.stream,
    'Nats-Subject': subject,
    'Nats-Sequence': String(sequence),
    'Nats-Time-Stamp': new Date(storedAt).toISOString(),
    ...(pending === null ? {} : { 'Nats-Num-Pending': String(pending) }),
  });
}

function status(code: number, description: string, pending?: number): FakeReply {
  return new FakeReply('', pending === undefined ? {} : { 'Nats-Num-Pending': String(pending) }, code, description);
}
