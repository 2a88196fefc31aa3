import { formatDateTime } from '../element/format.ts';
import type { HistoryNote } from '../sources/history-reader.ts';

/** What of the past is missing, why, and what to do; empty while nothing is. @param noun what the stream holds */
export function historyRemark({ state, words, heldFrom }: HistoryNote, noun: string): string {
  if (state === 'off') return '';
  if (state === 'asking') return 'Reading the history…';
  const held = heldFrom === null ? '' : `The stream holds no ${noun} before ${formatDateTime(heldFrom)}.`;
  return [held, words ?? ''].filter(Boolean).join(' ');
}
