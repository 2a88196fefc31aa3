/**
 * The NATS connection name of a page, so that clients behind one tunnel address stay apart. No fingerprint: its last part is
 * random and lives as long as the tab.
 */

/** What the name is made from. */
export interface ClientNameSource {
  /** `navigator.userAgent`. */
  readonly userAgent: string;
  /** `navigator.maxTouchPoints`: iPads say they are Macs, but have touch. */
  readonly maxTouchPoints: number;
  /** From a cryptographic source: at least four integers (each taken modulo 36), or four base-36 characters. */
  readonly random: () => readonly number[] | string;
}

/** `nats-ui-{type}-{os}-{random}`: type mobile, tablet or laptop; os win, mac, linux, ios or android. */
export function clientName({ userAgent: ua, maxTouchPoints, random }: ClientNameSource): string {
  const iPad = /iPad/.test(ua) || (/Macintosh/.test(ua) && maxTouchPoints > 1);
  const android = /Android/.test(ua);
  const os = iPad || /iPhone|iPod/.test(ua) ? 'ios' : android ? 'android' : osOfDesktop(ua);
  // Android phones say "Mobile", tablets do not.
  const tablet = iPad || /Tablet/.test(ua) || (android && !/Mobile/.test(ua));
  const type = tablet ? 'tablet' : /Mobi|iPhone|iPod/.test(ua) ? 'mobile' : 'laptop';
  return `nats-ui-${type}-${os}-${tail(random())}`;
}

function osOfDesktop(ua: string): 'win' | 'mac' | 'linux' {
  return /Windows/.test(ua) ? 'win' : /Mac OS X|Macintosh/.test(ua) ? 'mac' : 'linux';
}

function tail(random: readonly number[] | string): string {
  const text =
    typeof random === 'string' ? random : random.map((n) => (Math.abs(Math.trunc(n)) % 36).toString(36)).join('');
  return (text.toLowerCase().replace(/[^0-9a-z]/g, '') + '0000').slice(0, 4);
}

/**
 * A name given by hand (`?client=` in the page's URL), made fit to be a connection name and a unit id in
 * `ops.log.{level}.{unit}`: everything but letters, digits, `-` and `_` becomes `-`, at most 64 characters.
 *
 * @returns null when nothing usable is left
 */
export function sanitiseClientName(text: string): string | null {
  const clean = text
    .slice(0, 256)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 64)
    .replace(/-+$/, '');
  return clean === '' ? null : clean;
}
