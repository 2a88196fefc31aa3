import { define } from '../core/element/define.ts';
import { NunectLog } from './log.ts';

define('nunect-log', NunectLog);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-log': NunectLog;
  }
}

export { NunectLog } from './log.ts';
