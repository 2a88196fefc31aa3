/** What can be known of a running guardian from outside: that it answers, and what it publishes. */
import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import {
  decodeHeartbeat,
  decodeRtt,
  decodeTime,
  HEADERS,
  header,
  subjects,
  type Decoded,
  type Heartbeat,
  type RttMetric,
  type TimeMetric,
} from '../../protocol/index.ts';

/** Round trips and clock come with the heartbeat, a little before or after; at least this long they are waited for, ms. */
const SAME_ROUND_MS = 300;
/** Whoever begins to listen within a round hears the rest of it: then what is missing comes with the next, ms at most. */
const NEXT_ROUND_MS = 2_000;
/** Targets of round trips that are kept. */
const MOST_TARGETS = 64;

/** `nobody`: the server says that nobody listens there; `silent`: no answer came. */
export type EchoAnswer = 'answered' | 'nobody' | 'silent' | 'denied';

export interface Observation {
  readonly heartbeat: Heartbeat | null;
  readonly clock: TimeMetric | null;
  readonly rtts: readonly RttMetric[];
  readonly echo: EchoAnswer;
  /** Whether the server refused to let this login hear heartbeats. */
  readonly denied: boolean;
  /** Why a heartbeat that came could not be read. */
  readonly unreadable: string | null;
  /** For how long it listened, ms. */
  readonly listenedMs: number;
}

/** Listens until a heartbeat came and what belongs to it, at most `limitMs`. */
export async function observe(nats: NatsConnection, unit: string, limitMs: number): Promise<Observation> {
  const observer = new Observer(unit);
  const began = performance.now();
  await observer.listen(nats, limitMs);
  return { ...observer.seen(), listenedMs: performance.now() - began };
}

class Observer {
  readonly #unit: string;
  readonly #rtts = new Map<string, RttMetric>();
  #heartbeat: Heartbeat | null = null;
  #clock: TimeMetric | null = null;
  #echo: EchoAnswer = 'silent';
  #denied = false;
  #unreadable: string | null = null;
  #changed: () => void = () => undefined;

  constructor(unit: string) {
    this.#unit = unit;
  }

  async listen(nats: NatsConnection, limitMs: number): Promise<void> {
    const subscriptions = this.#subscribe(nats);
    this.#askEcho(nats, subscriptions);
    const deadline = performance.now() + limitMs;
    await this.#until(() => this.#heartbeat !== null || (this.#denied && this.#echo !== 'silent'), deadline);
    const nextMs = Math.min(NEXT_ROUND_MS, 1.2 * (this.#heartbeat?.intervalMs ?? 0));
    const together = Math.min(deadline, performance.now() + Math.max(SAME_ROUND_MS, nextMs));
    if (this.#heartbeat) await this.#until(() => this.#clock !== null && this.#rtts.size > 0, together);
    for (const subscription of subscriptions) subscription.unsubscribe();
  }

  seen(): Omit<Observation, 'listenedMs'> {
    return {
      heartbeat: this.#heartbeat,
      clock: this.#clock,
      rtts: [...this.#rtts.values()],
      echo: this.#echo,
      denied: this.#denied,
      unreadable: this.#unreadable,
    };
  }

  #subscribe(nats: NatsConnection): Subscription[] {
    const unit = this.#unit;
    const on = (subject: string, handle: (message: Msg) => void, refused?: () => void): Subscription =>
      nats.subscribe(subject, {
        callback: (error, message) => {
          if (error) refused?.();
          // A backlog tells of a time that is over.
          else if (header(message.headers, HEADERS.backlog) === null) handle(message);
          this.#changed();
        },
      });
    return [
      on(
        subjects.heartbeat(unit),
        ({ subject, data, headers }) => {
          const read = decodeHeartbeat(subject, data, headers);
          if (read.ok) this.#heartbeat = read.value;
          else this.#unreadable = read.problem.message;
        },
        () => (this.#denied = true),
      ),
      on(subjects.time(unit), ({ subject, data, headers }) => {
        this.#clock = valueOf(decodeTime(subject, data, headers)) ?? this.#clock;
      }),
      on(subjects.rtt(unit), ({ subject, data, headers }) => {
        const metric = valueOf(decodeRtt(subject, data, headers));
        if (metric && this.#rtts.size < MOST_TARGETS) this.#rtts.set(metric.target ?? '', metric);
      }),
    ];
  }

  #askEcho(nats: NatsConnection, subscriptions: Subscription[]): void {
    const inbox = createInbox(inboxPrefixOf(nats));
    subscriptions.push(
      nats.subscribe(inbox, {
        max: 1,
        callback: (error, message) => {
          if (error) this.#echo = 'denied';
          else this.#echo = message.headers?.code === 503 ? 'nobody' : 'answered';
          this.#changed();
        },
      }),
    );
    nats.publish(subjects.echo(this.#unit), '', { reply: inbox });
  }

  #until(done: () => boolean, deadline: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, deadline - performance.now()));
      this.#changed = () => {
        if (!done()) return;
        clearTimeout(timer);
        resolve();
      };
      this.#changed();
    });
  }
}

function valueOf<T>(decoded: Decoded<T>): T | null {
  return decoded.ok ? decoded.value : null;
}

/** The prefix that this connection was made with: the login may hear nothing else. */
function inboxPrefixOf(nats: NatsConnection): string {
  const { options } = nats as NatsConnection & { options?: { inboxPrefix?: string } };
  return options?.inboxPrefix ?? '_INBOX';
}
