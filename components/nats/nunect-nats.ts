import { define } from '../core/element/define.ts';
import { NunectNats } from './nats.ts';

define('nunect-nats', NunectNats);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-nats': NunectNats;
  }
}

export { NunectNats, type ConnectionChangeEvent } from './nats.ts';
