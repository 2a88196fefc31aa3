import { waitUntil } from '@open-wc/testing';
import type { NunectElement } from '../../../components/core/index.ts';
import type { SourceStatus } from '../../../components/core/index.ts';

/** Everything that a reader sees of an element, white space folded. */
export function textOf(element: Element): string {
  return (element.shadowRoot?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** Waits until the element reflects the state, and says what it showed instead. */
export async function untilStatus(
  element: NunectElement<unknown>,
  status: SourceStatus,
  timeout = 4_000,
): Promise<void> {
  await waitUntil(() => element.matches(`:state(${status})`), `the element should be ${status}`, { timeout }).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}; it is ${element.status}: ${textOf(element).slice(0, 200)}`);
    },
  );
}

/** Waits until the element shows the words. */
export async function untilText(element: Element, expected: string | RegExp, timeout = 4_000): Promise<void> {
  const shown = (): boolean => {
    const text = textOf(element);
    return typeof expected === 'string' ? text.includes(expected) : expected.test(text);
  };
  await waitUntil(shown, `should show ${String(expected)}`, { timeout }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it shows: ${textOf(element).slice(0, 400)}`);
  });
}
