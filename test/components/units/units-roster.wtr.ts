import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/units/nunect-units.ts';
import type { NunectUnits } from '../../../components/units/nunect-units.ts';
import { FakeHistory, FakeNats, heartbeatMessage } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const HOUR = 3_600_000;

async function shown(nats: FakeNats, unit: string | null = null): Promise<NunectUnits> {
  return fixture<NunectUnits>(html`<nunect-units .unit=${unit} .connection=${nats}></nunect-units>`);
}

describe('<nunect-units> with a stream behind it', () => {
  for (const old of [false, true])
    it(`shows a unit that is silent now as late, with its age${old ? ', from a server before 2.11' : ''}`, async () => {
      const nats = new FakeNats();
      const stream = new FakeHistory(nats, { old });
      const now = Date.now();
      stream.store(heartbeatMessage('leaf-2', { status: 'degraded', reasons: ['disk full'] }), now - 3 * HOUR);
      stream.store(heartbeatMessage('leaf-1'), now - 2 * HOUR);
      stream.store(heartbeatMessage('leaf-1'), now - 1_000);
      const element = await shown(nats);
      await untilText(element, '2 units: 1 late, 1 healthy');
      expect(textOf(element)).to.match(
        /leaf-2 ….*late, was degraded.*Nothing for 3 h; it sends every 5 s. The stream has this of it./,
      );
      expect(textOf(element)).to.include('Missing: leaf-2');
      expect(stream.asked.length).to.be.below(5);
      await expect(element).to.be.accessible();
      nats.deliver(...heartbeatMessage('leaf-2'));
      await untilText(element, '2 units: 2 healthy');
      await untilStatus(element, 'live');
      expect(textOf(element)).not.to.include('The stream has this of it');
    });

  it('is stale, not empty, where all are silent', async () => {
    const nats = new FakeNats();
    new FakeHistory(nats).store(heartbeatMessage('leaf-1'), Date.now() - HOUR);
    const element = await shown(nats);
    await untilText(element, 'late, was healthy');
    await untilStatus(element, 'stale');
  });

  it('knows no losses and restarts of what it has not heard itself, and says so', async () => {
    const nats = new FakeNats();
    new FakeHistory(nats).store(heartbeatMessage('leaf-1'), Date.now() - HOUR);
    const element = await shown(nats, 'leaf-1');
    await untilText(element, 'leaf-1');
    expect(textOf(element)).not.to.match(/Lost|Restarts/);
  });

  it('takes late messages for no sign of life, and for no loss any more', async () => {
    const nats = new FakeNats();
    new FakeHistory(nats);
    const element = await shown(nats, 'leaf-1');
    for (const sequence of [1, 5]) nats.deliver(...heartbeatMessage('leaf-1', { sequence, interval_ms: 200 }));
    await untilText(element, 'Lost 3');
    await untilText(element, 'late, was healthy');
    for (const sequence of [2, 3, 4]) {
      const [subject, body, headers] = heartbeatMessage('leaf-1', { sequence, interval_ms: 200 });
      nats.deliver(subject, body, { ...headers, 'X-Backlog': String(Date.now()) });
    }
    await untilText(element, 'Lost 0');
    expect(textOf(element)).to.include('late, was healthy').and.include('Restarts 0').and.include('Sequence 5');
  });

  it('asks for thousands only those that stay silent', async () => {
    const nats = new FakeNats();
    const stream = new FakeHistory(nats);
    const names = Array.from({ length: 1_500 }, (_, index) => `leaf-${String(index).padStart(4, '0')}`);
    for (const name of names) stream.store(heartbeatMessage(name), Date.now() - HOUR);
    const element = await shown(nats);
    await untilStatus(element, 'empty');
    for (const name of names.slice(0, 1_490)) nats.deliver(...heartbeatMessage(name, { interval_ms: 60_000 }));
    await untilText(element, '1,500 units: 10 late, 1,490 healthy', 12_000);
    expect(stream.asked.flatMap((each) => each.multi_last ?? [])).to.have.length(10);
  }).timeout(20_000);

  it('says what to do where no stream answers, and shows those that are heard', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...heartbeatMessage('leaf-1'));
    await untilText(element, 'Units that are silent now are not known');
    expect(textOf(element)).to.include('nunect-guardian setup-streams').and.include('leaf-1');
  });

  it('says since when a state holds', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    element.view = 'table';
    nats.deliver(...heartbeatMessage('leaf-1'));
    await untilText(element, '≥ 0 s');
    nats.deliver(...heartbeatMessage('leaf-1', { status: 'critical', reasons: ['disk full'] }));
    await untilText(element, 'critical');
    await waitUntil(() => !textOf(element).includes('≥'));
  });
});
