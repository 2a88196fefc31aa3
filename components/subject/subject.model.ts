import { bounded, isRecord, safeText } from '../../protocol/decode.ts';
import { redact, redactInPlace } from '../../protocol/server/redact.ts';
import { formatTime } from '../core/element/format.ts';
import { safeJson } from '../core/ui/safe-json.ts';
import { visibleText } from '../core/ui/visible-text.ts';
import type { WatchedMessage } from './subject.messages.ts';

/** How a payload is shown. `auto` takes the first of JSON, text and hex that fits. */
export const VIEWS = ['auto', 'json', 'text', 'hex'] as const;
export type View = (typeof VIEWS)[number];

/** A payload as text that is safe to show. */
export interface Shown {
  readonly as: 'json' | 'text' | 'hex' | 'nothing';
  readonly text: string;
  /** A JWT, seed, password hash or login was masked in it. */
  readonly masked: boolean;
  /** Why it is not shown as was asked. */
  readonly note: string | null;
}

/** Characters of a payload that stand in a line of the list. */
const PREVIEW = 160;
const PREVIEW_BYTES = 512;
const HEX_WIDTH = 16;

/** The payload in the asked form, or in the next that fits. */
export function showPayload({ data, size }: WatchedMessage, view: View): Shown {
  if (size === 0) return { as: 'nothing', text: '', masked: false, note: null };
  if (view === 'hex') return hex(data);
  const cut = data.length < size;
  const text = decodeText(data, cut);
  if (text === null) return hex(data, view === 'auto' ? null : 'It is no UTF-8 text.');
  if (view !== 'text') {
    const json = prettyJson(text);
    if (json !== null) return shown('json', json);
    if (view === 'json')
      return shown('text', text, cut ? 'It is cut, so it cannot be read as JSON.' : 'It is no JSON.');
    if (isBinary(text)) return hex(data);
  }
  return shown('text', text);
}

/** The beginning of a payload on one line. */
export function previewOf({ data, size }: WatchedMessage): string {
  if (size === 0) return '(empty)';
  const text = decodeText(data.subarray(0, PREVIEW_BYTES), size > PREVIEW_BYTES);
  if (text === null || isBinary(text))
    return [...data.subarray(0, 24)].map(twoDigits).join(' ') + (size > 24 ? ' …' : '');
  return safeText(redact(text.replace(/\s+/g, ' ')), PREVIEW);
}

/** A dump with offsets: 16 bytes a line, and what of them is ASCII. */
export function hexDump(data: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += HEX_WIDTH) {
    const bytes = [...data.subarray(at, at + HEX_WIDTH)];
    const codes = bytes.map(twoDigits);
    const left = codes.slice(0, 8).join(' ');
    const right = codes.slice(8).join(' ');
    const ascii = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${left.padEnd(23)}  ${right.padEnd(23)}  ${ascii}`);
  }
  return lines.join('\n');
}

/** A message as JSON, its secrets masked: text where the payload is text, else base64. */
export function toJson(message: WatchedMessage, space?: number): string {
  const { at, subject, reply, headers, size, data } = message;
  const text = decodeText(data, data.length < size);
  const json = {
    received: new Date(at).toISOString(),
    subject: redact(subject),
    reply,
    headers: headers.map(([name, value]) => [redact(name), redact(value)]),
    size,
    kept: data.length,
    ...(text === null ? { base64: base64(masked(data)) } : { text: redact(text) }),
  };
  return safeJson(json, space);
}

/** Whether a message has the words in its subject, its headers or the beginning of its payload. */
export function matches(message: WatchedMessage, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  if (wanted === '') return true;
  return [message.subject, previewOf(message), formatTime(message.at), ...message.headers.flat()].some((field) =>
    field.toLowerCase().includes(wanted),
  );
}

function shown(as: 'json' | 'text', text: string, note: string | null = null): Shown {
  const hidden = redact(text);
  return { as, text: visibleText(hidden), masked: hidden !== text, note };
}

function hex(data: Uint8Array, note: string | null = null): Shown {
  const hidden = masked(data);
  return { as: 'hex', text: hexDump(hidden), masked: hidden !== data, note };
}

/** The bytes with every secret in them overwritten; the same object where there is none. */
function masked(data: Uint8Array): Uint8Array {
  // one character a byte, so that places in the text are places in the bytes
  const text = new TextDecoder('latin1').decode(data);
  const hidden = redactInPlace(text);
  if (hidden === text) return data;
  const bytes = data.slice();
  for (let i = 0; i < hidden.length; i++) if (hidden[i] !== text[i]) bytes[i] = 0x2a;
  return bytes;
}

/** UTF-8, else null. @param cut the last character may be incomplete */
function decodeText(data: Uint8Array, cut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data, { stream: cut });
  } catch {
    return null;
  }
}

/** Null where it is no object or list: a bare word or number is text enough. */
function prettyJson(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) || Array.isArray(value) ? JSON.stringify(value, null, 2) : null;
  } catch {
    return null;
  }
}

/** More than a few characters that no text has. */
function isBinary(text: string): boolean {
  const head = text.slice(0, 4_096);
  // eslint-disable-next-line no-control-regex -- control characters are what is counted
  const odd = head.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g)?.length ?? 0;
  return odd > head.length / 20;
}

function twoDigits(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function base64(data: Uint8Array): string {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text);
}

/** A subject, header or reply on one line. */
export function oneLine(text: string, max = 256): string {
  return safeText(redact(bounded(text, max)), max);
}
