import { define } from '../core/element/define.ts';
import { NunectGatewayz } from './gatewayz.ts';

define('nunect-gatewayz', NunectGatewayz);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-gatewayz': NunectGatewayz;
  }
}

export { NunectGatewayz } from './gatewayz.ts';
