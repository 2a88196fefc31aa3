import { fixture, html } from '@open-wc/testing';
import '../../../components/time-status/nunect-time-status.ts';
import type { NunectTimeStatus } from '../../../components/time-status/nunect-time-status.ts';
import type { FakeNats } from '../../../components/testing/index.ts';

export type Body = Record<string, unknown>;

export const UNSYNCED: Body = {
  active_source: 'unsynced',
  clock_quality: 'freerun',
  reason: 'chronyd does not answer on 127.0.0.1:323',
  error_bound_ns: null,
  ntp_offset_ms: null,
  ntp_stratum: null,
  ntp_current_server: null,
  leap: null,
  errors: ['ECONNREFUSED'],
};

/** What the contract asks of every guardian, and nothing more. */
export function marked(unit: string): Body {
  return {
    ts: Date.now(),
    unit_id: unit,
    seq: 7,
    ptp_enabled: false,
    ptp_master: '',
    ptp_offset_ns: 0,
    ptp_path_delay_ns: 0,
    ptp_stratum: 0,
    ptp_state: '',
    ntp_enabled: true,
    ntp_offset_ms: -0.42,
    ntp_stratum: 3,
    ntp_servers: null,
    ntp_current_server: 'time.example.org',
    ntp_sync_log: null,
    active_source: 'ntp',
    clock_quality: 'tracking',
  };
}

export async function shown(nats: FakeNats | null, attributes: Body = {}): Promise<NunectTimeStatus> {
  const element = document.createElement('nunect-time-status');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.connection = nats;
  await fixture(html`<div>${element}</div>`);
  return element;
}

export function rootOf(element: NunectTimeStatus): ShadowRoot {
  if (!element.shadowRoot) throw new Error('no shadow root');
  return element.shadowRoot;
}

export function find<E extends Element = HTMLElement>(element: NunectTimeStatus, selector: string): E {
  const found = rootOf(element).querySelector<E>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

/** “Server” → “192.0.2.10”. */
export function facts(element: NunectTimeStatus): Record<string, string> {
  const pairs = [...rootOf(element).querySelectorAll('.facts > div')].map((each) => [
    each.querySelector('dt')?.textContent?.trim() ?? '',
    (each.querySelector('dd')?.textContent ?? '').replace(/\s+/g, ' ').trim(),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

export function units(element: NunectTimeStatus): string[] {
  return [...rootOf(element).querySelectorAll('.row .unit')].map((each) => each.textContent?.trim() ?? '');
}
