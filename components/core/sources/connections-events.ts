import { serverEventSubjects } from '../../../protocol/server/event-subjects.ts';
import { decodeServerEvent, type ServerEvent } from '../../../protocol/server/events.ts';
import type { Connection } from '../transport/connection.ts';
import type { MessageLike } from '../transport/nats-like.ts';
import { sharedSource } from './registry.ts';
import { SubjectFeed } from './subject-feed.ts';

/** Connections that come and go, told one by one. Its snapshot counts them, and says whether they are heard at all. */
class ConnectionEvents extends SubjectFeed<number> {
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  #count = 0;

  /** @returns the function that ends it */
  listen(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected override received({ subject, data }: MessageLike): void {
    const decoded = decodeServerEvent(subject, data);
    if (!decoded.ok) {
      this.countProblem(`${subject}: ${decoded.problem.message}`);
      return;
    }
    this.#count++;
    for (const listener of this.#listeners) listener(decoded.value);
  }

  protected override hasData(): boolean {
    return this.#count > 0;
  }

  protected override dataStatus(): 'live' {
    return 'live';
  }
}

export type { ConnectionEvents };

/** The one feed of a connection. Refused logins are not among these: they never were a connection. */
export function connectionEvents(connection: Connection): ConnectionEvents {
  const { connect, disconnect } = serverEventSubjects;
  return sharedSource(
    connection,
    'connections come and go',
    () => new ConnectionEvents(connection, [connect, disconnect]),
  );
}
