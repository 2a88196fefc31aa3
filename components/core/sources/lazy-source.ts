import type { Connection } from '../transport/connection.ts';
import { errorText } from '../transport/errors.ts';
import { whileUnconnected } from './no-connection.ts';
import { initialSnapshot, type Snapshot } from './snapshot.ts';
import type { Source, Subscription } from './source.ts';

const RETRY_MS = 10_000;

/** A source whose code loads when somebody subscribes; until then it waits. For one subscriber: it hands on to a shared one. */
export class LazySource<T, L> implements Source<T> {
  readonly #load: () => Promise<L>;
  readonly #open: (loaded: L) => Source<T>;
  #source: Source<T> | null = null;
  #snapshot: Snapshot<T>;

  /**
   * @param load loads what `open` needs
   * @param open gives the source; called once, and not at all when the subscriber has gone meanwhile
   */
  constructor(connection: Connection, load: () => Promise<L>, open: (loaded: L) => Source<T>) {
    const { snapshot } = connection;
    const waiting = { status: 'waiting', error: null } as const;
    this.#load = load;
    this.#open = open;
    this.#snapshot = Object.freeze({
      ...initialSnapshot<T>(),
      ...(snapshot.state === 'connected' ? waiting : whileUnconnected(snapshot, false)),
    });
  }

  get snapshot(): Snapshot<T> {
    return this.#source?.snapshot ?? this.#snapshot;
  }

  subscribe(listener: () => void, visible = true, intervalMs: number | null = null): Subscription {
    let seen = visible;
    let ended = false;
    let held: Subscription | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = async (): Promise<void> => {
      try {
        const loaded = await this.#load();
        if (ended) return;
        this.#source ??= this.#open(loaded);
        held = this.#source.subscribe(listener, seen, intervalMs);
      } catch (error) {
        if (ended) return;
        const message = `A part of nunect could not be loaded (${errorText(error)}). Reload the page.`;
        this.#snapshot = Object.freeze({ ...this.#snapshot, status: 'error', error: { message } });
        timer = setTimeout(() => void begin(), RETRY_MS);
      }
      listener();
    };
    void begin();
    return {
      setVisible: (now) => {
        seen = now;
        held?.setVisible(now);
      },
      unsubscribe: () => {
        ended = true;
        clearTimeout(timer);
        held?.unsubscribe();
      },
    };
  }
}
