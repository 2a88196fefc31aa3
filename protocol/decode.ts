/**
 * Total decoding: any bytes give a value or a typed problem, nothing throws. Message handlers rely on it, since whatever
 * may publish on a subject may send anything at all.
 */
import * as v from 'valibot';

/** What came out of some bytes: a value of the asked type, or why not. */
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: DecodeProblem };

/** Why a message could not be read. `message` is one line of at most 200 characters without control characters. */
export interface DecodeProblem {
  readonly kind: 'not-utf8' | 'not-json' | 'schema' | 'too-large' | 'header';
  readonly message: string;
  /** Dotted path of the field at fault, in wire names, where there is one. */
  readonly path?: string;
}

/** Bounds on what is looked at. */
export interface DecodeLimits {
  /** Largest body that is parsed, in bytes. Default 262,144: far above any message of the contract. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 262_144;
/**
 * Characters that are never shown as they are: controls (C0, C1), what hides (soft hyphen, zero-width characters,
 * tags), what reorders (bidi controls, Arabic letter mark), line and paragraph separators, annotation marks.
 * Joiners are among them: names are told apart by what is seen of them.
 */
const UNSAFE =
  // eslint-disable-next-line no-control-regex -- finding control characters is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The text with `by(character)` in place of each control character and each one that hides or reorders text. */
export function replaceUnsafe(text: string, by: (character: string) => string): string {
  return text.replace(UNSAFE, by);
}

/** Hostile text made fit for one line of a message: what {@link replaceUnsafe} finds becomes `�`, at most `max` UTF-16 units. */
export function safeText(text: string, max = 200): string {
  return replaceUnsafe(bounded(text.slice(0, max + 1), max), () => '\ufffd');
}

/** The text, cut to `max` UTF-16 units with `…` in place of what was cut; control characters stay, it is data. */
export function bounded(text: string, max: number): string {
  if (text.length <= max) return text;
  // A cut through a surrogate pair would leave half a character.
  return text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '') + '…';
}

/** A failed {@link Decoded}. */
export function problem(kind: DecodeProblem['kind'], message: string, path?: string): Decoded<never> {
  const said = { kind, message: safeText(message) };
  return { ok: false, problem: path ? { ...said, path: safeText(path) } : said };
}

/**
 * Parses UTF-8 JSON and checks it. Never throws.
 *
 * @param bytes what arrived
 * @param schema what it should be
 * @param limits bounds; see {@link DecodeLimits}
 */
export function decodeJson<S extends v.GenericSchema>(
  bytes: Uint8Array,
  schema: S,
  limits?: DecodeLimits,
): Decoded<v.InferOutput<S>> {
  const parsed = decodeSoft(bytes, schema, limits);
  return parsed.ok ? { ok: true, value: parsed.value.value } : parsed;
}

/** As {@link decodeJson}, with the paths of fields that were there but unreadable, and so are null (see `soft`). */
export function decodeSoft<S extends v.GenericSchema>(
  bytes: Uint8Array,
  schema: S,
  limits?: DecodeLimits,
): Decoded<{ value: v.InferOutput<S>; problems: string[] }> {
  const maxBytes = limits?.maxBytes ?? MAX_BYTES;
  if (bytes.length > maxBytes) return problem('too-large', `${bytes.length} bytes, at most ${maxBytes} are read`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return problem('not-utf8', 'the body is not UTF-8 text');
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return problem('not-json', text === '' ? 'the body is empty' : `the body is not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, raw, { abortEarly: true });
  if (result.success) {
    const problems: string[] = [];
    lost(raw, result.output, '', problems);
    return { ok: true, value: { value: result.output, problems } };
  }
  const [issue] = result.issues;
  const path = issue.path?.map((step) => String(step.key)).join('.');
  return problem('schema', (path ? `${path}: ` : '') + issue.message, path);
}

/** `native_rtt_us` → `nativeRttUs`. */
export function camelKey(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Compares what was sent with what was understood; names the fields that came with a value and were read as null. */
function lost(raw: unknown, read: unknown, at: string, problems: string[]): void {
  if (!isRecord(raw) || !isRecord(read)) return;
  for (const key of Object.keys(raw)) {
    if (problems.length >= 16) return;
    const name = camelKey(key);
    const known = Object.hasOwn(read, name) ? name : Object.hasOwn(read, key) ? key : null;
    if (known === null || raw[key] === null) continue;
    const value = read[known];
    const path = at + key;
    if (value === null || (Array.isArray(value) && !Array.isArray(raw[key]))) {
      // 0 for a round trip is the older guardian's way to say "failed": it means null, it is not unreadable.
      if (raw[key] !== 0) problems.push(`${path}: unreadable`);
    } else lost(raw[key], value, `${path}.`, problems);
  }
}

/** Whether this is a JSON object (not null, not an array). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
