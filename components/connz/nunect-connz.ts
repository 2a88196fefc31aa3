import { define } from '../core/element/define.ts';
import { NunectConnz } from './connz.ts';

define('nunect-connz', NunectConnz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-connz': NunectConnz;
  }
}

export { NunectConnz } from './connz.ts';
