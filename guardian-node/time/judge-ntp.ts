/** The rows of NTP: one look at what chronyd says, or ntpd where there is no chronyd. */
import type { ClockSource } from '../../protocol/index.ts';
import { chronyBoundParts, driftNs, sumBound, sumKnown, type BoundParts } from './bound.ts';
import { unsynced, type ClockLimits, type ClockSteps, type Evidence, type Verdict } from './evidence.ts';
import type { ChronyReading, ChronySource, ChronyTracking, NtpqPeer, NtpqReading } from './reader.ts';
import { nanoseconds } from './words.ts';

/** Reaching further than this the figures of a daemon are no measurement, s. */
const ABSURD_S = 1_000;
/** An update may seem to lie this far ahead while the clock is slewed, besides what is left to correct, s. */
const AHEAD_S = 1;
/** Without an answer for so many polls a source is lost. */
const LOST_POLLS = 8;
/** From here on a server follows its own clock (`local stratum 10` is what daemons are configured with). */
const LOCAL_STRATUM = 10;
/** TAI less UTC, s, and how close to it an offset is that difference. */
const TAI_LESS_UTC_S = 37;
const TAI_SLACK_S = 0.5;

/** @param grown the bound of the last good state as it has grown, ns; 0: there is none */
export function judgeChrony(
  reading: ChronyReading,
  evidence: Evidence,
  grown: number,
  limits: ClockLimits,
  steps: ClockSteps,
): Verdict {
  const { tracking } = reading;
  const selected = followed(reading);
  if (tracking.leap === 'Not synchronised' || neverSet(tracking, selected)) {
    return unsynced('not_synchronised', 'chronyd is not synchronised');
  }
  if (/^7F7F01/i.test(tracking.refId)) {
    return unsynced('local_reference', 'chronyd follows its own clock (local mode): it says Normal and knows nothing');
  }
  if (tracking.stratum >= LOCAL_STRATUM) {
    const why = 'the server that chronyd follows is itself without a source';
    return unsynced('stratum', `stratum ${tracking.stratum}: ${why}`);
  }
  const aheadS = (tracking.refTimeS ?? 0) - evidence.unixMs / 1e3;
  if (aheadS > AHEAD_S + Math.abs(tracking.systemTimeS)) {
    const ahead = nanoseconds(aheadS * 1e9);
    return unsynced('clock_step', `the clock was set back: chronyd's last update lies ${ahead} ahead of it`);
  }
  const parts = chronyBoundParts(tracking, evidence.unixMs / 1e3, limits.driftPpm, steps.sinceUpdateNs);
  const bound = sumBound(parts);
  if (!(bound < ABSURD_S * 1e9)) return unsynced('absurd', `the clock is off by ${nanoseconds(bound)} or more`);
  const source = sourceOf(selected);
  const name = `${source.toUpperCase()} ${selected?.name ?? tracking.name}`;
  const ageS = selected?.lastRxS ?? null;
  const limitS = LOST_POLLS * Math.max(tracking.updateIntervalS, 2 ** (selected?.poll ?? 0));
  const reached = selected?.state === 'selected' && selected.reach !== 0;
  if (!reached || ageS === null || !(ageS < limitS)) {
    const why = `${name} ${ailment(selected)}`;
    // Its own bound grows with the age of its last update; one that was published before may still be the larger.
    return stale({ source, parts, boundNs: Math.ceil(Math.max(bound, grown)), via: 'chronyd' }, limits, why);
  }
  const stepped = steps.sinceUpdateNs > 0;
  const free = bound >= limits.trackingNs;
  // A PHC may itself be off: only ptp4l can say how far.
  const atBest = stepped || source === 'ptp' ? 'tracking' : 'locked';
  const isTai = free && isTaiOffset(tracking.systemTimeS);
  const notes =
    (isTai ? `, of which ${TAI_LESS_UTC_S} s are TAI less UTC: a timescale is taken for the other` : '') +
    (stepped ? `; the clock was stepped by ${nanoseconds(steps.sinceUpdateNs)} since chronyd last set it` : '') +
    (source === 'ptp' ? '; PHC only, nothing from ptp4l' : '');
  return {
    source,
    quality: free ? 'freerun' : bound < limits.lockedNs ? atBest : 'tracking',
    code: isTai ? 'utc_tai_offset' : stepped ? 'clock_step' : free ? 'offset' : 'fresh',
    text: `${name}: ${free ? 'off by up to' : 'within'} ${nanoseconds(bound)}${notes}`,
    boundNs: bound,
    parts,
    via: 'chronyd',
  };
}

export function isTaiOffset(offsetS: number): boolean {
  return Math.abs(Math.abs(offsetS) - TAI_LESS_UTC_S) < TAI_SLACK_S;
}

