import { initialSnapshot, type Snapshot } from './snapshot.ts';
import type { Source, Subscription } from './source.ts';

/** A source that never changes: what an element shows when its attributes name nothing that could be asked for. */
export class FixedSource<T> implements Source<T> {
  readonly snapshot: Snapshot<T>;

  /** @param message what is wrong and what to write instead */
  constructor(message: string) {
    this.snapshot = Object.freeze({ ...initialSnapshot<T>('error'), error: Object.freeze({ message }) });
  }

  subscribe(): Subscription {
    return { setVisible: () => undefined, unsubscribe: () => undefined };
  }
}

/** Nothing is named yet that could be asked for: it is empty, and nobody is asked. */
export class IdleSource<T> implements Source<T> {
  readonly snapshot: Snapshot<T>;

  /** @param data what there is of nothing */
  constructor(data: T) {
    this.snapshot = Object.freeze({ ...initialSnapshot<T>('empty'), data });
  }

  subscribe(): Subscription {
    return { setVisible: () => undefined, unsubscribe: () => undefined };
  }
}
