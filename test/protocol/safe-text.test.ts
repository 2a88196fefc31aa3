/** What is shown of hostile text: nothing that steers a terminal, hides, or reorders; everything else as it was sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bounded, replaceUnsafe, safeText } from '../../protocol/decode.ts';

/** By Unicode's own properties, not by the list under test; the joiners and the soft hyphen are format characters. */
const DANGEROUS =
  /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u00ad\u180e\u200b-\u200d\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

const dangerous = fc.oneof(
  fc.constantFrom('\u001b', '\u0085', '\u00ad', '\u061c', '\u180e', '\u200d', '\u202e', '\u2028', '\u2069', '\ufeff'),
  fc.integer({ min: 0xe0000, max: 0xe007f }).map((code) => String.fromCodePoint(code)),
);
const hostile = fc
  .array(fc.oneof(dangerous, fc.string({ unit: 'binary' })), { maxLength: 40 })
  .map((all) => all.join(''));

test('no text, wherever it is cut, is shown with a character that hides, reorders or steers', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 60 }), (text, max) => {
      const shown = safeText(text, max);
      assert.doesNotMatch(shown, DANGEROUS);
      assert.ok(shown.length <= max, `${shown.length} of at most ${max} UTF-16 units`);
    }),
    { numRuns: 2_000 },
  );
});

test('every character that Unicode says hides or reorders is marked, one mark each', () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (DANGEROUS.test(character)) assert.equal(safeText(`a${character}b`), 'a\ufffdb', `U+${code.toString(16)}`);
  }
});

test('harmless text stays as it is', () => {
  for (const text of ['Zürich–Ost (2)', 'رقم ٧', '日本', '⚙️ 🚀', 'é e\u0301']) assert.equal(safeText(text), text);
  const harmless = hostile.map((text) => bounded(text.replace(new RegExp(DANGEROUS, 'gu'), ''), 200));
  fc.assert(
    fc.property(harmless, (text) => {
      fc.pre(!/[\ufff9-\ufffb]/.test(text));
      assert.equal(safeText(text), text);
    }),
  );
});

test('what is replaced is told to the one that replaces it, whole', () => {
  const seen: string[] = [];
  assert.equal(
    replaceUnsafe('a\u{e0041}b\u061c', (character) => `<${seen.push(character)}>`),
    'a<1>b<2>',
  );
  assert.deepEqual(seen, ['\u{e0041}', '\u061c']);
});
