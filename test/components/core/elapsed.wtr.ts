import { expect } from '@open-wc/testing';
import { hasPassed } from '../../../components/core/sources/elapsed.ts';

describe('the passing of time', () => {
  it('is told by the clock', () => {
    expect(hasPassed(10_000, 5_000, 14_999)).to.equal(false);
    expect(hasPassed(10_000, 5_000, 15_000)).to.equal(true);
  });

  it('counts as passed when the clock was set back, so that nothing old looks fresh', () => {
    expect(hasPassed(10_000_000, 5_000, 10_000_000 - 3_600_000)).to.equal(true);
    expect(hasPassed(10_000_000, 5_000, 10_000_000 - 500), 'a small correction').to.equal(false);
  });
});
