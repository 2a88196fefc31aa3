import { expect } from '@open-wc/testing';
import { clockOffsetOf, ClockOffsetWindow } from '../../../components/core/sources/clock-offset.ts';

/** An exchange with a server whose clock is ahead by `ahead`, over a link that takes `there` and `back`, all ms. */
function exchange(at: number, ahead: number, there: number, back: number) {
  return {
    askedAt: Math.floor(at),
    serverTime: Math.floor(at + there + ahead),
    receivedAt: Math.floor(at + there + back),
  };
}

describe('the offset of a clock from one exchange', () => {
  it('is exact on an even link, and bounded by half the round trip', () => {
    const offset = clockOffsetOf({ askedAt: 1_000, serverTime: 6_010, receivedAt: 1_020 });
    expect(offset).to.deep.equal({ offsetMs: 5_000, boundMs: 11, at: 1_020 });
  });

  it('has the true offset within its bound, however uneven the link and wherever the milliseconds are cut', () => {
    let seed = 7;
    const random = (most: number): number => ((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647) * most;
    for (let run = 0; run < 5_000; run++) {
      const ahead = random(20_000) - 10_000;
      const offset = clockOffsetOf(exchange(1e12 + random(1e6), ahead, random(80), random(80)));
      expect(offset).not.to.equal(null);
      if (offset) expect(Math.abs(offset.offsetMs - ahead)).to.be.at.most(offset.boundMs);
    }
  });

  it('is unknown when the browser’s clock was set back meanwhile', () => {
    expect(clockOffsetOf({ askedAt: 2_000, serverTime: 2_000, receivedAt: 1_000 })).to.equal(null);
    expect(clockOffsetOf({ askedAt: 2_000, serverTime: NaN, receivedAt: 2_001 })).to.equal(null);
  });
});

describe('the offset of a clock from many exchanges', () => {
  it('is the one of the least round trip in the last minute', () => {
    const window = new ClockOffsetWindow();
    expect(window.best(0)).to.equal(null);
    window.take(exchange(10_000, 250, 40, 2));
    window.take(exchange(12_000, 250, 1, 1));
    window.take(exchange(14_000, 250, 60, 60));
    expect(window.best(14_120)?.offsetMs).to.be.closeTo(250, 1);
    expect(window.best(14_120)?.boundMs).to.be.closeTo(2, 0.5);
    window.take(exchange(90_000, 250, 20, 20));
    expect(window.best(90_040)?.boundMs).to.equal(21);
  });

  it('has a bound that grows with its age', () => {
    const window = new ClockOffsetWindow();
    window.take(exchange(1_000, 0, 1, 1));
    const [then, later] = [window.best(1_002), window.best(3_601_002)];
    expect(later?.boundMs).to.be.closeTo((then?.boundMs ?? 0) + 720, 0.001);
  });

  it('begins anew when one of the clocks was set', () => {
    const window = new ClockOffsetWindow();
    window.take(exchange(1_000, 0, 1, 1));
    window.take(exchange(3_000, 5_000, 30, 30));
    expect(window.best(3_060)?.offsetMs).to.be.closeTo(5_000, 31);
  });
});
