import type { ConnectionSnapshot, ConnectionState } from '../core/transport/connection.ts';

/** How a state is called, and how it is coloured: one of the status chip's classes. */
export const STATE_VIEW: Record<ConnectionState, { readonly words: string; readonly tone: string }> = {
  idle: { words: 'not connected', tone: 'waiting' },
  connecting: { words: 'connecting …', tone: 'waiting' },
  connected: { words: 'connected', tone: 'live' },
  reconnecting: { words: 'reconnecting …', tone: 'stale' },
  'login-required': { words: 'login required', tone: 'stale' },
  closed: { words: 'closed', tone: 'error' },
};

/** A portal's connection is retried by the portal's own client; only one that the kit has made, and named, by the kit. */
export function canRetry({ clientName }: ConnectionSnapshot): boolean {
  return clientName !== null;
}

/** Browsers' clocks have steps: a local server may answer within one. */
export function formatRoundTrip(rttUs: number | null, format: (us: number) => string): string | null {
  if (rttUs === null) return null;
  return rttUs < 100 ? '< 0.1 ms' : format(rttUs);
}
