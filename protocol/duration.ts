/** Go's duration text (`1.234ms`, `56µs`, `1m2.5s`, `0s`), which the RTT headers carry, to and from microseconds. */

const UNIT_US: Readonly<Record<string, number>> = {
  ns: 1e-3,
  us: 1,
  µs: 1, // U+00B5, what Go writes
  μs: 1, // U+03BC, which Go reads too
  ms: 1e3,
  s: 1e6,
  m: 60e6,
  h: 3600e6,
};
/** Go keeps durations in 64 bits of nanoseconds. */
const MAX_US = 2 ** 63 / 1e3;

/**
 * Reads a Go duration, or a bare number, which is microseconds.
 *
 * @returns microseconds, fractions included; null when the text is neither, or beyond Go's 292 years
 */
export function parseGoDuration(text: string): number | null {
  if (text.length > 64) return null;
  const [, sign, body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  let us = 0;
  if (/^(?:\d+(?:\.\d*)?|\.\d+)$/.test(body)) us = Number(body);
  else {
    // Escaped, since one letter beyond Latin-1 makes V8 keep the whole bundle's text at two bytes a letter.
    const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
    if (body === '') return null;
    while (part.lastIndex < body.length) {
      const found = part.exec(body);
      if (!found) return null;
      us += Number(found[1]) * (UNIT_US[found[2] ?? ''] ?? NaN);
    }
  }
  if (!(us < MAX_US)) return null;
  return sign === '-' && us !== 0 ? -us : us;
}

/**
 * Writes microseconds as Go's `Duration.String()` does, to the nanosecond.
 *
 * @throws RangeError when `us` is not finite or beyond Go's 292 years
 */
export function formatGoDuration(us: number): string {
  if (!(Math.abs(us) < MAX_US)) throw new RangeError(`no Go duration holds ${us} µs`);
  const ns = Math.round(Math.abs(us) * 1e3);
  if (ns === 0) return '0s';
  const sign = us < 0 ? '-' : '';
  if (ns < 1e3) return `${sign}${ns}ns`;
  if (ns < 1e6) return `${sign}${decimal(ns, 3)}µs`;
  if (ns < 1e9) return `${sign}${decimal(ns, 6)}ms`;
  const hours = Math.floor(ns / 3600e9);
  const minutes = Math.floor(ns / 60e9) % 60;
  const seconds = `${decimal(ns % 60e9, 9)}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

/** `ns / 10^digits` exactly, without a trailing zero: floating point would write 1.2340000000000002. */
function decimal(ns: number, digits: number): string {
  const whole = String(ns).padStart(digits + 1, '0');
  const fraction = whole.slice(-digits).replace(/0+$/, '');
  return whole.slice(0, -digits) + (fraction && `.${fraction}`);
}
