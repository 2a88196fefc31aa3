import { FakeNats } from './fake-nats.ts';

/**
 * Makes an element for a gallery, on a fake connection of its own that `set` prepares before the element sees it and
 * may go on feeding after.
 */
export function onFake<E extends HTMLElement & { connection: unknown }>(
  tag: string,
  set: (nats: FakeNats, element: E) => void = () => undefined,
): E {
  const element = document.createElement(tag) as E;
  const nats = new FakeNats();
  set(nats, element);
  element.connection = nats;
  return element;
}
