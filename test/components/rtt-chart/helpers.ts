import { fixture, html } from '@open-wc/testing';
import '../../../components/rtt-chart/nunect-rtt-chart.ts';
import type { NunectRttChart } from '../../../components/rtt-chart/nunect-rtt-chart.ts';
import type { FakeNats } from '../../../components/testing/index.ts';
import { canvasOf, columnsOf, stretches } from '../core-ui-time-chart/helpers.ts';

export type Body = Record<string, unknown>;

export async function shown(nats: FakeNats | null, attributes: Body = {}): Promise<NunectRttChart> {
  const element = document.createElement('nunect-rtt-chart');
  for (const [name, value] of Object.entries({ history: 'off', minutes: 10, ...attributes }))
    element.setAttribute(name, String(value));
  element.connection = nats;
  await fixture(html`<div>${element}</div>`);
  return element;
}

export function rootOf(element: NunectRttChart): ShadowRoot {
  if (!element.shadowRoot) throw new Error('no shadow root');
  return element.shadowRoot;
}

/** The legend's rows as text: name, then figures. */
export function rows(element: NunectRttChart): string[] {
  return [...rootOf(element).querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()).join(' | '),
  );
}

export function curveColour(element: NunectRttChart, index: number): string {
  const probe = rootOf(element).querySelector(`.probe .series-${index}`);
  return probe ? getComputedStyle(probe).color : '';
}

export async function stretchesOf(element: NunectRttChart, colour = 0): Promise<[number, number][]> {
  const canvas = await canvasOf(rootOf(element));
  return stretches(columnsOf(canvas, curveColour(element, colour)), 12);
}
