import { expect } from '@open-wc/testing';
import { decodeTime, type TimeMetric } from '../../../protocol/time.ts';
import {
  boundTone,
  boundWords,
  changedAt,
  leapAlarm,
  offScale,
  offsetOf,
  offsetWords,
  qualityWords,
  reasonOf,
  referenceOf,
  scalePlace,
  stratumOf,
  summary,
  toneOf,
  worstFirst,
} from '../../../components/time-status/time-status.model.ts';
import type { ClockState } from '../../../components/time-status/time-status.source.ts';
import { timeMessage } from '../../../components/testing/messages.ts';

function metric(body: Record<string, unknown> = {}): TimeMetric {
  const [subject, message] = timeMessage('leaf-1', body);
  const decoded = decodeTime(subject, new TextEncoder().encode(JSON.stringify(message)));
  if (!decoded.ok) throw new Error(decoded.problem.message);
  return decoded.value;
}

function state(unit: string, body: Record<string, unknown> = {}, late = false): ClockState {
  return {
    unit,
    value: { ...metric(body), raw: null },
    receivedAt: 50_000,
    intervalMs: 5_000,
    late,
    lost: 0,
    restarts: 0,
  };
}

describe('a clock in words', () => {
  it("takes PTP's offset while PTP is active, else NTP's, and says which way", () => {
    const both = { ptp_enabled: true, ptp_offset_ns: -34, ntp_offset_ms: 0.018 };
    expect(offsetWords(offsetOf(metric({ ...both, active_source: 'ptp' })))).to.equal('34 ns behind');
    expect(offsetWords(offsetOf(metric({ ...both, active_source: 'ntp' })))).to.equal('18 µs ahead');
    expect(offsetOf(metric({ active_source: 'ptp', ptp_offset_ns: null, ntp_offset_ms: 2 }))?.of).to.equal('NTP');
    expect(offsetOf(metric({ ntp_offset_ms: null }))).to.equal(null);
    expect(offsetOf(metric({ active_source: 'unsynced', ntp_offset_ms: 0 }))).to.equal(null, 'nothing was measured');
    expect(offsetWords(offsetOf(metric({ ntp_offset_ms: 0 })))).to.equal('0 ns');
  });

  it('never takes an unknown error bound for 0', () => {
    expect(boundWords(metric({ error_bound_ns: 410_000 }))).to.equal('± 410 µs');
    expect(boundWords(metric({ error_bound_ns: undefined }))).to.equal(
      'error bound unknown: this guardian does not say',
    );
    expect(boundWords(metric({ error_bound_ns: null, active_source: 'unsynced', clock_quality: 'freerun' }))).to.equal(
      'error bound unknown: nothing to measure against',
    );
  });

  it('says source and quality in one, and that a clock without a source is one', () => {
    expect(qualityWords(metric({ active_source: 'gps', clock_quality: 'holdover' }))).to.equal('GPS · holdover');
    expect(qualityWords(metric({ active_source: 'unsynced', clock_quality: 'freerun' }))).to.equal('Unsynchronised');
    expect(toneOf(metric({ active_source: 'unsynced', clock_quality: 'locked' }))).to.equal('bad');
    expect(reasonOf(metric({ reason: null, clock_quality: 'holdover' }))).to.match(/lost its source.*gives no reason/);
  });

  it('names the reference of the active source', () => {
    const ptp = metric({ active_source: 'ptp', ptp_master: '001122.fffe.334455', ptp_stratum: 1 });
    expect(referenceOf(ptp)).to.deep.equal({ term: 'Grandmaster', name: '001122.fffe.334455' });
    expect(stratumOf(ptp)).to.equal(1);
    expect(referenceOf(metric({ active_source: 'gps', ntp_current_server: 'PPS' }))).to.deep.equal({
      term: 'Reference',
      name: 'PPS',
    });
    expect(referenceOf(metric({ ntp_current_server: null }))).to.equal(null);
  });

  it("times the last change by the unit's own two figures, so that a wrong clock does not matter", () => {
    expect(changedAt(state('a', { ts: 1_000_000, since: 970_000 }))).to.equal(20_000);
    expect(changedAt(state('a', { ts: 1_000_000, since: 2_000_000 }))).to.equal(null);
    expect(changedAt(state('a', { since: null }))).to.equal(null);
  });

  it('alarms for an announced leap second only', () => {
    expect(['Normal', 'normal', 'none', null].map(leapAlarm)).to.deep.equal([null, null, null, null]);
    expect(leapAlarm('Insert second')).to.equal('Insert second');
  });

  it('puts first what needs looking at', () => {
    const states = [
      state('a'),
      state('b', { clock_quality: 'tracking' }),
      state('c', {}, true),
      state('d', { clock_quality: 'holdover' }),
      state('f', { active_source: 'unsynced', clock_quality: 'freerun' }),
      state('e', { clock_quality: 'freerun' }),
    ];
    expect(worstFirst(states).map(({ unit }) => unit)).to.deep.equal(['e', 'f', 'c', 'd', 'b', 'a']);
    expect(summary(states)).to.equal('2 locked · 1 tracking · 1 holdover · 2 free-running · 1 late');
  });
});

describe('the scale of a clock', () => {
  it('is symmetric, rises with the offset, and never leaves its ends', () => {
    expect(scalePlace(0)).to.equal(50);
    let before = 50;
    for (const ns of [1, 34, 1e3, 18e3, 1e6, 5e7, 1e9]) {
      const place = scalePlace(ns);
      expect(place).to.be.greaterThan(before);
      expect(place + scalePlace(-ns)).to.be.closeTo(100, 0.02);
      before = place;
    }
    expect(scalePlace(1e300)).to.equal(96);
    expect(scalePlace(-37e9)).to.equal(4);
    expect([1e9, 1.01e9, -37e9].map(offScale)).to.deep.equal([false, true, true]);
  });

  it('judges the bound by the budget', () => {
    expect([1e6, 1.1e6, 1e8, 2e8].map((ns) => boundTone(ns, 1e6))).to.deep.equal(['good', 'warn', 'warn', 'bad']);
  });
});
