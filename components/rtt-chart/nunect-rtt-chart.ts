import { define } from '../core/element/define.ts';
import { NunectRttChart } from './rtt-chart.ts';

define('nunect-rtt-chart', NunectRttChart);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-rtt-chart': NunectRttChart;
  }
}

export { NunectRttChart } from './rtt-chart.ts';
