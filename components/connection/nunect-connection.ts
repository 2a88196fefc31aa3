import { define } from '../core/element/define.ts';
import { NunectConnection } from './connection.ts';

define('nunect-connection', NunectConnection);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-connection': NunectConnection;
  }
}

export { NunectConnection } from './connection.ts';
