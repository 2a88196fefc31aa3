import { define } from '../core/element/define.ts';
import { NunectVarz } from './varz.ts';

define('nunect-varz', NunectVarz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-varz': NunectVarz;
  }
}

export { NunectVarz } from './varz.ts';
