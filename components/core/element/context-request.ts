import { ContextEvent, ContextRoot } from '@lit/context';
import type { Connection } from '../transport/connection.ts';
import { connectionContext } from './contexts.ts';

const ROOT_MARK = Symbol.for('nunect/context-root@1');

/**
 * Remembers requests that no provider has answered yet, so that an element that is upgraded before its provider gets
 * its connection all the same. One for the page, whichever copy of the kit comes first.
 */
export function ensureContextRoot(): void {
  const marks = globalThis as { [ROOT_MARK]?: true };
  if (marks[ROOT_MARK]) return;
  marks[ROOT_MARK] = true;
  new ContextRoot().attach(document.documentElement);
}

/**
 * Asks the providers above `element` for a connection and follows its changes.
 * @returns the function that ends it
 */
export function requestConnection(element: HTMLElement, receive: (connection: Connection) => void): () => void {
  let ended = false;
  let unsubscribe: (() => void) | undefined;
  const callback = (connection: Connection, end?: () => void): void => {
    // a nearer provider may take over: the one before must let go
    if (unsubscribe && unsubscribe !== end) unsubscribe();
    unsubscribe = end;
    if (ended) end?.();
    else receive(connection);
  };
  element.dispatchEvent(new ContextEvent(connectionContext, element, callback, true));
  const end = (): void => {
    ended = true;
    unsubscribe?.();
  };
  // ContextRoot keeps the callback by a weak reference only: it must live as long as the element holds this function
  return Object.assign(end, { callback });
}
