import { define } from '../core/element/define.ts';
import { NunectJsz } from './jsz.ts';

define('nunect-jsz', NunectJsz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-jsz': NunectJsz;
  }
}

export { NunectJsz } from './jsz.ts';
