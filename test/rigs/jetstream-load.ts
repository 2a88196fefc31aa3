/**
 * JetStream with something to see: streams of three replicas and of one, a mirror, a stream with sources, and durable
 * consumers of which one keeps up, one lags and one never asked.
 *
 * ```ts
 * const load = await loadJetStream(cluster.server('n1').url, loginOf(cluster.secrets, 'OPS_ADMIN'), { replicas: 3 });
 * await load.publish(10);   // ten more, of which the lagging consumers know nothing
 * await load.close();
 * ```
 */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Login } from './nats-clients.ts';
import { waitFor } from './wait-for.ts';

/** Names of the streams. */
export const STREAMS = { orders: 'ORDERS', events: 'EVENTS', mirror: 'ORDERS_COPY', all: 'ALL' } as const;
/** Durable consumers of ORDERS. */
export const CONSUMERS = { swift: 'swift', lagging: 'lagging', silent: 'silent' } as const;

/** Messages in ORDERS at the start; EVENTS has half as many. */
const MESSAGES = 200;
/** What the lagging consumer took, never to acknowledge it. */
const TAKEN = 10;
const ACK_WAIT_MS = 300;

export interface JetStreamLoad {
  /** Messages in each stream, by the stream's name. */
  readonly messages: Readonly<Record<string, number>>;
  /** What the lagging consumer has: never delivered yet, delivered without an answer, of these more than once. */
  readonly lagging: { readonly pending: number; readonly ackPending: number; readonly redelivered: number };
  /** Publishes so many more to ORDERS, acknowledged by it; the swift consumer takes them. */
  publish(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes all of it in the account of this login, and resolves when every figure above is true at the server.
 *
 * @param login of an account with JetStream, allowed to use its API
 * @param options.replicas of ORDERS and ALL: 3 needs a cluster of three. Default 1.
 * @throws Error with JetStream's own description
 */
export async function loadJetStream(
  url: string,
  login: Login,
  { replicas = 1 }: { replicas?: 1 | 3 } = {},
): Promise<JetStreamLoad> {
  const { user, pass } = login;
  const load = new Load(
    await connect({ servers: url, user, pass, name: 'rig: JetStream load', inboxPrefix: '_INBOX' }),
  );
  try {
    await load.make(replicas);
  } catch (error) {
    await load.close();
    throw error;
  }
  return load;
}

interface ConsumerInfo {
  readonly num_pending: number;
  readonly num_ack_pending: number;
  readonly num_redelivered: number;
}

class Load implements JetStreamLoad {
  readonly #nc: NatsConnection;
  #orders = 0;
  #events = 0;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  get messages(): Readonly<Record<string, number>> {
    return {
      [STREAMS.orders]: this.#orders,
      [STREAMS.events]: this.#events,
      [STREAMS.mirror]: this.#orders,
      [STREAMS.all]: this.#orders + this.#events,
    };
  }

  get lagging(): JetStreamLoad['lagging'] {
    return { pending: this.#orders - TAKEN, ackPending: TAKEN, redelivered: TAKEN };
  }

  async make(replicas: number): Promise<void> {
    const { orders, events, mirror, all } = STREAMS;
    await this.#stream({ name: orders, subjects: ['load.orders.>'], num_replicas: replicas });
    await this.#stream({ name: events, subjects: ['load.events.>'], num_replicas: 1 });
    await this.#stream({ name: mirror, mirror: { name: orders }, num_replicas: 1 });
    await this.#stream({ name: all, sources: [{ name: orders }, { name: events }], num_replicas: replicas });
    await this.#consumer(CONSUMERS.swift, 30_000);
    // With as many out as it may have, only those are given out again, never anything new.
    await this.#consumer(CONSUMERS.lagging, ACK_WAIT_MS, TAKEN);
    await this.#consumer(CONSUMERS.silent, 30_000);
    for (let n = 0; n < MESSAGES / 2; n++) await this.#store(`load.events.${n % 3}`, n);
    this.#events = MESSAGES / 2;
    await this.publish(MESSAGES);
    await this.#lag();
    await this.#settled();
  }

  async publish(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.#store(`load.orders.${n % 7}`, this.#orders++);
    for (let left = count; left > 0;) left -= await this.#take(CONSUMERS.swift, left, true);
  }

  async close(): Promise<void> {
    await this.#nc.close();
  }

  /** Takes some and lets them go by, twice: then they are pending and redelivered at once. */
  async #lag(): Promise<void> {
    await this.#take(CONSUMERS.lagging, TAKEN, false);
    await waitFor(
      async () => {
        // Once the server has given up waiting for their acknowledgement.
        if ((await this.#info()).num_redelivered < TAKEN) await this.#take(CONSUMERS.lagging, 1, false, true);
        return (await this.#info()).num_redelivered === TAKEN;
      },
      { what: 'messages that are redelivered', timeoutMs: 30_000, everyMs: 100 },
    );
  }

  #info(): Promise<ConsumerInfo> {
    return this.#api(`CONSUMER.INFO.${STREAMS.orders}.${CONSUMERS.lagging}`) as unknown as Promise<ConsumerInfo>;
  }

  async #settled(): Promise<void> {
    let seen: unknown;
    await waitFor(
      async () => {
        const { num_pending: pending, num_ack_pending: ackPending, num_redelivered: redelivered } = await this.#info();
        const counts: Record<string, number> = {};
        for (const name of Object.values(STREAMS)) {
          const { state } = (await this.#api(`STREAM.INFO.${name}`)) as { state: { messages: number } };
          counts[name] = state.messages;
        }
        seen = { pending, ackPending, redelivered, ...counts };
        return JSON.stringify(seen) === JSON.stringify({ ...this.lagging, ...this.messages });
      },
      { what: () => `JetStream to settle; it has ${JSON.stringify(seen)}`, timeoutMs: 30_000, everyMs: 100 },
    );
  }

  #stream(config: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#api(`STREAM.CREATE.${String(config['name'])}`, { storage: 'file', max_bytes: 8_388_608, ...config });
  }

  #consumer(name: string, ackWaitMs: number, maxAckPending = 1_000): Promise<unknown> {
    const stream_name = STREAMS.orders;
    const config = {
      durable_name: name,
      ack_policy: 'explicit',
      ack_wait: ackWaitMs * 1e6,
      max_ack_pending: maxAckPending,
      deliver_policy: 'all',
    };
    return this.#api(`CONSUMER.DURABLE.CREATE.${stream_name}.${name}`, { stream_name, config });
  }

  async #store(subject: string, n: number): Promise<void> {
    const reply = await this.#nc.request(subject, JSON.stringify({ n, text: 'x'.repeat(n % 200) }), { timeout: 5_000 });
    const { error } = reply.json<{ error?: { description: string } }>();
    if (error) throw new Error(`publishing to ${subject}: ${error.description}`);
  }

