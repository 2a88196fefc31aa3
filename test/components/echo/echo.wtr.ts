import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/echo/nunect-echo.ts';
import type { NunectEcho } from '../../../components/echo/nunect-echo.ts';
import { figuresOf, offsetText } from '../../../components/echo/echo.model.ts';
import { resolutionOf } from '../../../components/core/transport/page-clock.ts';
import { echoOf, FakeNats, heartbeatMessage, type EchoConduct } from '../../../components/testing/index.ts';
import { fourTimestampOffset } from '../../../protocol/echo.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { button, find } from '../sys-log/helpers.ts';

const SUBJECT = 'ops.echo.leaf-1';

async function echo(conduct: EchoConduct | null, running = true): Promise<{ element: NunectEcho; nats: FakeNats }> {
  const nats = new FakeNats();
  if (conduct) nats.respond(SUBJECT, echoOf(conduct));
  const element = await fixture<NunectEcho>(
    html`<nunect-echo unit="leaf-1" interval="1" ?running=${running} .connection=${nats}></nunect-echo>`,
  );
  return { element, nats };
}

/** The offset and its bound as they are shown, ms. */
function offsetOf(element: Element): { readonly offset: number; readonly bound: number } {
  const text = find(element, '.offset').textContent?.replace(/\s+/g, ' ').trim() ?? '';
  const [, sign, size, unit = '', bound, boundUnit = ''] =
    /^([+−]?)([\d.,]+) (ns|µs|ms|s) ± ([\d.,]+) (ns|µs|ms|s)$/.exec(text) ?? [];
  const factor: Record<string, number> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1e3 };
  return {
    offset: (sign === '−' ? -1 : 1) * Number(size?.replaceAll(',', '')) * (factor[unit] ?? NaN),
    bound: Number(bound?.replaceAll(',', '')) * (factor[boundUnit] ?? NaN),
  };
}

function asked(nats: FakeNats): number {
  return nats.published.filter((subject) => subject === SUBJECT).length;
}

