/** One reading between two others: what only grows lies between them, what stands still is the same. */
import { leavesOf, type Primitive } from './fields.ts';

/** Figures that go up and down, or are measured anew for each answer: nothing can be said of one between two others. */
const RESTLESS = new Set([
  ...['cpu', 'mem', 'rttUs', 'idleS', 'lastSeenMs', 'activeMs', 'pendingBytes', 'inProgress'],
  // A cache of subjects is emptied in part when it is full.
  ...['numCache', 'cacheHitRate', 'avgFanout', 'maxFanout'],
]);

/** Names that tell rows of a list apart; servers list them in another order each time. */
const IDENTITY = [
  'cid',
  'rid',
  'id',
  'sid',
  'name',
  'account',
  'subject',
  'cluster',
  'group',
  'peer',
  'ip',
  'port',
] as const;

/** Lists as objects by what tells their rows apart. */
function keyed(value: unknown): unknown {
  if (Array.isArray(value)) {
    const rows: readonly unknown[] = value;
    return Object.fromEntries(rows.map((row) => [identity(row), keyed(row)]));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, keyed(child)]));
}

function identity(row: unknown): string {
  if (typeof row !== 'object' || row === null) return String(row);
  const said = row as Readonly<Record<string, unknown>>;
  // An inbound gateway is known by its connection.
  const own = typeof said['connection'] === 'object' && said['connection'] !== null ? said['connection'] : said;
  return IDENTITY.map((name) => (own as Record<string, unknown>)[name])
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(' ');
}

/**
 * What of the middle reading cannot be true if the two around it are: `field: before, value, after`. Empty: they agree.
 *
 * @param isLeftOut fields that the outer two do not have
 */
export function disagreements(
  before: unknown,
  value: unknown,
  after: unknown,
  isLeftOut: (field: string) => boolean,
): readonly string[] {
  const [first, middle, last] = [before, value, after].map((each) => leavesOf(keyed(each)));
  const found: string[] = [];
  for (const [id, { path, field, name, value: a }] of first ?? []) {
    const b = last?.get(id)?.value;
    const m = middle?.get(id)?.value;
    // What came or went between the outer two may or may not be in the middle one.
    if (b === undefined || RESTLESS.has(name) || isLeftOut(field) || isBetween(a, m, b)) continue;
    found.push(`${path.join('.')}: ${String(a)}, ${String(m)}, ${String(b)}`);
  }
  for (const [id, { path, name, value: m }] of middle ?? []) {
    if (m === null || RESTLESS.has(name) || first?.has(id) || last?.has(id)) continue;
    found.push(`${path.join('.')}: nothing, ${String(m)}, nothing`);
  }
  return found;
}

function isBetween(a: Primitive, m: Primitive | undefined, b: Primitive): boolean {
  if (typeof a === 'number' && typeof m === 'number' && typeof b === 'number') {
    return m >= Math.min(a, b) && m <= Math.max(a, b);
  }
  return m === a || m === b;
}
