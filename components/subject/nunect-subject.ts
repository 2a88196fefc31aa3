import { define } from '../core/element/define.ts';
import { NunectSubject } from './subject.ts';

define('nunect-subject', NunectSubject);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-subject': NunectSubject;
  }
}

export { NunectSubject } from './subject.ts';
