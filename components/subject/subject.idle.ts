import { initialSnapshot, type Snapshot } from '../core/sources/snapshot.ts';
import type { Source, Subscription } from '../core/sources/source.ts';
import type { SubjectData } from './subject.source.ts';

const NOTHING: SubjectData = Object.freeze({
  subject: '',
  messages: Object.freeze([]),
  total: 0,
  dropped: 0,
  rates: Object.freeze({
    all: Object.freeze({ total: 0, perSecond: null, bytesPerSecond: null, history: Object.freeze([]) }),
    subjects: Object.freeze([]),
    others: 0,
    estimated: false,
  }),
  sampling: false,
  sampled: false,
});

/** No subject is named yet: nothing is subscribed to. */
export class IdleSource implements Source<SubjectData> {
  readonly snapshot: Snapshot<SubjectData> = Object.freeze({ ...initialSnapshot<SubjectData>('empty'), data: NOTHING });

  subscribe(): Subscription {
    return { setVisible: () => undefined, unsubscribe: () => undefined };
  }
}
