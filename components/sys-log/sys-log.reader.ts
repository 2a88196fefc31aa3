/** Reads what servers and JetStream tell, and puts it into words. */
import { decodeAdvisory } from '../../protocol/server/advisories.ts';
import type { Decoded } from '../../protocol/decode.ts';
import { decodeServerEvent, isServerEvent, type ServerEvent } from '../../protocol/server/events.ts';
import { decodeSystemEvent, type SystemEvent } from '../../protocol/server/system-events.ts';
import type { Connection } from '../core/transport/connection.ts';
import { ClosedLookup, type Closed } from './sys-log.closed.ts';
import { tellAdvisory } from './sys-log.advisory-words.ts';
import { detailsOf } from './sys-log.details.ts';
import type { LogEntry, ToldEvent } from './sys-log.source.ts';
import { tellSystemEvent } from './sys-log.system-words.ts';

/** How many servers, and counts of accounts, are remembered. */
const REMEMBERED = 4_096;

export class Reader {
  readonly detailsOf = detailsOf;
  readonly #startedAt = Date.now();
  readonly #lookup: ClosedLookup;
  /** Id of each server, by name. */
  readonly #servers = new Map<string, string>();
  /** The last counts of an account on a server, to tell a change from the half-minute's repetition. */
  readonly #accounts = new Map<string, string>();
  readonly #leaving = new Set<string>();

  /** @param changed told when a connection's record has been looked up */
  constructor(connection: Connection, changed: () => void) {
    this.#lookup = new ClosedLookup(connection, changed);
  }

  /** What a message tells: nothing, one thing, or two. */
  read(subject: string, data: Uint8Array): Decoded<readonly LogEntry[]> {
    if (subject.startsWith('$JS.')) {
      const advisory = decodeAdvisory(data);
      return advisory.ok ? { ok: true, value: [tellAdvisory(advisory.value)] } : advisory;
    }
    if (isServerEvent(subject)) {
      const event = decodeServerEvent(subject, data);
      return event.ok ? { ok: true, value: [event.value] } : event;
    }
    const event = decodeSystemEvent(subject, data);
    return event.ok ? { ok: true, value: event.value ? this.#tell(event.value) : [] } : event;
  }

  /** A connection ended: if it was not its client that closed it, the server is asked for its record. */
  ended(event: ServerEvent): void {
    this.#lookup.ended(event);
  }

  /** What the server's record says of a connection that ended; null where none is wanted. */
  closedOf(event: ServerEvent): Closed | null {
    return this.#lookup.closedOf(event);
  }

  /** Looks it up now, because somebody reads it. */
  wantClosed(event: ServerEvent): void {
    this.#lookup.want(event);
  }

  stop(): void {
    this.#lookup.stop();
  }

  #tell(event: SystemEvent): readonly ToldEvent[] {
    const { server } = event;
    const up = this.#isUp(event);
    const told: ToldEvent[] = up ? [tellSystemEvent(event, up)] : [];
    if (event.kind === 'alive') return told;
    if (event.kind === 'lame-duck' || event.kind === 'shutdown') {
      // has no id to know a repeat by; and a server does it once
      const key = `${event.kind} ${server?.id}`;
      if (this.#leaving.has(key)) return told;
      this.#leaving.add(key);
    }
    if (event.kind === 'account-connections' && !this.#isChange(event, `${server?.id} ${event.account}`)) return told;
    return [...told, tellSystemEvent(event, null)];
  }

  /**
   * Whether a server has come up: a new id under a known name, or a server that has run for less time than we have listened.
   * Times of one clock are compared with one another only.
   */
  #isUp(event: SystemEvent): 'again' | 'new' | null {
    const { server } = event;
    if (!server) return null;
    const known = this.#servers.get(server.name);
    if (known === server.id || event.kind === 'shutdown') return null;
    remember(this.#servers, server.name, server.id);
    if (known !== undefined) return 'again';
    const start = event.kind === 'alive' ? event.start : null;
    if (start === null || server.time === null) return null;
    return server.time - start < Date.now() - this.#startedAt ? 'new' : null;
  }

  #isChange(event: SystemEvent & { kind: 'account-connections' }, key: string): boolean {
    const { connections, leafNodes, slowConsumers } = event;
    const counts = `${connections} ${leafNodes} ${slowConsumers}`;
    if (this.#accounts.get(key) === counts) return false;
    remember(this.#accounts, key, counts);
    return true;
  }
}

function remember(map: Map<string, string>, key: string, value: string): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
