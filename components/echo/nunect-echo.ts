import { define } from '../core/element/define.ts';
import { NunectEcho } from './echo.ts';

define('nunect-echo', NunectEcho);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-echo': NunectEcho;
  }
}

export { NunectEcho } from './echo.ts';
