/** Small corrections of a clock are no news, ms. */
const SET_BACK_MS = 1_000;

/**
 * Whether `span` ms have passed between `then` and `now`, both ms since the epoch by this browser's clock. A clock that
 * was set back since cannot tell any more how old a thing is: it counts as old, so that nothing old looks fresh.
 */
export function hasPassed(then: number, span: number, now = Date.now()): boolean {
  return now - then >= span || now < then - SET_BACK_MS;
}
