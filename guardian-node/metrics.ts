/** `--metrics-port`: what was published last, for Prometheus, on loopback only. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Heartbeat, RttMetric } from '../protocol/index.ts';
import { configError } from './exit-codes.ts';
import type { Listener } from './listener.ts';
import { CONTENT_TYPE, exposition } from './metrics/exposition.ts';
import { families, type Figures, type RttKind, type RttSamples } from './metrics/families.ts';
import type { Profile } from './profile.ts';
import type { Published } from './publisher.ts';
import type { ClockReport } from './time/clock-watch.ts';

/** Loopback only: nothing here has a login. */
const HOST = '127.0.0.1';
/** After so many intervals a figure is not served any more; readers of the contract call a unit late then, too. */
const FRESH_INTERVALS = 2.5;
/** Whoever scrapes needs one connection; what is on this machine and wants more waits. */
const MAX_CONNECTIONS = 8;
const LIMIT_MS = 5_000;
/** Targets whose samples are counted: those of the profile, and some that it had before. */
const MOST_TARGETS = 64;

export interface MetricsParts {
  readonly profile: () => Profile;
  readonly version: string;
  readonly startedAt: number;
  readonly reconnects: () => number;
}

interface Kept<T> {
  readonly value: T;
  /** Monotonic ms. */
  readonly at: number;
}

/** What was published last, and how old it is. */
export class MetricsState implements Listener {
  readonly #parts: MetricsParts;
  readonly #now: () => number;
  readonly #rtts = new Map<string, Kept<RttMetric>>();
  readonly #samples = new Map<string, RttSamples>();
  #heartbeat: Kept<Heartbeat> | null = null;
  #beats = 0;
  #lastBeatAt: number | null = null;
  #clock: Kept<ClockReport> | null = null;
  #connected = false;

  /** @param now monotonic ms */
  constructor(parts: MetricsParts, now: () => number = () => performance.now()) {
    this.#parts = parts;
    this.#now = now;
  }

  heard(published: Published): void {
    const at = this.#now();
    if (published.kind === 'heartbeat') {
      this.#heartbeat = { value: published.value, at };
      if (!published.sent) return;
      this.#beats++;
      this.#lastBeatAt = published.value.ts;
    } else if (published.kind === 'time') this.#clock = { value: published.value, at };
    else this.#measured(published.value, at);
  }

  connected(): void {
    this.#connected = true;
  }

  fell(): void {
    this.#connected = false;
    this.#rtts.clear();
  }

  text(): string {
    return exposition(families(this.#figures()));
  }

  #measured(metric: RttMetric, at: number): void {
    const target = metric.target ?? '';
    if (!this.#rtts.has(target) && this.#rtts.size >= MOST_TARGETS) return;
    this.#rtts.set(target, { value: metric, at });
    for (const kind of ['native', 'app'] as const) this.#count(kind, target, metric);
  }

  #count(kind: RttKind, target: string, metric: RttMetric): void {
    const key = `${kind} ${target}`;
    const burst = metric[kind];
    const before = this.#samples.get(key);
    if (!burst || (!before && this.#samples.size >= 2 * MOST_TARGETS)) return;
    const { sent, lost } = burst;
    if (sent === null || lost === null) return;
    this.#samples.set(key, { kind, target, sent: (before?.sent ?? 0) + sent, lost: (before?.lost ?? 0) + lost });
  }

  #figures(): Figures {
    const { startedAt, version, reconnects } = this.#parts;
    const { unit, tenant, role, intervalMs, thresholds } = this.#parts.profile();
    const { user, system } = process.cpuUsage();
    return {
      ...{ unit, version, tenant, role, startedAt, intervalMs, thresholds },
      connected: this.#connected,
      reconnects: reconnects(),
      heartbeats: this.#beats,
      lastHeartbeatAt: this.#lastBeatAt,
      heartbeat: this.#fresh(this.#heartbeat),
      rtts: [...this.#rtts.values()].flatMap((kept) => this.#fresh(kept) ?? []),
      samples: [...this.#samples.values()],
      clock: this.#fresh(this.#clock),
      cpuSeconds: (user + system) / 1e6,
      rss: process.memoryUsage.rss(),
    };
  }

  /** What is older than it may be is not known. */
  #fresh<T>(kept: Kept<T> | null): T | null {
    if (!kept) return null;
    return this.#now() - kept.at <= FRESH_INTERVALS * this.#parts.profile().intervalMs ? kept.value : null;
  }
}

export class MetricsServer {
  readonly port: number;
  readonly #server: Server;

  /**
   * Listens on 127.0.0.1.
   *
   * @param port 0: any free one
   * @throws FatalError (78) naming the port when it cannot be listened on
   */
  static async start(port: number, text: () => string): Promise<MetricsServer> {
    // Loaded only here: a guardian without this option does not carry an HTTP server in its memory.
    const { createServer } = await import('node:http');
    const server = createServer(
      { headersTimeout: LIMIT_MS, requestTimeout: LIMIT_MS, keepAliveTimeout: LIMIT_MS, maxHeaderSize: 8_192 },
      (request, response) => answer(request, response, text),
    );
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
      server.listen(port, HOST, resolve);
    });
    // A scraper that goes away is no reason to end.
    server.on('error', () => undefined);
    server.unref();
    return new MetricsServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function cannotListen(port: number, error: NodeJS.ErrnoException): Error {
  const why = error.code === 'EADDRINUSE' ? 'something listens there already' : (error.code ?? error.message);
  return configError(`--metrics-port: cannot listen on ${HOST}:${port} (${why}); choose a free port`, error);
}

/** A page in a browser of this machine could reach loopback by a name of its own; it cannot choose this header. */
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

function answer(request: IncomingMessage, response: ServerResponse, text: () => string): void {
  const say = (status: number, words: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : words);
  };
  if (!LOOPBACK.test(request.headers.host ?? '')) say(403, 'Only by a name of loopback: 127.0.0.1 or localhost.\n');
  else if (request.method !== 'GET' && request.method !== 'HEAD') say(405, 'GET only.\n', { allow: 'GET, HEAD' });
  else if (request.url?.split('?')[0] !== '/metrics') say(404, 'There is /metrics.\n');
  else say(200, text(), { 'content-type': CONTENT_TYPE });
}
