/** What a grandmaster says of itself: IEEE 1588-2019, tables 4 (class) and 5 (accuracy). */

/** `locked` to a reference, `holding` over within its specification, `free` of any reference, `other`: a profile's own. */
export type ClassKind = 'locked' | 'holding' | 'free' | 'other';

const LOCKED = [6, 13];
const HOLDING = [7, 14, 135];
const FREE = [165, 187, 248, 255];

export function classKind(clockClass: number): ClassKind {
  if (LOCKED.includes(clockClass)) return 'locked';
  if (HOLDING.includes(clockClass)) return 'holding';
  return FREE.includes(clockClass) ? 'free' : 'other';
}

/** From 0x17 on, ns. */
const ACCURACIES_NS = [
  0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10, 25, 100, 250, 1e3, 2.5e3, 1e4, 2.5e4, 1e5, 2.5e5, 1e6, 2.5e6, 1e7,
  2.5e7, 1e8, 2.5e8, 1e9, 1e10,
];
const FIRST_CODE = 0x17;

/** What an accuracy's code promises, ns; null where it promises nothing (`more than 10 s`, unknown, a profile's own). */
export function accuracyNs(code: number | null): number | null {
  return code === null ? null : (ACCURACIES_NS[code - FIRST_CODE] ?? null);
}
