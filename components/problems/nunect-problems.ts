import { define } from '../core/element/define.ts';
import { NunectProblems } from './problems.ts';

define('nunect-problems', NunectProblems);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-problems': NunectProblems;
  }
}

export { NunectProblems, type ProblemLink } from './problems.ts';
export type { ProblemKind } from './problems.model.ts';
