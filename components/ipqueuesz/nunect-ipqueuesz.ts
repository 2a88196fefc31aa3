import { define } from '../core/element/define.ts';
import { NunectIpqueuesz } from './ipqueuesz.ts';

define('nunect-ipqueuesz', NunectIpqueuesz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-ipqueuesz': NunectIpqueuesz;
  }
}

export { NunectIpqueuesz } from './ipqueuesz.ts';
