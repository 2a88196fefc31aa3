/**
 * `ops.metric.rtt.{unit}`: the unit's own line each round, and beside it one for each target of the profile. One sequence
 * numbers them all, so that losses are counted by subject, and a stream's last message says how far all of them came.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeRtt, formatMessageId, HEADERS, subjects, type RttBurst, type RttMetric } from '../protocol/index.ts';
import type { Gate } from './gate.ts';
import type { Logger } from './logger.ts';
import type { Profile } from './profile.ts';
import type { BurstSize, RttProbe } from './rtt.ts';

/**
 * Targets are asked one after the other, so that their bursts do not disturb each other; but one that takes longer than this
 * is far away or dead, ms: then nothing is disturbed by going on.
 */
const TURN_MS = 50;

export interface RttPublisherParts {
  readonly profile: () => Profile;
  readonly startedAt: number;
  /** The connection while it stands. */
  readonly nats: () => NatsConnection | null;
  readonly gate: Gate;
  readonly rtt: RttProbe;
  readonly log: Logger;
  readonly heard: (metric: RttMetric) => void;
}

/** What a line's message has of its own. */
type Line = Pick<RttMetric, 'native' | 'app' | 'target' | 'clockOffsetUs' | 'clockOffsetBoundUs' | 'errors'>;

export class RttPublisher {
  readonly #parts: RttPublisherParts;
  /** Targets whose burst is under way. */
  readonly #asking = new Set<string>();
  #passing = false;
  #seq = 0;

  constructor(parts: RttPublisherParts) {
    this.#parts = parts;
  }

  /**
   * Measures and publishes the unit's own line, and begins with the targets', which nobody waits for: a dead one must not
   * hold up the next heartbeat.
   *
   * @returns what was published of the unit itself; null when the connection fell meanwhile
   */
  async round(nats: NatsConnection): Promise<RttMetric | null> {
    const { gate, rtt, log } = this.#parts;
    const profile = this.#parts.profile();
    const echo = subjects.echo(profile.unit);
    const allowed = gate.mayPublish(echo) && gate.maySubscribe(echo);
    const reading = await rtt.measure(nats, allowed ? echo : null, sizeOf(profile));
    const none = { target: null, clockOffsetUs: null, clockOffsetBoundUs: null };
    const metric = this.#publish(nats, { ...reading, ...none });
    if (metric && !this.#passing && profile.rtt.targets.length > 0) {
      this.#passing = true;
      this.#pass(nats, profile, metric)
        .catch((error: unknown) => log.error({ err: error }, 'a fault in measuring a target'))
        .finally(() => (this.#passing = false));
    }
    return metric;
  }

  async #pass(nats: NatsConnection, profile: Profile, own: RttMetric): Promise<void> {
    for (const target of profile.rtt.targets) {
      if (target === profile.unit || this.#asking.has(target)) continue;
      this.#asking.add(target);
      const asked = this.#target(nats, profile, target, own).finally(() => this.#asking.delete(target));
      await Promise.race([asked, delay(TURN_MS, undefined, { ref: false })]);
      // What it ends with later must be heard, too.
      asked.catch((error: unknown) => this.#parts.log.error({ err: error, target }, 'a fault in measuring a target'));
    }
  }

  async #target(nats: NatsConnection, profile: Profile, target: string, own: RttMetric): Promise<void> {
    const echo = subjects.echo(target);
    // The way to the server is the same for all lines, so the round's own figures of it are repeated.
    const { native } = own;
    const nativeErrors = own.errors.filter((error) => error.startsWith('native'));
    if (!this.#parts.gate.mayPublish(echo)) {
      const errors = [...nativeErrors, `app: the profile does not allow to publish ${echo}`];
      this.#publish(nats, { native, app: null, target, clockOffsetUs: null, clockOffsetBoundUs: null, errors });
      return;
    }
    const { app, offset, errors } = await this.#parts.rtt.measureTarget(nats, echo, sizeOf(profile));
    this.#publish(nats, {
      native,
      app,
      target,
      clockOffsetUs: offset?.offsetUs ?? null,
      clockOffsetBoundUs: offset?.boundUs ?? null,
      errors: [...nativeErrors, ...errors],
    });
  }

  #publish(nats: NatsConnection, line: Line): RttMetric | null {
    const { gate, startedAt, heard } = this.#parts;
    const { unit, intervalMs } = this.#parts.profile();
    // It fell meanwhile: what was measured on it is no statement about the next.
    if (this.#parts.nats() !== nats) return null;
    const seq = ++this.#seq;
    const metric: RttMetric = {
      ...line,
      unit,
      ts: Date.now(),
      seq,
      nativeRttUs: p50(line.native),
      appRttUs: p50(line.app),
      server: (nats.info as { server_name?: string } | undefined)?.server_name ?? null,
      intervalMs,
      startedAt,
      problems: [],
    };
    const id = formatMessageId({ unit, startedAt, kind: 'rtt', seq });
    gate.publish(subjects.rtt(unit), encodeRtt(metric), [[HEADERS.msgId, id]]);
    heard(metric);
    return metric;
  }
}

function p50(burst: RttBurst | null): number | null {
  return burst?.p50Us ?? null;
}

/** Two lost samples in a row end a burst, and it should be over before the next round. */
function sizeOf({ rtt, intervalMs }: Profile): BurstSize {
  return { samples: rtt.samples, limitMs: Math.min(1_000, Math.max(500, Math.round(0.4 * intervalMs))) };
}
