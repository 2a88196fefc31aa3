import { fixture, html } from '@open-wc/testing';
import '../../../components/sys-log/nunect-sys-log.ts';
import type { NunectSysLog } from '../../../components/sys-log/nunect-sys-log.ts';
import { FakeNats, type FakeMessage } from '../../../components/testing/index.ts';
import { untilStatus } from '../core/helpers.ts';

/** An element that is live on a connection of its own. */
export async function liveLog(max?: number): Promise<{ element: NunectSysLog; nats: FakeNats }> {
  const nats = new FakeNats();
  const element = await fixture<NunectSysLog>(
    html`<nunect-sys-log max=${max ?? 1_000} .connection=${nats}></nunect-sys-log>`,
  );
  await untilStatus(element, 'live');
  await element.updateComplete;
  return { element, nats };
}

export function deliver(nats: FakeNats, ...messages: FakeMessage[]): void {
  for (const message of messages) nats.deliver(...message);
}

/** Text of each row in the page, cells separated by single spaces. */
export function rowsOf(element: Element): string[] {
  return rowElements(element).map((row) => (row.textContent ?? '').replace(/\s+/g, ' ').trim());
}

export function rowElements(element: Element): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.log-scroller [role="row"]') ?? [])];
}

export function find<E extends HTMLElement = HTMLElement>(element: Element, selector: string): E {
  const found = element.shadowRoot?.querySelector<E>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

/** The button that a person would read these words on. */
export function button(element: Element, words: string): HTMLButtonElement {
  const all = [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
  const found = all.find((each) => each.textContent?.includes(words));
  if (!found)
    throw new Error(`no button says ${words}; there are: ${all.map((each) => each.textContent?.trim()).join(', ')}`);
  return found;
}

export function filterBy(element: Element, text: string): void {
  const field = find<HTMLInputElement>(element, 'input[type="search"]');
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

export function countOf(element: Element): string {
  return find(element, '.count').textContent?.trim() ?? '';
}

/** Presses Download and reads what the browser would have saved. */
export async function downloaded(element: Element): Promise<string> {
  const create = URL.createObjectURL.bind(URL);
  let blob: Blob | undefined;
  URL.createObjectURL = (object: Blob): string => {
    blob = object;
    return create(object);
  };
  // the anchor is in no document: this is the only way to keep the browser from saving a file
  Object.defineProperty(HTMLAnchorElement.prototype, 'click', { configurable: true, value: () => undefined });
  try {
    button(element, 'Download').click();
  } finally {
    URL.createObjectURL = create;
    Reflect.deleteProperty(HTMLAnchorElement.prototype, 'click');
  }
  if (!blob) throw new Error('nothing was offered for download');
  return blob.text();
}
