import { compareVersions } from '../../../protocol/server/requests.ts';
import { noResponders, unsupported } from './errors.ts';
import { monitoringQuery, type MonitoringQuery } from './http-monitoring-query.ts';
import { MonitoringError } from './monitoring-error.ts';
import type { MessageLike, NatsConnectionLike, ServerInfoLike, StatsLike, StatusLike } from './nats-like.ts';

/** Who answers, as `/varz` says; the part of the envelope that HTTP monitoring does not send. */
interface Identity extends ServerInfoLike {
  readonly server_id: string;
  readonly host: string | null;
  readonly domain: string | null;
  readonly jetstream: boolean;
  readonly at: number;
}

/** Some answers do not say whose they are: a restart in between is noticed by asking anew who answers. */
const IDENTITY_MS = 10_000;
/** Time for one answer where the request sets none, ms. */
const TIMEOUT_MS = 5_000;
const SHORTEST_TIMEOUT_MS = 1_000;

/**
 * HTTP monitoring of one server in the shape of a NATS client, so that sources ask it as they ask NATS: a system request
 * becomes a GET, its answer one message in the envelope that servers put around theirs. It reads only, and has no events.
 */
export class HttpMonitoring implements NatsConnectionLike {
  readonly #base: URL;
  readonly #onFailure: (error: MonitoringError) => void;
  readonly #stats = { inBytes: 0, outBytes: 0, inMsgs: 0, outMsgs: 0 };
  readonly #ended = new AbortController();
  readonly #closed: Promise<void>;
  #identity: Identity | null = null;

  /**
   * @param base address whose path the endpoints are below; ends in `/`
   * @param onFailure told when the server cannot be reached or asks for a login; the request fails besides
   */
  constructor(base: URL, onFailure: (error: MonitoringError) => void) {
    this.#base = base;
    this.#onFailure = onFailure;
    this.#closed = new Promise((resolve) => this.#ended.signal.addEventListener('abort', () => resolve()));
  }

  get info(): ServerInfoLike {
    return this.#identity ?? {};
  }

  /** Asks who answers. @throws MonitoringError */
  async identify(): Promise<void> {
    const { body } = await this.#get('varz', '', TIMEOUT_MS);
    const varz = parseObject(body);
    const id = varz?.['server_id'];
    if (varz === null || typeof id !== 'string' || id === '') {
      throw new MonitoringError('answer', `What answers at ${this.#base.href.slice(0, 100)}varz is no nats-server.`);
    }
    this.#identify(varz, id);
  }

  publish(): void {
    throw unsupported('HTTP monitoring only reads; connect over NATS to publish');
  }

  subscribe(
    _subject: string,
    options?: { callback?: (error: Error | null, message: MessageLike) => void },
  ): { unsubscribe(): void } {
    let wanted = true;
    // as a client: never before the caller has its subscription
    queueMicrotask(() => {
      const error = unsupported('HTTP monitoring has no events; connect over NATS');
      if (wanted) options?.callback?.(error, { subject: '', data: new Uint8Array() });
    });
    return { unsubscribe: () => void (wanted = false) };
  }

  async requestMany(
    subject: string,
    payload: Uint8Array | string = '',
    options: object = {},
  ): Promise<AsyncIterable<MessageLike>> {
    const body = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
    const query = monitoringQuery(subject, body);
    const { maxWait } = options as { readonly maxWait?: unknown };
    const message = await this.#answer(query, typeof maxWait === 'number' ? maxWait : TIMEOUT_MS);
    return iterate(message === null ? [] : [{ subject, data: message }]);
  }

  /** Resolves when the server has answered something. */
  async flush(): Promise<void> {
    await this.identify();
  }

  /** Nothing but its end. */
  status(): AsyncIterable<StatusLike> {
    const next = async (): Promise<IteratorResult<StatusLike>> => {
      await this.#closed;
      return { done: true, value: undefined };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  stats(): StatsLike {
    return { ...this.#stats };
  }

  getServer(): string {
    return this.#base.host;
  }

  isClosed(): boolean {
    return this.#ended.signal.aborted;
  }

  close(): Promise<void> {
    this.#ended.abort();
    return this.#closed;
  }

  closed(): Promise<void> {
    return this.#closed;
  }

  /** The answer in its envelope; null where this server does not answer such a request. */
  async #answer(query: MonitoringQuery, maxWait: number): Promise<Uint8Array | null> {
    const stale = this.#identity === null || Date.now() - this.#identity.at > IDENTITY_MS;
    if (stale && query.endpoint !== 'varz') await this.identify();
    if (query.serverId !== null && query.serverId !== this.#identity?.server_id) throw noResponders();
    const { status, body } = await this.#get(query.endpoint, query.query, Math.max(maxWait, SHORTEST_TIMEOUT_MS));
    const head = new TextDecoder().decode(body.subarray(0, 2_000));
    const varz = query.endpoint === 'varz' ? parseObject(body) : null;
    const id = text(varz?.['server_id']) ?? /"server_id":\s*"([A-Z0-9]{1,64})"/.exec(head)?.[1];
    if (varz !== null && id !== undefined) this.#identify(varz, id);
    else if (id !== undefined && id !== this.#identity?.server_id) await this.identify();
    const who = this.#identity;
    if (who === null) throw new MonitoringError('answer', `/${query.endpoint} does not say which server answers.`);
    // several servers behind one address: what one of them said must not stand under another's name
    if (id !== undefined && id !== who.server_id) {
      throw new MonitoringError(
        'answer',
        `Several servers answer at ${this.#base.host} in turn: HTTP monitoring needs the address of one server`,
      );
    }
    if (query.serverId !== null && query.serverId !== who.server_id) throw noResponders();
    if (!matches(who, query.filter)) return null;
    if (status === 404 && query.endpoint !== 'healthz') {
      // without any Raft group, raftz is not found either
      if (query.endpoint !== 'raftz' || compareVersions(who.version ?? '', '2.10.26') < 0) throw noResponders();
      return this.#envelope(who, undefined, 'data', '{}');
    }
    const now = text(varz?.['now']) ?? /"now":\s*"([^"]{1,64})"/.exec(head)?.[1];
    if (query.shape === 'statsz') return this.#envelope(who, now, 'statsz', JSON.stringify(statszOf(varz ?? {})));
    if (query.shape === 'account-detail') {
      const detail = parseObject(body)?.['account_detail'];
      if (detail === undefined || detail === null) throw noResponders();
      return this.#envelope(who, now, 'data', JSON.stringify(detail));
    }
    return this.#envelope(who, now, 'data', body);
  }

  #identify(varz: Readonly<Record<string, unknown>>, id: string): void {
    const jetstream = record(record(varz['jetstream'])?.['config']);
    const version = text(varz['version']);
    const cluster = text(record(varz['cluster'])?.['name']);
    this.#identity = {
      server_id: id,
      server_name: text(varz['server_name']) ?? id,
      host: text(varz['host']) ?? null,
      ...(version === undefined ? {} : { version }),
      ...(cluster === undefined ? {} : { cluster }),
      domain: text(jetstream?.['domain']) ?? null,
      jetstream: jetstream !== null,
      at: Date.now(),
    };
  }

