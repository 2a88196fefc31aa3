import { replaceUnsafe } from '../../../protocol/decode.ts';

/**
 * JSON to be read, copied and saved by people: what would hide or reorder text is escaped, as a JSON string has it. Line
 * breaks stay: within strings JSON has escaped them, so these are those of the layout.
 *
 * @param space as `JSON.stringify` takes it
 */
export function safeJson(value: unknown, space?: number): string {
  return replaceUnsafe(JSON.stringify(value, null, space), (character) =>
    // by UTF-16 units: what is beyond the first plane is a pair of escapes
    character === '\n'
      ? character
      : character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
