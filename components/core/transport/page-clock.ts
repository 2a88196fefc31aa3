/** This page's clock, µs since the epoch. */
export interface PageClock {
  readonly nowUs: () => number;
  /** The most that a reading is off, µs: browsers coarsen the clock that pages see. */
  readonly resolutionUs: number;
}

/** Looking for steps holds the page up for so long at the most, ms; as a rule a tenth of it. A busy machine makes one step long. */
const LONGEST_LOOK_MS = 20;
const STEPS = 5;
/** What a browser coarsens its clock to at the most (Firefox with `resistFingerprinting`), µs. */
const COARSEST_US = 100_000;

let clock: PageClock | null = null;

/** The one clock of the page: its resolution is found out once. */
export function pageClock(): PageClock {
  return (clock ??= { nowUs, resolutionUs: resolutionOf(() => performance.now()) });
}

/** The least step that a clock was seen to take, µs; the coarsest there is where it took none meanwhile. */
export function resolutionOf(now: () => number): number {
  const begin = now();
  let last = begin;
  let least = Infinity;
  // a clock that stands still cannot say when the look is over: so many looks take longer than that anywhere
  for (let steps = 0, looks = 0; steps < STEPS && looks < 500_000 && last - begin < LONGEST_LOOK_MS; looks++) {
    const next = now();
    if (next <= last) continue;
    least = Math.min(least, next - last);
    last = next;
    steps++;
  }
  return Number.isFinite(least) ? Math.min(COARSEST_US, Math.max(1, least * 1_000)) : COARSEST_US;
}

/** Runs on at one rate since the page was loaded, whatever is done to the machine's clock meanwhile. */
function nowUs(): number {
  return (performance.timeOrigin + performance.now()) * 1_000;
}

/** The machine's own clock less the page's, ms: it was set, or slept, since the page was loaded. */
export function wallDifferenceMs(): number {
  return Date.now() - (performance.timeOrigin + performance.now());
}
