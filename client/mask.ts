/** A secret of one or two characters would mask half a line. */
const SHORTEST = 3;

/** A value with `[redacted]` in place of these texts, wherever they stand in it: in keys, values and lists. */
export function masked<T>(value: T, secrets: readonly string[]): T {
  const long = secrets.filter((secret) => secret.length >= SHORTEST);
  return long.length === 0 ? value : (mask(value, long) as T);
}

function mask(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), value);
  if (Array.isArray(value)) return value.map((item) => mask(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [String(mask(key, secrets)), mask(item, secrets)] as const),
  );
}
