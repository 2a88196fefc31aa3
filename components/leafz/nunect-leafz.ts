import { define } from '../core/element/define.ts';
import { NunectLeafz } from './leafz.ts';

define('nunect-leafz', NunectLeafz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-leafz': NunectLeafz;
  }
}

export { NunectLeafz } from './leafz.ts';
