/**
 * The pieces that all schemas of the contract are made of. Wire names are snake_case, values in code camelCase.
 * `@__NO_SIDE_EFFECTS__` lets a bundler drop the schemas that a page does not use.
 */
import * as v from 'valibot';
import { bounded, camelKey, isRecord } from './decode.ts';

/** Text, cut to `max` characters: a name of a megabyte is a name nobody meant. */
export const text = /* @__NO_SIDE_EFFECTS__ */ (max = 256) =>
  v.pipe(
    v.string(),
    v.transform((s) => bounded(s, max)),
  );

/** A field that must not cost the whole message: absent, null or of a wrong type, it reads as null. */
export const soft = /* @__NO_SIDE_EFFECTS__ */ <T extends v.GenericSchema>(schema: T) =>
  v.fallback(v.nullable(schema), null);

/** Any finite number; JSON's `1e999` parses as Infinity and is refused. */
export const num = v.pipe(v.number(), v.finite());
/** A finite number, 0 or more. */
export const positive = v.pipe(v.number(), v.minValue(0), v.finite());
/** A count: whole, 0 or more, exact. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Milliseconds since the Unix epoch, within what `Date` can hold: beyond it formatting throws. */
export const millis = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
/** Microseconds of a round trip; 0 is the older guardian's "failed" and becomes null, as `null` itself and absence do. */
export const rtt = v.nullish(
  v.pipe(
    positive,
    v.transform((us) => (us === 0 ? null : us)),
  ),
  null,
);

export const softText = soft(text());
export const softNum = soft(num);
export const softPositive = soft(positive);
export const softCount = soft(count);
export const softMillis = soft(millis);
export const softBoolean = soft(v.boolean());

/** A list of texts, at most `max` of them; what is no text in it is left out. */
export const texts = /* @__NO_SIDE_EFFECTS__ */ (max = 32) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((list) => list.filter((s): s is string => typeof s === 'string')),
      v.transform((list) => list.slice(0, max).map((s) => bounded(s, 256))),
    ),
    [],
  );

/** `{native_rtt_us: T}` → `{nativeRttUs: T}`, in types. */
export type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;
/** An object type with its keys in camelCase. */
export type CamelKeys<T> = { [K in keyof T as K extends string ? Camel<K> : K]: T[K] };

/** An object of the wire with its own keys in camelCase; unknown keys are dropped. */
export const camel = /* @__NO_SIDE_EFFECTS__ */ <E extends v.ObjectEntries>(entries: E) =>
  v.pipe(
    v.object(entries),
    v.transform(
      (o) =>
        Object.fromEntries(Object.entries(o).map(([key, value]) => [camelKey(key), value])) as CamelKeys<
          v.InferOutput<v.ObjectSchema<E, undefined>>
        >,
    ),
  );

/** Free-form JSON, bounded so that showing or encoding it again is cheap: 6 deep, 64 entries a level, texts of 2,000. */
export const freeForm = soft(
  v.pipe(
    v.unknown(),
    v.check(isRecord),
    v.transform((value) => boundJson(value, 6) as Record<string, unknown>),
  ),
);

function boundJson(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return bounded(value, 2_000);
  // JSON has no Infinity, but 1e999 parses as it and would be written back as null.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, 64).map((item) => boundJson(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '__proto__')
      .slice(0, 64)
      .map(([key, item]) => [bounded(key, 128), boundJson(item, depth - 1)]),
  );
}
