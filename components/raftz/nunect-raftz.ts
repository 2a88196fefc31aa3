import { define } from '../core/element/define.ts';
import { NunectRaftz } from './raftz.ts';

define('nunect-raftz', NunectRaftz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-raftz': NunectRaftz;
  }
}

export { NunectRaftz } from './raftz.ts';