describe('<nunect-echo>', () => {
  it('asks nobody before it is started, and offers the units that are heard', async () => {
    const nats = new FakeNats();
    nats.respond(SUBJECT, echoOf());
    const element = await fixture<NunectEcho>(html`<nunect-echo interval="1" .connection=${nats}></nunect-echo>`);
    await untilText(element, 'Which unit?');
    expect(nats.subscribed).to.deep.equal(['ops.heartbeat.*']);
    nats.deliver(...heartbeatMessage('leaf-2'));
    nats.deliver(...heartbeatMessage('leaf-1'));
    await untilText(element, 'Choose one');
    expect(element.shadowRoot?.querySelectorAll('datalist option').length).to.equal(2);
    await expect(element).to.be.accessible();
    expect(nats.published).to.deep.equal([]);
    const told: unknown[] = [];
    element.addEventListener('nunect-view-change', (event) => told.push((event as CustomEvent<unknown>).detail));
    button(element, 'leaf-1').click();
    await untilStatus(element, 'live');
    expect(told).to.deep.equal([{ unit: 'leaf-1' }]);
    await waitUntil(() => nats.subscribed.includes('ops.heartbeat.leaf-1'), 'that unit alone is heard');
  });

  it('measures round trips in bursts, and shows what a burst says', async () => {
    const { element, nats } = await echo({ thereMs: 6, backMs: 6, inUnitMs: 4 });
    await untilStatus(element, 'live');
    await untilText(element, /0 of 8/);
    expect(asked(nats), 'one burst').to.equal(8);
    const text = textOf(element);
    const [, p50 = ''] = /Round trip, p50 ([\d.]+) ms/.exec(text) ?? [];
    expect(Number(p50)).to.be.within(16, 200);
    const [, inUnit = ''] = /In the unit ([\d.]+) ms/.exec(text) ?? [];
    expect(Number(inUnit)).to.be.within(3.8, Number(p50));
    expect(text).to.match(/Jitter [\d.]+ (?:ms|µs)/);
    await untilText(element, /0 of 16/);
    await expect(element).to.be.accessible();
  });

  for (const [words, conduct, truth] of [
    ['3 s ahead', { offsetMs: 3_000 }, 3_000],
    ['2 s behind', { offsetMs: -2_000, inUnitMs: 5 }, -2_000],
    ['right, by a way that is slow in one direction only', { thereMs: 60, backMs: 1 }, 0],
    ['40 ms ahead, by a way that hides it', { offsetMs: 40, thereMs: 1, backMs: 90 }, 40],
  ] as const) {
    it(`shows the clock offset with a bound that holds: ${words}`, async () => {
      const { element } = await echo(conduct);
      await untilText(element, /± /);
      const { offset, bound } = offsetOf(element);
      expect(Math.abs(offset - truth), `${offset} ± ${bound} is to hold ${truth}`).to.be.at.most(bound * 1.01 + 0.01);
      expect(bound).to.be.above(0);
      const told =
        Math.abs(offset) > bound
          ? offset > 0
            ? 'is ahead of this'
            : 'is behind of this'
          : 'no difference that can be told';
      expect(textOf(element)).to.include(told);
    });
  }

  it('counts what is lost, and goes on', async () => {
    const { element } = await echo({ lost: (index) => index === 2 });
    await untilText(element, /1 of 8/, 6_000);
    expect(find(element, '.stat.warn').textContent).to.include('Lost');
    await untilStatus(element, 'live');
  });

  it('says what to do when nobody listens, when it is refused and when it is not allowed', async () => {
    const absent = await echo(null);
    await untilStatus(absent.element, 'error');
    expect(textOf(absent.element)).to.match(/Nobody answers ops\.echo\.leaf-1\. See under Units whether leaf-1 runs/);
    const refused = await echo({ headers: { 'Nats-Service-Error': 'too many\u202e' } });
    await untilText(refused.element, 'leaf-1 refuses the echo: too many\ufffd');
    const denied = await echo({});
    denied.element.stop();
    denied.nats.deny(SUBJECT);
    denied.element.start();
    await untilText(denied.element, 'may not publish to ops.echo.leaf-1');
  });

  it('does not press a unit that is silent', async () => {
    const silent = await echo({ lost: () => true });
    await untilText(silent.element, 'leaf-1 did not answer within 2 s', 7_000);
    expect(asked(silent.nats), 'a unit that is away is not asked eight times').to.equal(2);
  });

  it('shows no offset where the unit does not tell its time, and none without a bound', async () => {
    const { element } = await echo({ headers: { 'X-Other': '1' } });
    await untilText(element, 'Clock offset unknown');
    await untilText(element, /0 of 8/);
    expect(textOf(element)).to.not.include('±');
  });

  it('takes no answer that is another request’s', async () => {
    const nats = new FakeNats();
    nats.respond(SUBJECT, () => ['something else']);
    const element = await fixture<NunectEcho>(
      html`<nunect-echo unit="leaf-1" running .connection=${nats}></nunect-echo>`,
    );
    await untilStatus(element, 'error');
    expect(textOf(element)).to.include('did not answer');
  });

  it('stops at once, keeps its figures with their age, and goes on', async () => {
    const { element, nats } = await echo({});
    await untilText(element, /0 of 8/);
    button(element, 'Stop').click();
    await untilStatus(element, 'stale');
    await untilText(element, 'Stopped: press Start to go on.');
    const before = asked(nats);
    await new Promise((resolve) => setTimeout(resolve, 1_400));
    expect(asked(nats)).to.equal(before);
    button(element, 'Start').click();
    await untilStatus(element, 'live');
    await waitUntil(() => asked(nats) > before, 'it asks again');
  });

  it('asks nobody while its page is cut off, says that it is stale, and goes on', async () => {
    const { element, nats } = await echo({});
    await untilText(element, /0 of 8/);
    nats.disconnect();
    await untilStatus(element, 'stale');
    const before = asked(nats);
    nats.reconnect();
    await untilStatus(element, 'live');
    await waitUntil(() => asked(nats) > before, 'it asks again');
  });

  it('goes on with another unit that is typed, and refuses what is none', async () => {
    const { element, nats } = await echo({});
    nats.respond('ops.echo.leaf-2', echoOf({ offsetMs: 9_000 }));
    await untilText(element, /0 of 8/);
    const field = find<HTMLInputElement>(element, 'input[name=unit]');
    field.value = 'a.b';
    field.dispatchEvent(new Event('change'));
    await untilText(element, 'No unit: the unit id holds "."');
    field.value = ' leaf-2 ';
    field.dispatchEvent(new Event('change'));
    await untilText(element, 'leaf-2’s clock is ahead of this browser’s');
    expect(textOf(element)).to.not.include('No unit');
  });

  it('has no room trouble in 360 px', async () => {
    const { element } = await echo({ offsetMs: 3_000 });
    element.style.setProperty('width', '360px');
    await untilText(element, /0 of 8/);
    const card = find(element, '.card');
    expect(card.scrollWidth).to.be.at.most(card.clientWidth);
  });
});