  /** Big answers are not parsed here: their decoder does that once. */
  #envelope(who: Identity, time: string | undefined, key: string, data: Uint8Array | string): Uint8Array {
    const server = JSON.stringify({
      id: who.server_id,
      name: who.server_name,
      host: who.host,
      ver: who.version,
      cluster: who.cluster,
      domain: who.domain,
      jetstream: who.jetstream,
      time,
    });
    const encoder = new TextEncoder();
    const parts = [`{"server":${server},"${key}":`, data, '}'].map((part) =>
      typeof part === 'string' ? encoder.encode(part) : part,
    );
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  async #get(endpoint: string, query: string, timeoutMs: number): Promise<{ status: number; body: Uint8Array }> {
    const url = new URL(endpoint, this.#base);
    url.search = query;
    this.#stats.outMsgs++;
    this.#stats.outBytes += url.href.length;
    let response: Response;
    let body: Uint8Array;
    try {
      // no header beyond a plain GET's: monitoring answers no preflight
      const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(timeoutMs)]);
      response = await fetch(url, { signal, cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer' });
      body = new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw this.#unreachable(error, timeoutMs);
    }
    this.#stats.inMsgs++;
    this.#stats.inBytes += body.length;
    const { status } = response;
    // a failing health check is an answer, whatever its status
    if (endpoint === 'healthz' ? text(parseObject(body)?.['status']) !== undefined : status === 200 || status === 404) {
      return { status, body };
    }
    const said = text(parseObject(body)?.['error'])?.slice(0, 200);
    if (status === 401) throw this.#failed(new MonitoringError('login', said ?? 'This address asks for a login.'));
    if (status === 502 || status === 504) {
      throw this.#failed(new MonitoringError('unreachable', said ?? `${this.#base.host} answered ${status}.`));
    }
    throw new MonitoringError('answer', said ?? `/${endpoint} answered ${status}`);
  }

  #unreachable(error: unknown, timeoutMs: number): Error {
    if (this.isClosed()) return Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' });
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    // one slow answer is not a server that is gone: that is found out by asking who it is, with more time
    if (late && timeoutMs < TIMEOUT_MS) return Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' });
    // the browser does not tell why a request to another origin failed
    const foreign = globalThis.location !== undefined && this.#base.origin !== globalThis.location.origin;
    const message = late
      ? `${this.#base.host} did not answer in time.`
      : `No answer from ${this.#base.href.slice(0, 100)}. Is the server up${foreign ? ', 2.9.22 or later (older ones answer no page of another origin), and may this page connect to it' : ''}?`;
    return this.#failed(new MonitoringError('unreachable', message, { cause: error }));
  }

  #failed(error: MonitoringError): MonitoringError {
    this.#onFailure(error);
    return error;
  }
}

/** STATSZ, which HTTP monitoring lacks, as far as VARZ says the same. */
function statszOf(varz: Readonly<Record<string, unknown>>): object {
  const { start, mem, cores, cpu, connections, total_connections, subscriptions, slow_consumers } = varz;
  return {
    ...{ start, mem, cores, cpu, connections, total_connections, subscriptions, slow_consumers },
    sent: { msgs: varz['out_msgs'], bytes: varz['out_bytes'] },
    received: { msgs: varz['in_msgs'], bytes: varz['in_bytes'] },
  };
}

/** As servers do it: a filter matches a part of the name. */
function matches(who: Identity, filter: Readonly<Record<string, string>>): boolean {
  const { server_name, cluster, host, domain } = who;
  const names: Record<string, string | null | undefined> = { server_name, cluster, host, domain };
  return Object.entries(filter).every(([name, wanted]) => wanted === '' || (names[name] ?? '').includes(wanted));
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    return record(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 512) : undefined;
}

// eslint-disable-next-line @typescript-eslint/require-await -- what is iterated is there already
async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
