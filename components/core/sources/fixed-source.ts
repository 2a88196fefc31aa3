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
