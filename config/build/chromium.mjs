import { existsSync } from 'node:fs';

/** Where Debian, Ubuntu, Alpine and Google's own packages put it. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/**
 * The Chromium that tests run in: `CHROMIUM`, else the system's. Never one that Playwright downloads.
 *
 * @returns its path; the first usual place when there is none, so that the browser's launcher says what is missing.
 */
export function chromium() {
  return process.env.CHROMIUM || (PLACES.find((place) => existsSync(place)) ?? PLACES[0]);
}

/** Quiet, offline, the same pixels everywhere; without its sandbox, since containers run as root. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
];
