/** `Nats-Msg-Id` of what a guardian publishes: JetStream drops repeats of it, and readers of history know a message by it. */
import { checkUnitId } from './unit.ts';

/** What is numbered, each kind by itself, from 1 at each start of the guardian. */
export const MESSAGE_KINDS = ['heartbeat', 'rtt', 'time', 'log', 'gap'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Where a message stands among all of its unit and kind. */
export interface MessagePlace {
  readonly unit: string;
  /** Start of the guardian that sent it, ms since the epoch. */
  readonly startedAt: number;
  readonly kind: MessageKind;
  /** From 1. */
  readonly seq: number;
}

/** `{unit}:{started_at}:{kind}:{seq}` */
export function formatMessageId({ unit, startedAt, kind, seq }: MessagePlace): string {
  return `${unit}:${startedAt}:${kind}:${seq}`;
}

/** The place that an id names, or null when it is no id of the contract: other programs have ids of their own. */
export function parseMessageId(id: string | null): MessagePlace | null {
  const [, unit, started, word, number] = /^([^:]+):(\d{1,16}):([a-z]+):(\d{1,16})$/.exec(id ?? '') ?? [];
  const kind = MESSAGE_KINDS.find((known) => known === word);
  const startedAt = Number(started);
  const seq = Number(number);
  if (kind === undefined || !checkUnitId(unit).ok || unit === undefined) return null;
  return Number.isSafeInteger(seq) && seq > 0 && startedAt <= 8.64e15 ? { unit, startedAt, kind, seq } : null;
}
