import type { ServerEvent } from '../../protocol/server/events.ts';
import { decodeLeafzReply } from '../../protocol/server/leafz.ts';
import { CombinedSource, type Combined } from '../core/sources/combined.ts';
import { connectionEvents } from '../core/sources/connections-events.ts';
import { sharedSource } from '../core/sources/registry.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import { BaseSource, type Source, type Subscription } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { LeafEventBook, type LeafEvents } from './leafz.events.ts';
import type { LeafzServer } from './leafz.model.ts';

/** The leaves that stand; beside them who came and went since somebody looked, which may be refused. */
export type LeafzData = Combined<readonly LeafzServer[], { events: LeafEvents }>;

export function leafzSource(connection: Connection): Source<LeafzData> {
  return new CombinedSource(serverPoll(connection, 'leafz', decodeLeafzReply), {
    events: { source: sharedSource(connection, 'leaf events', () => new LeafEventSource(connection)) },
  });
}

/** Leaves that come and go, counted. Takes from the feed of all connections what is about leaves. */
class LeafEventSource extends BaseSource<LeafEvents> {
  readonly #book = new LeafEventBook(Date.now());
  #feed: { readonly source: Source<unknown>; readonly subscription: Subscription; readonly stop: () => void } | null =
    null;

  protected override connectionChanged(): void {
    if (!this.#feed) {
      const source = connectionEvents(this.connection);
      const stop = source.listen((event) => this.#take(event));
      this.#feed = { source, stop, subscription: source.subscribe(() => this.touch()) };
    }
    this.touch();
  }

  protected override stopped(): void {
    this.#feed?.stop();
    this.#feed?.subscription.unsubscribe();
    this.#feed = null;
  }

  protected override collect(): Partial<Snapshot<LeafEvents>> {
    if (!this.#feed) return {};
    const { status, error, problems } = this.#feed.source.snapshot;
    return { status, error, problems, data: this.#book.events };
  }

  #take(event: ServerEvent): void {
    if (this.#book.take(event, Date.now())) this.touch();
  }
}
