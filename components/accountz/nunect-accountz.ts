import { define } from '../core/element/define.ts';
import { NunectAccountz } from './accountz.ts';

define('nunect-accountz', NunectAccountz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-accountz': NunectAccountz;
  }
}

export { NunectAccountz } from './accountz.ts';