describe('figures of echoes', () => {
  it('are of what came back, and say how much did not', () => {
    const sample = (rttUs: number | null) => ({ at: 0, rttUs, responderUs: null });
    const figures = figuresOf([sample(100), sample(null), sample(300), sample(200)]);
    expect(figures).to.deep.equal({
      sent: 4,
      lost: 1,
      min: 100,
      p50: 200,
      p99: 300,
      max: 300,
      jitter: 150,
      responder: null,
    });
    expect(figuresOf([]).p50).to.equal(null);
  });
});

describe('an offset', () => {
  it('has no digit that its bound does not bear', () => {
    for (const [offset, bound, text] of [
      [3_000.4, 3.6, '+3.000 s'],
      [-38.123, 42.5, '−38 ms'],
      [1.2345, 0.02, '+1.23 ms'],
      [0, 1, '0 ns'],
    ] as const)
      expect(offsetText(offset, bound)).to.equal(text);
  });
});

describe('the page’s clock', () => {
  it('finds the step that a browser coarsens it to, and assumes the coarsest where it sees none', () => {
    for (const step of [0.1, 1]) {
      let calls = 0;
      expect(resolutionOf(() => Math.floor(++calls / 50) * step)).to.be.closeTo(step * 1_000, 0.01);
    }
    expect(resolutionOf(() => 7)).to.equal(100_000);
    // held up for 10 ms by another program, as it looks
    let looks = 0;
    expect(resolutionOf(() => (++looks > 30 ? 10 : 0) + Math.floor(looks / 50) * 0.1)).to.be.closeTo(100, 0.01);
  });

  it('is in the bound: whatever a coarse clock makes of the true times, the true offset lies within', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let run = 0; run < 5_000; run++) {
      const step = [0, 5, 100, 1_000][run % 4] ?? 0;
      const offset = (random() - 0.5) * 1e7;
      const [there, inUnit, back] = [random() * 2_000, random() * 500, random() * 2_000];
      const start = 1.7e15 + random() * 1e6;
      const coarse = (us: number): number => (step === 0 ? us : Math.floor(us / step) * step);
      const told = fourTimestampOffset(
        {
          t1: coarse(start),
          t2: start + there + offset,
          t3: start + there + inUnit + offset,
          t4: coarse(start + there + inUnit + back),
        },
        step,
      );
      expect(told, `run ${run}`).to.not.equal(null);
      if (told) expect(Math.abs(told.offsetUs - offset), `run ${run}, step ${step}`).to.be.at.most(told.boundUs + 1);
    }
  });
});
