import { define } from '../core/element/define.ts';
import { NunectSysLog } from './sys-log.ts';

define('nunect-sys-log', NunectSysLog);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-sys-log': NunectSysLog;
  }
}

export { NunectSysLog } from './sys-log.ts';
