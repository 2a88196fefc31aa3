/**
 * The unit id names a guardian's machine and is one token of a subject: a `.`, `*`, `>` or space in it would change what
 * a subject means, so anything but letters, digits, `-` and `_`, 1 to 64 of them, is refused with the reason.
 */
export function checkUnitId(value: unknown): { ok: true; unit: string } | { ok: false; reason: string } {
  const no = (reason: string) => ({ ok: false as const, reason });
  if (typeof value !== 'string') return no(`a unit id is text, not ${value === null ? 'null' : typeof value}`);
  if (value === '') return no('the unit id is empty');
  if (value.length > 64) return no(`the unit id has ${value.length} characters, at most 64 are allowed`);
  const bad = /[^A-Za-z0-9_-]/u.exec(value);
  if (bad) return no(`the unit id holds ${JSON.stringify(bad[0])}; allowed are letters, digits, "-" and "_"`);
  return { ok: true, unit: value };
}
