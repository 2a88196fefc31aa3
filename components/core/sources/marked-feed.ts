import { EventFeed, type EventLog } from './event-feed.ts';

/** The page's own link broke or came back: what happened between the two is not known. Times are this browser's. */
export interface LinkMark {
  readonly kind: 'link-lost' | 'link-back';
  /** ms since the epoch. */
  readonly at: number;
  /** Server last connected to, as the client names it. */
  readonly server: string | null;
  /** When the link broke; the same as `at` in the mark of that moment. ms since the epoch. */
  readonly lostAt: number;
}

/** A log with a mark for each time that nothing could be heard. */
export class MarkedFeed<T, D extends EventLog<T | LinkMark> = EventLog<T | LinkMark>> extends EventFeed<
  T | LinkMark,
  D
> {
  #connected = false;
  #lostAt: number | null = null;

  protected override connectionChanged(): void {
    const { state, server } = this.connection.snapshot;
    const connected = state === 'connected';
    if (connected !== this.#connected) {
      this.#connected = connected;
      const at = Date.now();
      if (!connected) {
        this.#lostAt = at;
        this.take({ kind: 'link-lost', at, server, lostAt: at });
      } else if (this.#lostAt !== null) {
        this.take({ kind: 'link-back', at, server, lostAt: this.#lostAt });
        this.#lostAt = null;
      }
    }
    super.connectionChanged();
  }
}
