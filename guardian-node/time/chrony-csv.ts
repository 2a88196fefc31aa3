/** chronyc's own CSV (`chronyc -c -n tracking`, `… sources`), for where UDP is closed and for what operators send in. */
import { ClockReadError, type ChronySource, type ChronySourceState, type ChronyTracking } from './reader.ts';

const STATES: Readonly<Record<string, ChronySourceState>> = {
  '*': 'selected',
  '?': 'unreachable',
  x: 'falseticker',
  '~': 'jittery',
  '-': 'unselected',
  '+': 'selectable',
};
const MODES: Readonly<Record<string, ChronySource['mode']>> = { '^': 'server', '=': 'peer', '#': 'refclock' };
const LEAPS = ['Normal', 'Insert second', 'Delete second', 'Not synchronised'] as const;

/**
 * Reads the line of `tracking`, 14 columns.
 *
 * @throws ClockReadError (garbled) when it is none
 */
export function parseTrackingCsv(line: string): ChronyTracking {
  const c = line.trim().split(',');
  const leap = LEAPS.find((word) => word === c[13]);
  if (c.length !== 14 || leap === undefined) throw garbled('tracking', line);
  const n = (column: number): number => finite(c[column], 'tracking', line);
  return {
    refId: c[0] ?? '',
    name: c[1] ?? '',
    stratum: n(2),
    leap,
    refTimeS: n(3) > 0 ? n(3) : null,
    // chronyc's CSV counts what the clock is behind.
    systemTimeS: -n(4) + 0,
    lastOffsetS: n(5),
    rmsOffsetS: n(6),
    freqPpm: n(7),
    residualPpm: n(8),
    skewPpm: n(9),
    rootDelayS: n(10),
    rootDispersionS: n(11),
    updateIntervalS: n(12),
  };
}

/**
 * Reads one line of `sources`, 10 columns.
 *
 * @throws ClockReadError (garbled) when it is none
 */
export function parseSourceCsv(line: string): ChronySource {
  const c = line.trim().split(',');
  const mode = MODES[c[0] ?? ''];
  const state = STATES[c[1] ?? ''];
  if (c.length !== 10 || !mode || !state) throw garbled('sources', line);
  const n = (column: number): number => finite(c[column], 'sources', line);
  const reach = parseInt(c[5] ?? '', 8);
  if (Number.isNaN(reach)) throw garbled('sources', line);
  return {
    mode,
    state,
    name: c[2] ?? '',
    stratum: n(3),
    poll: n(4),
    reach,
    lastRxS: n(6) === 4294967295 ? null : n(6),
    adjustedS: n(7),
    measuredS: n(8),
    errorS: n(9),
  };
}

function finite(text: string | undefined, what: string, line: string): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value)) throw garbled(what, line);
  return value;
}

function garbled(what: string, line: string): ClockReadError {
  return new ClockReadError('garbled', `chronyc ${what}: not its CSV: ${line.slice(0, 120)}`);
}
