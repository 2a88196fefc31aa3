import { define } from '../core/element/define.ts';
import { NunectServers } from './servers.ts';

define('nunect-servers', NunectServers);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-servers': NunectServers;
  }
}

export { NunectServers } from './servers.ts';
