/**
 * Holds a decoder against the JSON that it read, without knowing either: each value of the JSON is changed by itself, and
 * what changes in the decoded value is what was made of it. So no field is dropped in silence, none is taken for another,
 * none has a wrong unit.
 */

export type Primitive = string | number | boolean | null;
export type Path = readonly string[];
export interface Leaf {
  readonly path: Path;
  /** The path with `*` for each place in a list: `connections.*.cid`. */
  readonly field: string;
  /** The last key that is no place in a list. */
  readonly name: string;
  readonly value: Primitive;
}
export type Leaves = ReadonlyMap<string, Leaf>;

/** All values that are no objects, by their path. */
export function leavesOf(value: unknown): Leaves {
  const found = new Map<string, Leaf>();
  const walk = (node: unknown, path: Path, field: string, name: string): void => {
    if (Array.isArray(node)) {
      node.forEach((child, at) => walk(child, [...path, String(at)], field === '' ? '*' : `${field}.*`, name));
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, child] of Object.entries(node)) {
        walk(child, [...path, key], field === '' ? key : `${field}.${key}`, key);
      }
    } else if (node !== undefined) found.set(path.join('\0'), { path, field, name, value: node as Primitive });
  };
  walk(value, [], '', '');
  return found;
}

const CAMEL = (key: string): string => key.replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const UNITS = ['', 'Ms', 'Us', 'S'] as const;

/** Whether a decoded field may be called so: the wire's own name, perhaps with a unit, or one of the agreed ones. */
export function isNamedAfter(decoded: string, wire: string, renamed: Readonly<Record<string, string>>): boolean {
  const camel = CAMEL(wire);
  if (decoded === wire || UNITS.some((unit) => decoded === camel + unit)) return true;
  return (renamed[wire]?.split(' ') ?? []).includes(decoded);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const DURATION = /^(\d+(\.\d+)?(ns|µs|ms|[smhdy]))+$/;
const SECONDS = { ns: 1e-9, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3_600, d: 86_400, y: 31_536_000 } as const;

/** Whether `decoded`, of a field of this name, is what nats-server means by `wire`. */
export function means(name: string, decoded: Primitive, wire: Primitive): boolean {
  if (decoded === wire && !/[a-z](Ms|Us)$/.test(name)) return true;
  if (typeof decoded !== 'number') return false;
  if (typeof wire === 'number') {
    // Go's durations are nanoseconds; 2⁶⁴−1 is “no limit”, as −1 is.
    if (/[a-z]Ms$/.test(name)) return near(decoded, wire / 1e6);
    return decoded === -1 && (wire < 0 || wire >= 2 ** 63);
  }
  if (typeof wire !== 'string') return false;
  if (TIME.test(wire)) return decoded === Date.parse(wire);
  if (!DURATION.test(wire)) return false;
  let seconds = 0;
  for (const [, amount, , unit] of wire.matchAll(/(\d+(\.\d+)?)(ns|µs|ms|[smhdy])/g)) {
    seconds += Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  }
  const scale = name.endsWith('Us') ? 1e6 : name.endsWith('Ms') ? 1e3 : name.endsWith('S') ? 1 : NaN;
  return near(decoded, seconds * scale);
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
}

/** Another value of the same kind. */
function changed(value: Exclude<Primitive, null>): Primitive {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value < 0 || value >= 2 ** 53 ? 7 : 2 * value + 1;
  if (TIME.test(value)) return new Date(Math.max(0, Date.parse(value)) + 86_400_000).toISOString();
  if (DURATION.test(value)) return '2h7m';
  return `${value}Z`;
}

/** All decoders of an endpoint: their values. */
export type Read = (data: unknown) => readonly unknown[];

export interface Agreement {
  /** Fields of the wire that change nothing that is called so and means the same. */
  readonly dropped: readonly string[];
  /** Decoded fields that come from no field of the wire, with their value: made of several, or absent there. */
  readonly unexplained: readonly { readonly field: string; readonly value: Primitive }[];
  /** How many values were compared. */
  readonly compared: number;
}

/**
 * @param data the JSON as the server wrote it, parsed
 * @param read all decoders of this endpoint; each its value
 * @param renamed decoded names by the wire's, several divided by spaces
 */
export function compareFields(data: unknown, read: Read, renamed: Readonly<Record<string, string>>): Agreement {
  const base = leavesOf(read(data));
  const explained = new Set<string>();
  const dropped = new Set<string>();
  const keys = new Set<string>();
  let compared = 0;
  for (const { path, field, name, value } of leavesOf(data).values()) {
    for (const key of path) keys.add(key);
    if (value === null || isNever(value)) continue;
    const other = changed(value);
    const after = leavesOf(read(replaced(data, path, other)));
    const made = madeOf(base, after, (decoded) => isNamedAfter(decoded, name, renamed), value, other);
    for (const id of made) explained.add(id);
    if (made.length > 0) compared++;
    else dropped.add(field);
  }
  const unexplained = new Map<string, { field: string; value: Primitive }>();
  for (const [id, leaf] of base) {
    // Names of a map are keys on the wire.
    if (leaf.value === null || explained.has(id) || (typeof leaf.value === 'string' && keys.has(leaf.value))) continue;
    // The first step is which decoder it was.
    const field = leaf.field.replace(/^\*\./, '');
    unexplained.set(field, { field, value: leaf.value });
  }
  return { dropped: [...dropped].sort(), unexplained: [...unexplained.values()], compared };
}

/** The decoded values that had this meaning before, where one has the other now. Decoders may sort: places are no proof. */
function madeOf(
  base: Leaves,
  after: Leaves,
  isCalled: (name: string) => boolean,
  value: Primitive,
  other: Primitive,
): readonly string[] {
  const fields = new Set<string>();
  for (const [id, leaf] of base) {
    if (after.get(id)?.value !== leaf.value && isCalled(leaf.name) && means(leaf.name, leaf.value, value)) {
      fields.add(leaf.field);
    }
  }
  return [...fields].flatMap((field) => {
    const of = (leaves: Leaves): [string, Leaf][] => [...leaves].filter(([, leaf]) => leaf.field === field);
    const count = (leaves: [string, Leaf][]): number =>
      leaves.filter(
        // A word that is none of those that there are reads as null.
        ([, leaf]) => means(leaf.name, leaf.value, other) || (leaf.value === null && isWord(other)),
      ).length;
    const before = of(base);
    if (count(of(after)) <= count(before)) return [];
    return before.filter(([, leaf]) => means(leaf.name, leaf.value, value)).map(([id]) => id);
  });
}

/** Go's zero time. */
function isNever(value: Primitive): boolean {
  return typeof value === 'string' && value.startsWith('0001-01-01T');
}

function isWord(value: Primitive): boolean {
  return typeof value === 'string' && !TIME.test(value) && !DURATION.test(value);
}

/** A copy that has `value` at `path`; what is not on the way is shared. */
function replaced(node: unknown, [key, ...rest]: Path, value: Primitive): unknown {
  if (key === undefined) return value;
  if (Array.isArray(node)) {
    const list: readonly unknown[] = node;
    return list.map((child, at) => (String(at) === key ? replaced(child, rest, value) : child));
  }
  return { ...(node as object), [key]: replaced((node as Record<string, unknown>)[key], rest, value) };
}
