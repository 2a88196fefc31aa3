/** Puts the guardian together, runs it until it is asked to end, and ends it in order. */
import type { NatsConnection } from '@nats-io/transport-node';
import { encodeLog, HEADERS, subjects } from '../protocol/index.ts';
import { Capabilities } from './capabilities.ts';
import { Connection } from './connection.ts';
import { EchoResponder } from './echo.ts';
import { Gate, StandingSubscription } from './gate.ts';
import type { Listener } from './listener.ts';
import { OpsLogger, type Logger } from './logger.ts';
import { loadProfile, type Profile } from './profile.ts';
import { Publisher, type Published } from './publisher.ts';
import { reloadProfile } from './reload.ts';
import { RttProbe } from './rtt.ts';
import { loadSettings, type Login, type Settings } from './settings.ts';
import { TimeConfigPublisher } from './time-config.ts';
import { ClockWatch, type ClockConfiguration } from './time/clock-watch.ts';
import { clockLimits, clockWatchOptions } from './time/options.ts';
import { Forwarder } from './store/forwarder.ts';
import { ServiceManager } from './systemd.ts';
import { WallClock } from './wall-clock.ts';

/** After a flood of requests echoes rest so long, ms. */
const ECHO_RESTS_MS = 1_000;

export interface RunOptions {
  /** Path of the profile. */
  readonly profile: string;
  /** Path of the env file; without it `.env`, where there is one. */
  readonly env?: string;
  /** TCP port on 127.0.0.1 for Prometheus; without it there is none. */
  readonly metricsPort?: number;
  readonly version: string;
}

/**
 * Runs until SIGTERM or SIGINT; SIGHUP has the profile read again.
 *
 * @throws FatalError for a bad profile or setting, and when the server refuses the first login
 */
export async function run(options: RunOptions): Promise<void> {
  const settings = loadSettings(options.env, process.env);
  const profile = loadProfile(options.profile, settings.unit);
  const guardian = new Guardian(profile, settings, options);
  if (options.metricsPort !== undefined) await guardian.serveMetrics(options.metricsPort);
  process.on('SIGHUP', () => guardian.reload());
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  const ended = await Promise.race([guardian.start(), asked]);
  await guardian.stop(typeof ended === 'string' ? ended : await asked);
}

class Guardian {
  readonly #options: RunOptions;
  readonly #settings: Settings;
  readonly #startedAt = Date.now();
  readonly #logs: OpsLogger;
  readonly #log: Logger;
  readonly #gate: Gate;
  readonly #connection: Connection;
  readonly #publisher: Publisher;
  readonly #timeConfig: TimeConfigPublisher;
  readonly #clock: ClockWatch;
  readonly #rtt: RttProbe;
  readonly #echo: StandingSubscription;
  readonly #responder: EchoResponder;
  readonly #listeners: Listener[] = [];
  readonly #serviceManager: ServiceManager | null;
  /** Keeps what is published until the hub has it; null: the profile does not ask for it. */
  readonly #store: Forwarder | null;
  #profile: Profile;
  #nats: NatsConnection | null = null;

