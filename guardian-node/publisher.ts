/** Measures and publishes: every interval, and at once when connected. */
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import {
  encodeHeartbeat,
  encodeTime,
  HEADERS,
  subjects,
  type Heartbeat,
  type HeartbeatNats,
  type HeartbeatStore,
  type RttMetric,
} from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { Gate } from './gate.ts';
import { clockEvidence, diskEvidence, rttEvidence } from './evidence.ts';
import { HostFigures, readDisks, type DiskReading } from './host.ts';
import type { Logger, OpsLogger } from './logger.ts';
import type { Profile } from './profile.ts';
import { RttPublisher } from './rtt-publisher.ts';
import type { RttProbe } from './rtt.ts';
import { judgeStatus, type StoreEvidence } from './status-rules.ts';
import type { ClockReport, ClockWatch } from './time/clock-watch.ts';

/** A heartbeat waits no longer than this for the measurements of its round, ms: it is a sign of life first. */
const PATIENCE_MS = 1_500;
/**
 * After a restart of the server whoever watches comes back within some 2 s, often later than the guardian, and has missed
 * what it published at once. So the second round follows after this part of an interval: 2 s of the usual 5.
 */
const SECOND_ROUND = 0.4;

/** What was published last, for whoever shows it on this machine. */
export type Published =
  | { readonly kind: 'heartbeat'; readonly value: Heartbeat; /** Taken by the connection. */ readonly sent: boolean }
  | { readonly kind: 'rtt'; readonly value: RttMetric }
  | { readonly kind: 'time'; readonly value: ClockReport };

export interface PublisherParts {
  /** The profile as it is now: SIGHUP changes it. */
  readonly profile: () => Profile;
  readonly version: string;
  readonly startedAt: number;
  readonly connection: () => Connection;
  readonly gate: Gate;
  readonly rtt: RttProbe;
  readonly clock: ClockWatch;
  readonly logs: OpsLogger;
  /** Before each round: subscriptions that are missing. */
  readonly ensure: (nats: NatsConnection) => void;
  /** Where messages are kept until the hub has them, and how that is; without it nothing is published while disconnected. */
  readonly store?: { evidence(): StoreEvidence; figures(): HeartbeatStore } | undefined;
  readonly heard?: (published: Published) => void;
}

