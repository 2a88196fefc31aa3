/** The profile's section `rtt`: how round trips are measured, and whose echoes besides the own one. */
import * as v from 'valibot';
import { checkUnitId } from '../protocol/index.ts';

export interface RttProfile {
  /** Samples of one burst. */
  readonly samples: number;
  /** Units whose echoes are measured besides the own one; the own unit among them is left out. */
  readonly targets: readonly string[];
  /** Echoes that this unit answers, a second. Each unit that asks it sends a burst an interval. */
  readonly echoesPerSecond: number;
}

const whole = (min: number, max: number) =>
  v.pipe(
    v.number('a number'),
    v.integer('a whole number'),
    v.minValue(min, `at least ${min}`),
    v.maxValue(max, `at most ${max}`),
  );

const unitId = v.pipe(
  v.string('text'),
  v.check((id) => checkUnitId(id).ok, 'a unit id: 1 to 64 letters, digits, "-" and "_"'),
);

export const RttSection = v.optional(
  v.pipe(
    v.strictObject({
      samples: v.optional(whole(8, 16), 10),
      targets: v.optional(
        v.pipe(
          v.array(unitId, 'a list of unit ids'),
          v.maxLength(16, 'at most 16 units'),
          v.check((units) => new Set(units).size === units.length, 'each unit once'),
        ),
        [],
      ),
      echoes_per_second: v.optional(whole(1, 20_000), 200),
    }),
    v.transform(({ samples, targets, echoes_per_second }): RttProfile => ({
      samples,
      targets,
      echoesPerSecond: echoes_per_second,
    })),
  ),
  {},
);
