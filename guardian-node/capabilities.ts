/**
 * What the profile lets the guardian do. The server's permissions bind it besides; this is so that a machine's owner
 * decides it in one file. Replies to requests are part of the right to subscribe, and its own inbox is always its own.
 */
import { subjectMatches } from '../protocol/index.ts';
import type { Allow, Capability } from './profile.ts';

export class Capabilities {
  readonly #allowed: readonly Capability[];

  constructor(capabilities: readonly Capability[], unit: string) {
    this.#allowed = capabilities.map(({ subject, allow }) => ({ subject: subject.replaceAll('{unit}', unit), allow }));
  }

  mayPublish(subject: string): boolean {
    return this.#may('pub', subject);
  }

  maySubscribe(subject: string): boolean {
    return this.#may('sub', subject);
  }

  #may(what: Allow, subject: string): boolean {
    return this.#allowed.some((c) => c.allow.includes(what) && covers(c.subject, subject));
  }
}

/** Whether everything that falls under `subject`, which may have wildcards, falls under `pattern`. */
function covers(pattern: string, subject: string): boolean {
  if (!subject.endsWith('.>')) return subjectMatches(pattern, subject);
  return pattern.endsWith('>') && subjectMatches(pattern, subject);
}
