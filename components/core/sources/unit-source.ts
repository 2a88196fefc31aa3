import { safeText } from '../../../protocol/decode.ts';
import { checkUnitId } from '../../../protocol/unit.ts';
import { FixedSource } from './fixed-source.ts';
import type { Source } from './source.ts';

/**
 * The source of one unit or of all, as an element's attribute `unit` asks; an error that says what is wrong where that
 * names no unit, because data of other units than the one meant would be taken for its own.
 * @param attribute what the page wrote; without a word, all units
 * @param create for the id of a unit, or `null` for all
 */
export function unitSource<T>(attribute: string | null, create: (unit: string | null) => Source<T>): Source<T> {
  if (!attribute) return create(null);
  const checked = checkUnitId(attribute);
  if (checked.ok) return create(checked.unit);
  return new FixedSource(`The attribute unit cannot be used: ${safeText(checked.reason)}.`);
}
