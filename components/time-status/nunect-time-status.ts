import { define } from '../core/element/define.ts';
import { NunectTimeStatus } from './time-status.ts';

define('nunect-time-status', NunectTimeStatus);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-time-status': NunectTimeStatus;
  }
}

export { NunectTimeStatus } from './time-status.ts';