  /** Pulls up to `batch` messages; returns how many came within a second. */
  async #take(consumer: string, batch: number, acknowledge: boolean, noWait = false): Promise<number> {
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${STREAMS.orders}.${consumer}`;
    const request = noWait ? { batch, no_wait: true } : { batch, expires: 1e9 };
    const inbox = `_INBOX.${Math.random().toString(36).slice(2)}`;
    const subscription = this.#nc.subscribe(inbox, { timeout: 3_000 });
    this.#nc.publish(subject, JSON.stringify(request), { reply: inbox });
    let taken = 0;
    for await (const message of subscription) {
      // No more now: 404, 408 or a newer server's 409.
      if (message.headers && message.headers.code >= 400) break;
      if (acknowledge) message.respond('+ACK');
      if (++taken === batch) break;
    }
    await this.#nc.flush();
    return taken;
  }

  /** Asks again while a cluster is still finding itself. */
  async #api(subject: string, body: unknown = {}): Promise<Record<string, unknown>> {
    let refused = '';
    return waitFor(
      async () => {
        let reply;
        try {
          reply = await this.#nc.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 5_000 });
        } catch (error) {
          refused = String(error);
          return undefined;
        }
        const answer = reply.json<Record<string, unknown> & { error?: { code: number; description: string } }>();
        if (!answer.error) return answer;
        refused = answer.error.description;
        // 503: no leader or too few peers yet. 500 is what 2.9 says of the same.
        if (answer.error.code !== 503 && answer.error.code !== 500) throw new Error(`${subject}: ${refused}`);
        return undefined;
      },
      { what: () => `JetStream to answer ${subject}: ${refused}`, timeoutMs: 20_000, everyMs: 200 },
    );
  }
}
