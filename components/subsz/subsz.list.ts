import { decodeSubszReply } from '../../protocol/server/subsz.ts';
import { askAll } from '../core/sources/ask.ts';
import type { Connection } from '../core/transport/connection.ts';
import { errorText } from '../core/transport/errors.ts';
import { listed, optionsOf, type Listed, type ListRequest } from './subsz.model.ts';

/** What was asked for last, and what came of it. The same object while nothing changed. */
export interface ListState {
  readonly request: ListRequest;
  readonly busy: boolean;
  readonly result: Listed | null;
  /** When the result arrived, ms since the epoch. */
  readonly at: number | null;
  readonly failure: string | null;
  /** Servers whose answer could not be read. */
  readonly unreadable: number;
}

/** Lists subscriptions of all servers when a person asks for it. Of two requests the later one counts. */
export class SubscriptionList {
  readonly #changed: () => void;
  #state: ListState | null = null;

  /** @param changed is told when there is something else to show */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** `null`: nobody has asked yet. */
  get state(): ListState | null {
    return this.#state;
  }

  forget(): void {
    this.#state = null;
  }

  async ask(connection: Connection, request: ListRequest): Promise<void> {
    const nothing = { request, result: null, at: null, failure: null, unreadable: 0 };
    const asking: ListState = { ...nothing, busy: true };
    this.#set(asking);
    try {
      const { replies, unreadable } = await askAll(connection, 'subsz', decodeSubszReply, optionsOf(request));
      if (this.#state !== asking) return;
      this.#set({ ...nothing, busy: false, result: listed(replies, request.limit), at: Date.now(), unreadable });
    } catch (error) {
      if (this.#state === asking) this.#set({ ...nothing, busy: false, failure: errorText(error) });
    }
  }

  #set(state: ListState): void {
    this.#state = state;
    this.#changed();
  }
}