  constructor(profile: Profile, settings: Settings, options: RunOptions) {
    const { unit } = profile;
    const startedAt = this.#startedAt;
    this.#options = options;
    this.#settings = settings;
    this.#profile = profile;
    this.#logs = new OpsLogger({
      level: settings.logLevel,
      unit,
      startedAt,
      write: (line) => process.stderr.write(line),
      pretty: process.stderr.isTTY,
      secrets: settings.secrets,
    });
    const log = (this.#log = this.#logs.logger);
    const connection = (): Connection => this.#connection;
    const gate = (this.#gate = new Gate(new Capabilities(profile.capabilities, unit), connection, log));
    this.#store = this.#forwarder(startedAt);
    const wallClock = new WallClock();
    const probe = (this.#rtt = new RttProbe(unit, wallClock, log));
    const responder = (this.#responder = new EchoResponder(
      wallClock,
      {
        perSecond: () => this.#profile.rtt.echoesPerSecond,
        owns: (reply) => probe.owns(reply),
        taken: () => this.#connection.nats?.flush() ?? Promise.reject(new Error('not connected')),
        flooded: () => this.#restEcho(),
      },
      log,
    ));
    this.#echo = new StandingSubscription(subjects.echo(unit), log, (message) => responder.handle(message));
    this.#timeConfig = new TimeConfigPublisher(() => this.#profile, settings, startedAt, gate, log);
    const changed = (used: ClockConfiguration): void => this.#timeConfig.changed(used);
    this.#clock = new ClockWatch({ ...clockWatchOptions(settings, profile), changed }, log);
    const login = (): Login | null => settings.login((problem) => log.warn({ component: 'settings' }, problem));
    this.#connection = new Connection({ ...settings, unit, login }, log, {
      up: (nats) => this.#up(nats),
      down: () => {
        this.#publisher.pause();
        this.#rtt.fell();
        for (const listener of this.#listeners) listener.fell();
      },
    });
    this.#publisher = new Publisher({
      profile: () => this.#profile,
      version: options.version,
      startedAt,
      connection,
      gate,
      rtt: this.#rtt,
      clock: this.#clock,
      logs: this.#logs,
      ensure: (nats) => this.#ensure(nats),
      heard: (published) => this.#heard(published),
      store: this.#store ?? undefined,
    });
    this.#serviceManager = ServiceManager.fromEnvironment(process.env, () => this.#profile.intervalMs, log);
    if (this.#serviceManager) this.#listeners.push(this.#serviceManager);
  }

  /** @throws FatalError when the port cannot be listened on */
  async serveMetrics(port: number): Promise<void> {
    const { MetricsServer, MetricsState } = await import('./metrics.ts');
    const state = new MetricsState({
      profile: () => this.#profile,
      version: this.#options.version,
      startedAt: this.#startedAt,
      reconnects: () => this.#connection.reconnects,
    });
    const server = await MetricsServer.start(port, () => state.text());
    this.#listeners.push(state);
    this.#log.info({ component: 'metrics' }, `metrics on http://127.0.0.1:${server.port}/metrics`);
  }

  /** Reads the profile again; a broken one is refused and the old one kept. */
  reload(): void {
    const log = this.#log.child({ component: 'profile' });
    let reloaded;
    try {
      reloaded = reloadProfile(this.#options.profile, this.#profile, this.#settings.unit);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.error(`SIGHUP: the profile is refused, what ran before goes on: ${why}`);
      return;
    }
    const { profile, taken, waiting } = reloaded;
    const unchanged = taken.length + waiting.length === 0;
    if (unchanged) log.info('SIGHUP: the profile says what it said before');
    if (taken.length > 0) log.info({ fields: taken }, `SIGHUP: taken up: ${taken.join(', ')}`);
    if (waiting.length > 0) {
      log.warn({ fields: waiting }, `SIGHUP: changed, but taken up only at the next start: ${waiting.join(', ')}`);
    }
    this.#profile = profile;
    this.#clock.limit(clockLimits(profile));
    if (taken.includes('capabilities')) this.#gate.replace(new Capabilities(profile.capabilities, profile.unit));
    if (taken.length === 0 || !this.#connection.nats) return;
    this.#ensure(this.#connection.nats);
    this.#timeConfig.publish();
    this.#publisher.start();
  }

  /** Resolves at the first connection. */
  async start(): Promise<void> {
    if (this.#store) this.#publisher.keepOn();
    await this.#connection.start();
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const { answered, dropped, refused, limited } = this.#responder;
    const logs = { refused: this.#logs.refused };
    this.#log.info(
      { signal, echo: { answered, dropped, refused, limited }, logs },
      `${signal}: sending what is pending, then ending`,
    );
    this.#serviceManager?.stopping();
    await this.#publisher.stop();
    this.#clock.close();
    this.#logs.flush();
    await this.#store?.stop();
    await this.#connection.stop();
  }

  #up(nats: NatsConnection): void {
    if (this.#nats === null) {
      const interval_ms = this.#profile.intervalMs;
      this.#log.info(
        { version: this.#options.version, interval_ms },
        `guardian ${this.#options.version} of unit ${this.#profile.unit}`,
      );
    }
    if (this.#nats !== nats) {
      this.#nats = nats;
      for (const standing of [this.#echo, this.#rtt, this.#timeConfig]) standing.forget();
    }
    const { server_name: server } = nats.info as { server_name?: string };
    for (const listener of this.#listeners) listener.connected(server ?? nats.getServer());
    this.#ensure(nats);
    this.#logs.publishTo((line) => {
      const subject = subjects.log(line.level, line.unit);
      // The gate's own warning about a log subject must not be held back by it: what is not allowed counts as taken.
      if (!this.#gate.mayPublish(subject)) return 'sent';
      if (!this.#store) return this.#connection.publish(subject, encodeLog(line));
      return this.#store.take(subject, encodeLog(line), [[HEADERS.msgId, this.#store.nextLogId()]]) ? 'sent' : 'later';
    });
    this.#timeConfig.publish();
    this.#store?.up();
    this.#publisher.start();
  }

  /**
   * The server drops a flood that nobody subscribes to, and tells whoever asks that nobody answers. Each round subscribes
   * anew, for its own round trips.
   */
  #restEcho(): void {
    this.#echo.drop();
    setTimeout(() => {
      const { nats } = this.#connection;
      if (nats) this.#ensure(nats);
    }, ECHO_RESTS_MS).unref();
  }

  #ensure(nats: NatsConnection): void {
    if (this.#gate.maySubscribe(subjects.echo(this.#profile.unit))) this.#echo.ensure(nats);
    else this.#echo.drop();
    this.#timeConfig.ensure(nats);
  }

  #forwarder(startedAt: number): Forwarder | null {
    const { store, unit } = this.#profile;
    if (!store) return null;
    const intervalMs = (): number => this.#profile.intervalMs;
    const hub = { ...store.hub, ackMs: store.ackMs };
    const nats = (): NatsConnection | null => this.#connection.nats;
    const forwarder = new Forwarder({ ...store, unit, startedAt, intervalMs, hub }, nats, this.#log);
    this.#gate.keepIn(forwarder);
    return forwarder;
  }

  #heard(published: Published): void {
    for (const listener of this.#listeners) listener.heard(published);
  }
}
