import type { Connection } from '../transport/connection.ts';
import { scheduleFrame } from './frame.ts';
import { initialSnapshot, type Snapshot } from './snapshot.ts';

/** A listener's hold on a source. */
export interface Subscription {
  /** An element that is scrolled out of sight, or whose page is hidden, asks for less. */
  setVisible(visible: boolean): void;
  unsubscribe(): void;
}

/** What an element may know of a source. */
export interface Source<T> {
  readonly snapshot: Snapshot<T>;
  /** @param intervalMs how often this subscriber wants it asked for, ms, where it is asked for */
  subscribe(listener: () => void, visible?: boolean, intervalMs?: number | null): Subscription;
}

/** After the last subscriber left: moving an element in the page loses nothing. */
const GRACE_MS = 5_000;

/**
 * The life of a source: started by the first subscriber, stopped 5 s after the last one left, told of the
 * connection's changes, one notification a frame however many changes there were.
 */
export abstract class BaseSource<T> implements Source<T> {
  readonly #subscribers = new Map<symbol, { listener: () => void; visible: boolean; intervalMs: number | null }>();
  #snapshot: Snapshot<T> = initialSnapshot<T>();
  #touched = false;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #stopFollowing: (() => void) | undefined;
  #notifying = false;
  #visible = false;
  #intervalMs: number | null = null;
  /** Set by the registry: a stopped source is forgotten. */
  onStopped: (() => void) | undefined;

  constructor(protected readonly connection: Connection) {}

  /** Made when it is asked for, so that a burst of messages costs one snapshot, not one each. */
  get snapshot(): Snapshot<T> {
    if (this.#touched) {
      this.#touched = false;
      this.#replace(this.collect());
    }
    return this.#snapshot;
  }

  /** At least one subscriber can be seen. */
  protected get visible(): boolean {
    return this.#visible;
  }

  /** The shortest interval that a subscriber wants who can be seen, or anybody while none can; ms. */
  protected get shortestIntervalMs(): number | null {
    return this.#intervalMs;
  }

  protected get started(): boolean {
    return this.#stopFollowing !== undefined;
  }

  subscribe(listener: () => void, visible = true, intervalMs: number | null = null): Subscription {
    const key = Symbol('subscriber');
    this.#subscribers.set(key, { listener, visible, intervalMs });
    clearTimeout(this.#graceTimer);
    this.#updateWishes();
    if (!this.started) this.#start();
    return {
      setVisible: (now) => {
        const entry = this.#subscribers.get(key);
        if (!entry || entry.visible === now) return;
        entry.visible = now;
        this.#updateWishes();
      },
      unsubscribe: () => {
        if (!this.#subscribers.delete(key)) return;
        this.#updateWishes();
        if (this.#subscribers.size === 0) this.#graceTimer = setTimeout(() => this.#stop(), GRACE_MS);
      },
    };
  }

  /** Something that `collect` reads has changed; it is read when the next snapshot is made. */
  protected touch(): void {
    this.#touched = true;
    this.#notify();
  }

  /** The fields that follow from what has been received since. Cheap: runs at most once a frame. */
  protected abstract collect(): Partial<Snapshot<T>>;
  /** The connection's snapshot changed, or the source has just started. */
  protected abstract connectionChanged(): void;
  /** The last subscriber has gone: end timers and subscriptions. */
  protected abstract stopped(): void;
  protected visibilityChanged(): void {
    // most feeds take all the same
  }
  /** Subscribers want it more or less often now. */
  protected intervalChanged(): void {
    // what arrives by itself has no interval
  }

  /** The same reference while nothing changed. */
  #replace(change: Partial<Snapshot<T>>): void {
    const keys = Object.keys(change) as (keyof Snapshot<T>)[];
    if (keys.every((key) => change[key] === this.#snapshot[key])) return;
    this.#snapshot = Object.freeze({ ...this.#snapshot, ...change });
  }

  #notify(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    const tell = (): void => {
      if (!this.#notifying) return;
      this.#notifying = false;
      for (const { listener } of [...this.#subscribers.values()]) listener();
    };
    scheduleFrame(tell);
    // the very first data are waited for by somebody: they need not wait for a frame, which may be drawing something else
    if (this.#snapshot.data === null)
      queueMicrotask(() => {
        if (this.snapshot.data !== null) tell();
      });
  }

  #start(): void {
    this.#stopFollowing = this.connection.subscribe(() => this.connectionChanged());
    this.connectionChanged();
  }

  #stop(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    this.stopped();
    this.onStopped?.();
  }

  #updateWishes(): void {
    const entries = [...this.#subscribers.values()];
    const seen = entries.filter((entry) => entry.visible);
    const visible = seen.length > 0;
    const wanted = (visible ? seen : entries).flatMap((entry) => entry.intervalMs ?? []);
    const intervalMs = wanted.length > 0 ? Math.min(...wanted) : null;
    const otherVisible = visible !== this.#visible;
    const otherInterval = intervalMs !== this.#intervalMs;
    this.#visible = visible;
    this.#intervalMs = intervalMs;
    if (!this.started || entries.length === 0) return;
    if (otherVisible) this.visibilityChanged();
    else if (otherInterval) this.intervalChanged();
  }
}
