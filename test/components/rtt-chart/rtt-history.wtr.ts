import { expect } from '@open-wc/testing';
import { ColumnRing } from '../../../components/core/sources/rtt-history-ring.ts';
import { RttHistory, rttHistorySource, type RttUnitHistory } from '../../../components/core/sources/rtt-history.ts';
import { adoptConnection } from '../../../components/core/transport/adopted-connection.ts';
import { atTime } from '../../../components/testing/at-time.ts';
import { FakeNats, rttMessage } from '../../../components/testing/index.ts';

const SUBJECT = 'ops.metric.rtt.*';

function listening(bounds?: { points?: number; units?: number }): { nats: FakeNats; history: RttHistory } {
  const nats = new FakeNats();
  const history = new RttHistory(adoptConnection(nats), SUBJECT, bounds);
  history.subscribe(() => undefined);
  return { nats, history };
}

function unitOf(history: RttHistory, unit = 'leaf-1'): RttUnitHistory {
  const found = history.snapshot.data?.units.find((each) => each.unit === unit);
  if (!found) throw new Error(`no ${unit}`);
  return found;
}

function figures(column: Float64Array): (number | null)[] {
  return [...column].map((value) => (Number.isNaN(value) ? null : value));
}

describe('a ring of columns', () => {
  it('keeps the newest rows and counts the others', () => {
    const ring = new ColumnRing(2, 50);
    for (let row = 0; row < 1_000; row++) ring.push(row, row * 2);
    expect(ring.length).to.equal(50);
    expect(ring.dropped).to.equal(950);
    expect([...ring.view(0)]).to.deep.equal(Array.from({ length: 50 }, (_, row) => 950 + row));
    expect(ring.view(1).at(-1)).to.equal(1_998);
  });

  it('never changes what it has handed out', () => {
    const ring = new ColumnRing(1, 5);
    for (let row = 0; row < 7; row++) ring.push(row);
    const seen = ring.view(0);
    for (let row = 7; row < 500; row++) ring.push(row);
    ring.clear();
    expect([...seen]).to.deep.equal([2, 3, 4, 5, 6]);
    expect(ring.length).to.equal(0);
  });
});

