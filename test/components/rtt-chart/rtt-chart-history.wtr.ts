import { expect } from '@open-wc/testing';
import { rttHistorySource } from '../../../components/core/sources/rtt-history.ts';
import { adoptConnection } from '../../../components/core/transport/adopted-connection.ts';
import { FakeNats, FakeHistory, rttMessage } from '../../../components/testing/index.ts';
import { until } from '../core-ui-time-chart/helpers.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { rootOf, rows, shown, stretchesOf } from './helpers.ts';

describe('<nunect-rtt-chart> with a stream behind it', () => {
  const HOUR = 3_600_000;

  /** An hour of readings every 10 s, the last one a moment ago; `skip` says which are not there. */
  function hour(
    stream: FakeHistory,
    unit: string,
    skip: (step: number) => boolean = () => false,
    target?: string,
  ): void {
    const now = Date.now();
    for (let step = 0; step < 360; step++) {
      if (skip(step)) continue;
      const at = now - HOUR + (step + 1) * 10_000 - 2_000;
      const body = { seq: step + 1, ts: at, interval_ms: 10_000, native_rtt_us: 100 + (step % 50) };
      stream.store(rttMessage(unit, target === undefined ? body : { ...body, target }), at);
    }
  }

  for (const old of [false, true])
    it(`begins with the last hour, ${old ? 'from a server before 2.11 with at most 300 requests' : 'in few requests'}`, async () => {
      const nats = new FakeNats();
      const stream = new FakeHistory(nats, { old });
      hour(stream, 'leaf-1');
      const element = await shown(nats, { minutes: 60, history: '', unit: 'leaf-1' });
      await untilText(element, 'leaf-1 native');
      await untilText(element, old ? 'The stream holds more than is read at once' : 'Over the last 1 h');
      if (!old) expect(textOf(element)).not.to.include('The stream holds');
      expect(stream.asked.length).to.be.below(old ? 301 : 5);
      const drawn = await stretchesOf(element);
      expect(drawn.length, `curve without gaps: ${JSON.stringify(drawn)}`).to.equal(1);
      await until(() => rows(element)[0]?.includes('| 100 µs |'), `figures of the hour: ${rows(element)[0]}`);
      await expect(element).to.be.accessible();
      nats.deliver(...rttMessage('leaf-1', { seq: 361, interval_ms: 10_000, native_rtt_us: 99 }));
      await until(() => rows(element)[0]?.startsWith('leaf-1 native | 99 µs'), 'and goes on');
      expect(textOf(element)).not.to.match(/never came|restart/);
    });

  it('draws a time without readings as a gap, and says from when on the stream holds any', async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    hour(stream, 'leaf-1', (step) => step < 100 || (step >= 200 && step < 260));
    const element = await shown(nats, { minutes: 60, history: '' });
    await untilText(element, 'leaf-1 native');
    await untilText(element, 'The stream holds no readings before ');
    await until(async () => (await stretchesOf(element)).length === 2, 'two stretches');
  });

  it('has a line for each target', async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    hour(stream, 'leaf-1', undefined, 'hub');
    const element = await shown(nats, { minutes: 60, history: '', kind: 'app' });
    await untilText(element, 'leaf-1 → hub app');
  });

  it('says what to do where no stream answers, and shows what arrives all the same', async () => {
    const nats = new FakeNats();
    const element = await shown(nats, { history: '' });
    nats.deliver(...rttMessage('leaf-1'));
    await untilText(element, 'No history: No stream OPS answers');
    expect(textOf(element)).to.include('nunect-guardian setup-streams').and.include('leaf-1 native');
  });

  it('names the subject where the login may not read the stream', async () => {
    const nats = new FakeNats();
    nats.deny('OPSJS.DIRECT.GET.OPS');
    const element = await shown(nats, { history: '' });
    nats.deliver(...rttMessage('leaf-1'));
    await untilText(element, 'No history: This login may not publish to OPSJS.DIRECT.GET.OPS');
  });

  it('asks no stream when its history is off', async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    hour(stream, 'leaf-1');
    const element = await shown(nats, { history: 'off' });
    await untilStatus(element, 'empty');
    expect(stream.asked).to.deep.equal([]);
  });

  it("places the past by this browser's clock where the stream's is another, and says so", async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    const ahead = 600_000;
    const now = Date.now();
    for (let seq = 1; seq <= 30; seq++)
      stream.store(rttMessage('leaf-1', { seq, interval_ms: 10_000 }), now + ahead - (31 - seq) * 10_000);
    const element = await shown(nats, { minutes: 60, history: '' });
    await untilText(element, 'leaf-1 native');
    const live = rttMessage('leaf-1', { seq: 31, interval_ms: 10_000 });
    stream.store(live, Date.now() + ahead);
    nats.deliver(...live);
    await untilText(element, "The stream's clock is 600 s ahead of this browser's");
    const unit = rttHistorySource(adoptConnection(nats), null, HOUR).snapshot.data?.units[0];
    expect(unit?.at.length).to.equal(31);
    expect(Math.max(...(unit?.at ?? []))).to.be.below(Date.now() + 1);
  });

  it('fills what came while it was cut off, once the connection is back', async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    const store = (seq: number): ReturnType<typeof rttMessage> => {
      const message = rttMessage('leaf-1', { seq, interval_ms: 20_000, native_rtt_us: 100 });
      stream.store(message, Date.now());
      return message;
    };
    const element = await shown(nats, { history: '' });
    for (let seq = 1; seq <= 5; seq++) nats.deliver(...store(seq));
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilText(element, 'Stale');
    for (let seq = 6; seq <= 19; seq++) store(seq);
    nats.reconnect();
    const source = rttHistorySource(adoptConnection(nats), null, 600_000);
    await until(() => source.snapshot.data?.units[0]?.nativeUs.length === 19, 'every reading, and no gap');
    nats.deliver(...store(20));
    await untilStatus(element, 'live');
    const unit = source.snapshot.data?.units[0];
    expect([...(unit?.nativeUs ?? [])]).to.deep.equal(Array.from({ length: 20 }, () => 100));
    expect([unit?.lost, unit?.restarts]).to.deep.equal([0, 0]);
  });

  it('exports what is drawn', async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    hour(stream, 'leaf-1', (step) => step < 357);
    const element = await shown(nats, { minutes: 60, history: '', kind: 'native' });
    await untilText(element, 'leaf-1 native');
    const created = URL.createObjectURL.bind(URL);
    let file: Blob | null = null;
    URL.createObjectURL = (blob: Blob) => {
      file = blob;
      return created(blob);
    };
    try {
      const button = [...rootOf(element).querySelectorAll('button')].find(
        (each) => each.textContent === 'Download CSV',
      );
      button?.click();
    } finally {
      URL.createObjectURL = created;
    }
    const lines = (await (file as Blob | null)?.text())?.trim().split('\r\n') ?? [];
    expect(lines[0]).to.equal('Unit,Target,Kind,Time,Unit\'s time,"Round trip, µs",Lost');
    expect(lines).to.have.length(4);
    expect(lines[1]).to.match(/^leaf-1,leaf-1,native,\d{4}-.*Z,\d{4}-.*Z,107,0$/);
  });
});
