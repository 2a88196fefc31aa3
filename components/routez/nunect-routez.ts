import { define } from '../core/element/define.ts';
import { NunectRoutez } from './routez.ts';

define('nunect-routez', NunectRoutez);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-routez': NunectRoutez;
  }
}

export { NunectRoutez } from './routez.ts';