type Kind = 'heartbeat' | 'time';

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #log: Logger;
  readonly #host = new HostFigures();
  readonly #lines: RttPublisher;
  readonly #sequences: Record<Kind, number> = { heartbeat: 0, time: 0 };
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #rtt: RttMetric | null = null;
  #clock: ClockReport | null = null;
  #errorsSeen = 0;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#log = parts.logs.logger.child({ component: 'publisher' });
    this.#lines = new RttPublisher({
      ...parts,
      nats: () => parts.connection().nats,
      log: this.#log,
      heard: (value) => parts.heard?.({ kind: 'rtt', value }),
    });
  }

  /** Connected: publish now, and from now on every interval. */
  start(): void {
    if (this.#stopped) return;
    this.#again = this.#round !== null;
    this.#tick(SECOND_ROUND);
  }

  /** The connection fell: nothing can be said until it is back, but what is kept goes on. */
  pause(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#parts.store) this.keepOn();
    // What was measured on the old connection is no statement about the next.
    this.#rtt = null;
    this.#clock = null;
  }

  /** Not connected: measures what can be measured without, every interval, for later. */
  keepOn(): void {
    if (this.#stopped || this.#timer) return;
    this.#timer = setTimeout(() => this.#tick(), this.#parts.profile().intervalMs);
  }

  /** No further round; waits for the one that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.pause();
    this.#host.close();
    await this.#round;
  }

  /** @param part of an interval, until the next round */
  #tick(part = 1): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#tick(), part * this.#parts.profile().intervalMs);
    if (this.#round) return;
    this.#round = this.#once()
      .catch((error: unknown) => this.#log.error({ err: error }, 'a fault in measuring or publishing'))
      .finally(() => {
        this.#round = null;
        const again = this.#again && !this.#stopped;
        this.#again = false;
        if (again) this.#tick(SECOND_ROUND);
      });
  }

  async #once(): Promise<void> {
    const { connection, ensure, logs, store } = this.#parts;
    const nats = connection().nats;
    if (!nats && store) await this.#onceAlone();
    if (!nats) return;
    ensure(nats);
    logs.flush();
    const measured = Promise.all([this.#measureRtt(nats), this.#readClock()]);
    await Promise.race([measured, delay(PATIENCE_MS, undefined, { ref: false })]);
    const disks = await readDisks(this.#parts.profile().disks);
    if (this.#parts.connection().nats === nats) this.#heartbeat(nats, disks);
    await measured;
  }

  async #onceAlone(): Promise<void> {
    await this.#readClock();
    const disks = await readDisks(this.#parts.profile().disks);
    // Connected meanwhile: the round that is due now says more.
    if (!this.#parts.connection().nats) this.#heartbeat(null, disks);
  }

  async #measureRtt(nats: NatsConnection): Promise<void> {
    const metric = await this.#lines.round(nats);
    if (metric) this.#rtt = metric;
  }

  async #readClock(): Promise<void> {
    const { clock, gate, startedAt } = this.#parts;
    const profile = this.#parts.profile();
    this.#clock = await clock.poll();
    const seq = ++this.#sequences.time;
    const message = encodeTime({
      ...this.#clock,
      unit: profile.unit,
      ts: Date.now(),
      seq,
      intervalMs: profile.intervalMs,
      startedAt,
      problems: [],
    });
    gate.publish(subjects.time(profile.unit), message, this.#id('time', seq));
    this.#parts.heard?.({ kind: 'time', value: this.#clock });
  }

  #heartbeat(nats: NatsConnection | null, disks: readonly DiskReading[]): void {
    const { gate, startedAt, version, logs, store } = this.#parts;
    const profile = this.#parts.profile();
    const process = this.#host.process();
    const { status, reasons } = judgeStatus(
      {
        ...clockEvidence(this.#clock),
        rtts: rttEvidence(this.#rtt),
        disks: diskEvidence(disks),
        eventLoopP99Ms: process.eventLoopP99Ms,
        errors: logs.errors - this.#errorsSeen,
        store: store?.evidence() ?? null,
      },
      profile.thresholds,
    );
    this.#errorsSeen = logs.errors;
    const sequence = ++this.#sequences.heartbeat;
    const ts = Date.now();
    const heartbeat: Heartbeat = {
      unit: profile.unit,
      status,
      statusText: status,
      reasons,
      sequence,
      ts,
      startedAt,
      uptimeS: Math.round(globalThis.process.uptime() * 10) / 10,
      version,
      intervalMs: profile.intervalMs,
      nativeRttUs: this.#rtt?.nativeRttUs ?? null,
      appRttUs: this.#rtt?.appRttUs ?? null,
      clockSource: this.#clock?.activeSource ?? null,
      clockQuality: this.#clock?.clockQuality ?? null,
      tenant: profile.tenant,
      role: profile.role,
      host: this.#host.host(disks),
      process,
      nats: nats && this.#natsFigures(nats),
      thresholds: profile.thresholds,
      store: store?.figures() ?? null,
      problems: [],
    };
    const { data, headers } = encodeHeartbeat(heartbeat);
    const sent = gate.publish(subjects.heartbeat(profile.unit), data, [...headers, ...this.#id('heartbeat', sequence)]);
    this.#parts.heard?.({ kind: 'heartbeat', value: heartbeat, sent });
  }

  #natsFigures(nats: NatsConnection): HeartbeatNats {
    const { inMsgs, outMsgs } = nats.stats();
    const server = serverOf(nats);
    return {
      serverName: server.name,
      serverVersion: server.version,
      reconnects: this.#parts.connection().reconnects,
      inMsgs,
      outMsgs,
    };
  }

  /** JetStream takes a repeat for what it is, and a restart, which begins at 1 again, not for one. */
  #id(kind: Kind, seq: number): [string, string][] {
    return [[HEADERS.msgId, `${this.#parts.profile().unit}:${this.#parts.startedAt}:${kind}:${seq}`]];
  }
}

/** The server of this connection; the client's type leaves out the name, which every server sends. */
function serverOf(nats: NatsConnection): { name: string | null; version: string | null } {
  const info = nats.info as { server_name?: string; version?: string } | undefined;
  return { name: info?.server_name ?? null, version: info?.version ?? null };
}
