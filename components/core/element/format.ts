/** Numbers, bytes and times as people read them, in the browser's language. Every result carries its unit. */

const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const time = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

/** What is shown where there is no figure. Never 0. */
export const UNKNOWN = '–';

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A count, grouped: 12,345. */
export function formatCount(value: number | null | undefined): string {
  return isKnown(value) ? whole.format(value) : UNKNOWN;
}

/** Three significant digits at most, grouped. */
export function formatNumber(value: number | null | undefined): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value);
  return size >= 100 ? whole.format(value) : number.format(value);
}

/** Bytes in binary units, labelled so: 1.5 MiB. */
export function formatBytes(value: number | null | undefined): string {
  if (!isKnown(value)) return UNKNOWN;
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < BINARY_UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${formatNumber(size)} ${BINARY_UNITS[unit] ?? 'B'}`;
}

/** A rate, such as `formatPerSecond(12.3, formatBytes)` → 12.3 B/s. Below one it keeps its digits. */
export function formatPerSecond(
  value: number | null | undefined,
  format: (value: number) => string = formatNumber,
): string {
  return isKnown(value) ? `${format(value)}/s` : UNKNOWN;
}

export function formatPercent(value: number | null | undefined): string {
  return isKnown(value) ? `${formatNumber(value)} %` : UNKNOWN;
}

/** A duration in microseconds, in the unit that suits it: 85 µs, 1.24 ms, 2 s. */
export function formatMicroseconds(value: number | null | undefined): string {
  return isKnown(value) ? formatNanoseconds(value * 1_000) : UNKNOWN;
}

/** A duration or an offset in nanoseconds, in the unit that suits it, with its sign when negative. */
export function formatNanoseconds(value: number | null | undefined): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size < 1e3) return `${formatNumber(value)} ns`;
  if (size < 1e6) return `${formatNumber(value / 1e3)} µs`;
  if (size < 1e9) return `${formatNumber(value / 1e6)} ms`;
  return `${formatNumber(value / 1e9)} s`;
}

/** An age in milliseconds, in one or two units: 3 s, 4 min 10 s, 2 h 5 min, 3 d 4 h. Negative counts as 0. */
export function formatAge(milliseconds: number | null | undefined): string {
  if (!isKnown(milliseconds)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return two(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86_400) return two(Math.floor(seconds / 3_600), 'h', Math.floor((seconds % 3_600) / 60), 'min');
  return two(Math.floor(seconds / 86_400), 'd', Math.floor((seconds % 86_400) / 3_600), 'h');
}

/** The time of day, with seconds. @param at ms since the epoch */
export function formatTime(at: number | null | undefined): string {
  return isKnown(at) && isDate(at) ? time.format(at) : UNKNOWN;
}

/** Date and time. @param at ms since the epoch */
export function formatDateTime(at: number | null | undefined): string {
  return isKnown(at) && isDate(at) ? dateTime.format(at) : UNKNOWN;
}

function isKnown(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Intl throws outside the range of dates, and the figure may come from anybody. */
function isDate(at: number): boolean {
  return Math.abs(at) <= 8.64e15;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0
    ? `${whole.format(large)} ${largeUnit}`
    : `${whole.format(large)} ${largeUnit} ${small} ${smallUnit}`;
}
