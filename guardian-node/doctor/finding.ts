/** What the doctor found, one line a thing. */
export type FindingState = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** Heading that it stands under. */
  readonly group: string;
  /** What was looked at. */
  readonly name: string;
  /** `skip`: not looked at, and why. */
  readonly state: FindingState;
  /** What was found. */
  readonly text: string;
  /** What to do; null: nothing. */
  readonly todo: string | null;
}

/** Findings of one group. */
export class Findings {
  readonly all: Finding[] = [];
  readonly #group: string;

  constructor(group: string) {
    this.#group = group;
  }

  ok(name: string, text: string): void {
    this.#add('ok', name, text, null);
  }

  warn(name: string, text: string, todo: string): void {
    this.#add('warn', name, text, todo);
  }

  fail(name: string, text: string, todo: string): void {
    this.#add('fail', name, text, todo);
  }

  skip(name: string, text: string): void {
    this.#add('skip', name, text, null);
  }

  #add(state: FindingState, name: string, text: string, todo: string | null): void {
    this.all.push({ group: this.#group, name, state, text, todo });
  }
}