export function judgeNtpq(
  reading: NtpqReading,
  evidence: Evidence,
  grown: number,
  limits: ClockLimits,
  steps: ClockSteps,
): Verdict {
  const { peers, system } = reading;
  const peer = peers.find(({ tally }) => tally === '*' || tally === 'o');
  if (system?.leap === 3) return unsynced('not_synchronised', 'ntpd has not set the clock (leap alarm)');
  if (!peer) return unsynced('not_synchronised', 'ntpd follows no server');
  if (/^127\.127\.1\.|^LOCAL\(/.test(peer.remote)) {
    return unsynced('local_reference', 'ntpd follows its own clock (local reference)');
  }
  const stratum = system?.stratum ?? peer.stratum + 1;
  if (stratum >= LOCAL_STRATUM) {
    return unsynced('stratum', `stratum ${stratum}: the server that ntpd follows is itself without a source`);
  }
  const askedS = Math.max(0, evidence.monoMs - reading.takenMonoMs) / 1e3;
  const ageS = peer.whenS === null ? null : peer.whenS + askedS;
  const parts = ntpqBoundParts(reading, peer, ageS, limits.driftPpm, steps.sinceUpdateNs);
  const known = sumKnown(parts);
  if (!(known < ABSURD_S * 1e9)) return unsynced('absurd', `the clock is off by ${nanoseconds(known)} or more`);
  const source = isReceiver(peer) ? 'gps' : 'ntp';
  const name = `${source.toUpperCase()} ${peer.remote}`;
  if (peer.reach === 0 || ageS === null || !(ageS < LOST_POLLS * peer.pollS)) {
    const why = `${name} ${ageS === null ? 'is lost' : `was last heard ${Math.round(ageS)} s ago`}`;
    return stale({ source, parts, boundNs: Math.ceil(Math.max(known, grown)), via: 'ntpd' }, limits, why);
  }
  const bound = sumBound(parts);
  const free = known >= limits.trackingNs;
  const about = bound === null ? `at least ${nanoseconds(known)} off, root distance not given` : nanoseconds(known);
  return {
    source,
    // Without the distance to the root there is no bound, and nothing to be locked within.
    quality: free
      ? 'freerun'
      : bound !== null && bound < limits.lockedNs && steps.sinceUpdateNs === 0
        ? 'locked'
        : 'tracking',
    code: free ? (isTaiOffset(peer.offsetMs / 1e3) ? 'utc_tai_offset' : 'offset') : 'fresh',
    text: `${name}: ${free ? 'off by up to' : 'within'} ${about}`,
    boundNs: bound,
    parts,
    via: 'ntpd',
  };
}

/** ntpd names a reference clock `NMEA(0)`, the older one by an address of its own. */
function isReceiver({ remote, refId }: NtpqPeer): boolean {
  return /^127\.127\.|\(\d+\)$/.test(remote) && /GPS|PPS|NMEA|GNSS/i.test(`${remote} ${refId}`);
}

function ntpqBoundParts(
  { system }: NtpqReading,
  peer: NtpqPeer,
  ageS: number | null,
  driftPpm: number,
  stepNs: number,
): BoundParts {
  const ns = (ms: number | null | undefined): number | null => (ms == null ? null : Math.ceil(Math.abs(ms) * 1e6));
  return {
    offset_ns: ns(peer.offsetMs),
    jitter_ns: ns(peer.jitterMs),
    half_delay_ns: ns(peer.delayMs / 2),
    half_root_delay_ns: system?.rootDelayMs == null ? null : ns(system.rootDelayMs / 2),
    root_dispersion_ns: ns(system?.rootDispersionMs),
    drift_ns: Math.ceil(driftNs(driftPpm, (ageS ?? 0) * 1e3)),
    step_ns: Math.ceil(stepNs),
  };
}

/** A daemon that has not set the clock yet reports zeros, which must not be taken for figures. */
function neverSet({ refTimeS, stratum, refId }: ChronyTracking, selected: ChronySource | null): boolean {
  return refTimeS === null || refId === '00000000' || (stratum === 0 && selected?.mode !== 'refclock');
}

/** What is wrong with the source that was followed. */
function ailment(source: ChronySource | null): string {
  if (source === null || source.lastRxS === null) return 'is lost';
  if (source.reach !== 0 && source.state !== 'selected') return `is no longer selected (${source.state})`;
  return `was last heard ${source.lastRxS} s ago`;
}

function stale(
  found: Pick<Verdict, 'source' | 'parts' | 'via'> & { boundNs: number },
  limits: ClockLimits,
  why: string,
): Verdict {
  return expire(found, limits.trackingNs, 'stale', why);
}

/** A holdover, until its bound is too large. */
export function expire(
  found: Pick<Verdict, 'source' | 'parts' | 'via' | 'boundNs'> & { knownNs?: number },
  limitNs: number,
  code: Verdict['code'],
  why: string,
): Verdict {
  const { knownNs, ...rest } = found;
  const reach = found.boundNs ?? knownNs ?? Infinity;
  const within = found.boundNs === null ? 'its bound not known' : `within ${nanoseconds(reach)}`;
  if (reach < limitNs) return { ...rest, quality: 'holdover', code, text: `${why}: holding, ${within}` };
  const off = `it may be off by ${nanoseconds(reach)}`;
  return { ...rest, quality: 'freerun', code: 'holdover_expired', text: `${why} for too long: ${off}` };
}

/** The source that chronyd follows: the selected one, or once it is lost the one that tracking still names. */
export function followed({ tracking, sources }: ChronyReading): ChronySource | null {
  return (
    sources.find((source) => source.state === 'selected') ??
    sources.find((source) => source.name !== '' && source.name === tracking.name) ??
    null
  );
}

/** A reference clock's name says what it is: PHC and PTP stand for a PTP clock, GPS, PPS and NMEA for a receiver. */
function sourceOf(source: ChronySource | null): ClockSource {
  if (source?.mode !== 'refclock') return 'ntp';
  if (/^(PTP|PHC)/i.test(source.name)) return 'ptp';
  return /^(GPS|PPS|NMEA|GNSS|GNS)/i.test(source.name) ? 'gps' : 'ntp';
}
