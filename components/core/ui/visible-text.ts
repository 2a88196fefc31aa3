import { replaceUnsafe } from '../../../protocol/decode.ts';

/** Hostile text with every character that hides, reorders or controls made visible; line breaks and tabs stay. */
export function visibleText(text: string): string {
  return replaceUnsafe(text, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    // not the pictures of control characters: many fonts lack them
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
