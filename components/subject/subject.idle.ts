import type { SubjectData } from './subject.source.ts';

/** What has been seen of no subject. */
export const NOTHING: SubjectData = Object.freeze({
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
