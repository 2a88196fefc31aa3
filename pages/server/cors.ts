/**
 * The CORS headers for a request of `origin` (Fetch standard, 3.2). Only origins listed exactly may read; nobody gets credentials,
 * since nothing here goes by cookies.
 *
 * `Vary: Origin` comes with every answer, the refused ones too: else a cache could hand one origin's answer to another.
 */
export function corsHeaders(
  origin: string | undefined,
  allowed: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  if (origin === undefined || !allowed.has(origin)) return { Vary: 'Origin' };
  return { Vary: 'Origin', 'Access-Control-Allow-Origin': origin };
}

/** What a preflight of a listed origin is told: reading only, and for ten minutes. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Max-Age': '600',
};
