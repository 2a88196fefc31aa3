import { define } from '../core/element/define.ts';
import { NunectTopology } from './topology.ts';

define('nunect-topology', NunectTopology);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-topology': NunectTopology;
  }
}

export { NunectTopology } from './topology.ts';
