import { define } from '../core/element/define.ts';
import { NunectHealthz } from './healthz.ts';

define('nunect-healthz', NunectHealthz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-healthz': NunectHealthz;
  }
}

export { NunectHealthz } from './healthz.ts';