describe('the history of round trips', () => {
  it('keeps native and app of each unit, at the time of arrival, with what the unit says of the time beside it', () => {
    const { nats, history } = listening();
    const now = Date.now();
    atTime(now - 5_000, () => nats.deliver(...rttMessage('leaf-1', { seq: 1, ts: 86_400_000, native_rtt_us: 150 })));
    atTime(now, () => nats.deliver(...rttMessage('leaf-1', { seq: 2, ts: 86_405_000, native_rtt_us: 160 })));
    const unit = unitOf(history);
    expect([...unit.at]).to.deep.equal([now - 5_000, now]);
    expect([...unit.ts]).to.deep.equal([86_400_000, 86_405_000], 'a clock in 1970 puts no point in 1970');
    expect([...unit.nativeUs]).to.deep.equal([150, 160]);
    expect([...unit.appUs]).to.deep.equal([311, 311]);
  });

  it('takes null, and the 0 of older guardians, for a gap', () => {
    const { nats, history } = listening();
    const now = Date.now();
    [150, null, 0, 170].forEach((native_rtt_us, index) =>
      atTime(now + index * 5_000, () =>
        nats.deliver(...rttMessage('leaf-1', { seq: index, native_rtt_us, native: null })),
      ),
    );
    expect(figures(unitOf(history).nativeUs)).to.deep.equal([150, null, null, 170]);
    expect([...unitOf(history).nativeLost]).to.deep.equal([0, 1, 1, 0]);
  });

  it("puts a gap where nothing came for 2.5 of the unit's own intervals, and none where little was missing", () => {
    const { nats, history } = listening();
    const now = Date.now();
    const send = (unit: string, after: number, interval_ms: number): void =>
      atTime(now + after, () => nats.deliver(...rttMessage(unit, { interval_ms, native_rtt_us: 100 })));
    for (const after of [0, 1_000, 5_000]) send('quick', after, 1_000);
    for (const after of [0, 5_000, 15_000]) send('slow', after, 5_000);
    expect(figures(unitOf(history, 'quick').nativeUs)).to.deep.equal([100, 100, null, 100]);
    expect([...unitOf(history, 'quick').at]).to.deep.equal([now, now + 1_000, now + 2_000, now + 5_000]);
    expect(figures(unitOf(history, 'slow').nativeUs)).to.deep.equal([100, 100, 100]);
  });

  it('measures the interval of a guardian that does not say it', () => {
    const { nats, history } = listening();
    const now = Date.now();
    [0, 1_000, 2_000, 3_000, 8_000].forEach((after) =>
      atTime(now + after, () => nats.deliver(...rttMessage('leaf-1', { interval_ms: undefined, native_rtt_us: 100 }))),
    );
    expect(figures(unitOf(history).nativeUs)).to.deep.equal([100, 100, 100, 100, null, 100]);
  });

  it('does not believe an interval of a millennium or of nothing', () => {
    for (const interval_ms of [1e300, 0]) {
      const { nats, history } = listening();
      nats.deliver(...rttMessage('leaf-1', { interval_ms }));
      expect(unitOf(history).intervalMs).to.equal(null);
    }
  });

  it('counts readings that never came and restarts', () => {
    const { nats, history } = listening();
    for (const seq of [1, 2, 5, 6]) nats.deliver(...rttMessage('leaf-1', { seq }));
    const started_at = Date.now();
    for (const seq of [1, 2]) nats.deliver(...rttMessage('leaf-1', { seq, started_at }));
    expect(unitOf(history).lost).to.equal(2);
    expect(unitOf(history).restarts).to.equal(1);
  });

  it('takes a lower number for a restart where a guardian does not say when it was started', () => {
    const { nats, history } = listening();
    for (const seq of [5, 6, 1, 2]) nats.deliver(...rttMessage('leaf-1', { seq, started_at: undefined }));
    expect(unitOf(history).restarts).to.equal(1);
    expect(unitOf(history).at).to.have.length(4);
  });

  it('ignores repeats, and puts what comes late where it belongs: no loss any more, and no restart', () => {
    const { nats, history } = listening();
    const now = Date.now();
    const send = (seq: number, headers?: Record<string, string>): void => {
      const [subject, body] = rttMessage('leaf-1', { seq, ts: now + seq * 5_000, native_rtt_us: 100 + seq });
      nats.deliver(subject, body, headers);
    };
    for (const seq of [1, 2, 6]) atTime(now + seq * 5_000, () => send(seq));
    expect(unitOf(history).lost).to.equal(3);
    expect(figures(unitOf(history).nativeUs)).to.deep.equal([101, 102, null, 106]);
    atTime(now + 31_000, () => send(6));
    for (const seq of [3, 4, 5, 4]) atTime(now + 32_000, () => send(seq, { 'X-Backlog': String(now + 32_000) }));
    atTime(now + 32_000, () => {
      const unit = unitOf(history);
      expect(figures(unit.nativeUs)).to.deep.equal([101, 102, 103, 104, 105, 106]);
      expect([...unit.at]).to.deep.equal([1, 2, 3, 4, 5, 6].map((seq) => now + seq * 5_000));
      expect({ lost: unit.lost, restarts: unit.restarts }).to.deep.equal({ lost: 0, restarts: 0 });
      expect(unit.last.seq, 'a backlog is not the newest figure').to.equal(6);
      expect(unit.receivedAt, 'and no sign of life').to.equal(now + 30_000);
    });
  });

  it('keeps a curve for each target, all numbered by one count', () => {
    const { nats, history } = listening();
    nats.deliver(...rttMessage('leaf-1', { seq: 1 }));
    nats.deliver(...rttMessage('leaf-1', { seq: 2, target: 'hub', native_rtt_us: null }));
    nats.deliver(...rttMessage('leaf-1', { seq: 3 }));
    nats.deliver(...rttMessage('leaf-1', { seq: 4, target: 'hub', native_rtt_us: null }));
    const lines = history.snapshot.data?.units ?? [];
    expect(lines.map(({ unit, target, at, lost }) => [unit, target, at.length, lost])).to.deep.equal([
      ['leaf-1', null, 2, 0],
      ['leaf-1', 'hub', 2, 0],
    ]);
  });

  it('keeps times rising when messages come at once, and begins anew when the clock is set back', () => {
    const { nats, history } = listening();
    const now = Date.now();
    for (let seq = 0; seq < 5; seq++) atTime(now, () => nats.deliver(...rttMessage('leaf-1', { seq })));
    const { at } = unitOf(history);
    expect(at.every((time, row) => row === 0 || time > (at[row - 1] ?? 0))).to.equal(true);
    atTime(now - 3_600_000, () => nats.deliver(...rttMessage('leaf-1', { seq: 5 })));
    expect([...unitOf(history).at]).to.deep.equal([now - 3_600_000]);
    expect(unitOf(history).dropped).to.equal(5);
  });

  it('is bounded in points, and says how many it dropped', () => {
    const { nats, history } = listening({ points: 10 });
    for (let seq = 0; seq < 25; seq++) nats.deliver(...rttMessage('leaf-1', { seq, native_rtt_us: seq + 1 }));
    expect([...unitOf(history).nativeUs]).to.deep.equal([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    expect(unitOf(history).dropped).to.equal(15);
  });

  it('is bounded in units: made-up names do not push out one that is heard, but take the place of one that is not', () => {
    const { nats, history } = listening({ units: 3 });
    const now = Date.now();
    const from = (unit: string, at: number): void => atTime(at, () => nats.deliver(...rttMessage(unit)));
    from('gone', now - 60_000);
    from('leaf-1', now);
    from('leaf-2', now);
    from('made-up-1', now);
    from('made-up-2', now);
    from('made-up-3', now);
    expect(history.snapshot.data?.units.map(({ unit }) => unit)).to.deep.equal(['leaf-1', 'leaf-2', 'made-up-1']);
    expect(history.snapshot.data?.refused).to.equal(2);
  });

  it('gives the same snapshot while nothing changed, and the same unit while others changed', () => {
    const { nats, history } = listening();
    nats.deliver(...rttMessage('leaf-1'));
    nats.deliver(...rttMessage('leaf-2'));
    const first = history.snapshot;
    expect(history.snapshot).to.equal(first);
    const before = unitOf(history, 'leaf-1');
    nats.deliver(...rttMessage('leaf-2', { seq: 2 }));
    expect(unitOf(history, 'leaf-1')).to.equal(before);
    expect(history.snapshot).not.to.equal(first);
  });

  it('costs one subscription, however many ask', () => {
    const nats = new FakeNats();
    const connection = adoptConnection(nats);
    for (let index = 0; index < 10; index++) rttHistorySource(connection, null).subscribe(() => undefined);
    expect(nats.subscribed).to.deep.equal([SUBJECT]);
    rttHistorySource(connection, 'leaf-1').subscribe(() => undefined);
    expect(nats.subscribed).to.deep.equal([SUBJECT, 'ops.metric.rtt.leaf-1']);
  });
});
