import type { NatsConnectionLike, StatusLike } from './nats-like.ts';

/** What happens to a client connection, the same for every client library. May be told more than once. */
export interface ConnectionEvents {
  disconnected(): void;
  reconnected(): void;
  /** The client is closed for good; `error` says why when it was not on purpose. */
  closed(error: Error | null): void;
}

/**
 * Follows a client's status. nats.ws never says `close` and its iterator never ends, so `closed()` is watched beside
 * it; nats-core repeats `disconnect` once per failed attempt, so every handler must bear repetition.
 * @returns a function that stops the calls
 */
export function watchConnection(nats: NatsConnectionLike, events: ConnectionEvents): () => void {
  let watching = true;
  const follow = async (): Promise<void> => {
    for await (const status of nats.status()) {
      if (!watching) return;
      handle(status);
    }
  };
  const handle = (status: StatusLike): void => {
    if (status.type === 'disconnect' || status.type === 'reconnecting' || status.type === 'staleConnection')
      events.disconnected();
    else if (status.type === 'reconnect') events.reconnected();
  };
  // an iterator that breaks says nothing that closed() does not say better
  follow().catch(() => undefined);
  nats.closed().then(
    (error) => watching && events.closed(error ?? null),
    (error: unknown) => watching && events.closed(error instanceof Error ? error : new Error(String(error))),
  );
  return () => {
    watching = false;
  };
}
