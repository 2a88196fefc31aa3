import { define } from '../core/element/define.ts';
import { NunectUnits } from './units.ts';

define('nunect-units', NunectUnits);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-units': NunectUnits;
  }
}

export { NunectUnits } from './units.ts';
