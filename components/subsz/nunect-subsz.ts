import { define } from '../core/element/define.ts';
import { NunectSubsz } from './subsz.ts';

define('nunect-subsz', NunectSubsz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-subsz': NunectSubsz;
  }
}

export { NunectSubsz } from './subsz.ts';
