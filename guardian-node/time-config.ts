/** `ops.time.config`: the time sources that clients are advised to use. The hub's keeper also answers who asks. */
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { encodeTimeConfig, isInboxSubject, safeText, subjects } from '../protocol/index.ts';
import { StandingSubscription, type Gate } from './gate.ts';
import type { Logger } from './logger.ts';
import type { Profile } from './profile.ts';
import type { Settings } from './settings.ts';
import type { ClockConfiguration } from './time/clock-watch.ts';

export class TimeConfigPublisher {
  readonly #profile: () => Profile;
  readonly #settings: Settings;
  readonly #startedAt: number;
  readonly #gate: Gate;
  readonly #log: Logger;
  readonly #requests: StandingSubscription;
  #dropped = 0;
  /** What this machine's own daemons use; null: they were not asked yet. */
  #used: ClockConfiguration | null = null;

  constructor(profile: () => Profile, settings: Settings, startedAt: number, gate: Gate, log: Logger) {
    this.#profile = profile;
    this.#settings = settings;
    this.#startedAt = startedAt;
    this.#gate = gate;
    this.#log = log.child({ component: 'time-config' });
    this.#requests = new StandingSubscription(subjects.timeConfig(), this.#log, (message) => this.#answer(message));
  }

  get isKeeper(): boolean {
    return this.#profile().role === 'keeper';
  }

  /** At each connection: whoever listens may be new. */
  publish(): void {
    this.#gate.publish(subjects.timeConfig(this.#profile().unit), this.#text());
    if (this.isKeeper) this.#gate.publish(subjects.timeConfig(), this.#text());
  }

  /** What the daemons of this machine use has changed. */
  changed(used: ClockConfiguration): void {
    this.#used = used;
    this.publish();
  }

  /** The keeper's answers. */
  ensure(nats: NatsConnection): void {
    if (this.isKeeper && this.#gate.maySubscribe(subjects.timeConfig())) this.#requests.ensure(nats);
    else this.#requests.drop();
  }

  forget(): void {
    this.#requests.forget();
  }

  #answer(message: Msg): void {
    // What is published here without a reply subject is the announcement itself, its own or another's.
    if (!message.reply) return;
    if (!isInboxSubject(message.reply)) {
      if (this.#dropped++ > 0) return;
      const reply = safeText(message.reply);
      this.#log.warn(
        { reply },
        `a request is not answered, its reply subject is no inbox: ${reply}; more are only counted`,
      );
      return;
    }
    message.respond(this.#text());
  }

  #text(): string {
    return encodeTimeConfig({
      unit: this.#profile().unit,
      mode: this.#settings.timeSyncMode,
      ptpDomain: this.#settings.ptpDomain,
      ptpMaster: this.#settings.ptpMaster,
      ntpServers: this.#settings.ntpServers,
      ntpServersUsed: this.#used?.servers?.used ?? null,
      ntpServersUnused: this.#used?.servers?.unused ?? null,
      ptpGrandmaster: this.#used?.grandmaster ?? null,
      ptpMasterMatches: this.#used?.isConfiguredMaster ?? null,
      ts: Date.now(),
      startedAt: this.#startedAt,
      intervalMs: this.#profile().intervalMs,
      problems: [],
    });
  }
}
