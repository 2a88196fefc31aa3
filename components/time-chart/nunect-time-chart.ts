import { define } from '../core/element/define.ts';
import { NunectTimeChart } from './time-chart.ts';

define('nunect-time-chart', NunectTimeChart);

declare global {
  interface HTMLElementTagNameMap {
    'nunect-time-chart': NunectTimeChart;
  }
}

export { NunectTimeChart } from './time-chart.ts';
