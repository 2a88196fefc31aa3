import { fixture, html, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../../../components/subject/nunect-subject.ts';
import type { NunectSubject } from '../../../components/subject/nunect-subject.ts';
import { FakeNats } from '../../../components/testing/index.ts';
import { untilStatus, untilText } from '../core/helpers.ts';

export async function watching(
  subject = 'orders.>',
  max?: number,
): Promise<{ element: NunectSubject; nats: FakeNats }> {
  const nats = new FakeNats();
  const element = await fixture<NunectSubject>(
    html`<nunect-subject subject=${subject} max=${max ?? 200} .connection=${nats}></nunect-subject>`,
  );
  await untilStatus(element, 'live');
  await element.updateComplete;
  return { element, nats };
}

export function find<E extends HTMLElement = HTMLElement>(element: Element, selector: string): E {
  const found = element.shadowRoot?.querySelector<E>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

export function button(element: Element, words: string): HTMLButtonElement {
  const found = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find((each) =>
    each.textContent?.includes(words),
  );
  if (!found) throw new Error(`no button says ${words}`);
  return found;
}

export function rows(element: Element): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.log-scroller [role="row"]') ?? [])];
}

export function rowTexts(element: Element): string[] {
  return rows(element).map((row) => (row.textContent ?? '').replace(/\s+/g, ' ').trim());
}

export async function opened(element: Element): Promise<string> {
  await waitUntil(() => rows(element).length > 0);
  rows(element).at(-1)?.click();
  await untilText(element, 'Arrived');
  return find(element, '.detail').textContent ?? '';
}

export async function type(element: Element, text: string): Promise<void> {
  const field = find<HTMLInputElement>(element, 'input[name="subject"]');
  field.focus();
  field.value = text;
  await sendKeys({ press: 'Enter' });
}
