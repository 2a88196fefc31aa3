import type { LinkMark } from '../core/sources/marked-feed.ts';
import type { LogEntry } from './sys-log.source.ts';

/** What a reader shows and hides together, what it is called, and its mark (so that it is told apart without colour). */
export const LANES = {
  connect: { words: 'connect', mark: '→', tone: 'good' },
  disconnect: { words: 'disconnect', mark: '←', tone: 'quiet' },
  'auth-error': { words: 'refused', mark: '×', tone: 'bad' },
  leaves: { words: 'leaf nodes', mark: '⌁', tone: 'quiet' },
  servers: { words: 'servers', mark: '▪', tone: 'quiet' },
  jetstream: { words: 'JetStream', mark: '≡', tone: 'quiet' },
  security: { words: 'security', mark: '!', tone: 'bad' },
  accounts: { words: 'accounts', mark: '#', tone: 'quiet' },
  api: { words: 'JetStream API', mark: '?', tone: 'quiet' },
} as const;

export type Lane = keyof typeof LANES;

export const ALL_LANES = Object.keys(LANES) as readonly Lane[];

/** So many come, and so little is in one, that they are kept only while somebody wants to see them. */
export const QUIET_LANES: ReadonlySet<Lane> = new Set<Lane>(['accounts', 'api']);

/** Lanes that an attribute names, separated by spaces or commas; null: it says nothing, and the quiet ones are hidden. */
export function hiddenLanes(text: string | null): ReadonlySet<Lane> {
  if (text === null) return QUIET_LANES;
  const named = new Set(text.split(/[\s,]+/));
  return new Set(ALL_LANES.filter((lane) => named.has(lane)));
}

/** The quiet lane of what comes on this subject; null for all others. */
export function quietLaneOf(subject: string): Lane | null {
  if (subject === '$JS.EVENT.ADVISORY.API') return 'api';
  return subject.startsWith('$SYS.') && subject.endsWith('.CONNS') ? 'accounts' : null;
}

/** Whether an entry is no event, but says that the page itself could hear nothing. */
export function isMark(event: LogEntry): event is LinkMark {
  return event.kind === 'link-lost' || event.kind === 'link-back';
}

/** The lane of an entry; null for a mark, which no filter hides. */
export function laneOf(event: LogEntry): Lane | null {
  if (event.kind === 'told') return event.lane;
  if (isMark(event)) return null;
  return event.client.kind === 'Leafnode' && event.kind !== 'auth-error' ? 'leaves' : event.kind;
}
