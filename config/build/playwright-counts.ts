import type { FullResult, Reporter, Suite } from '@playwright/test/reporter';

/** Ends a run with `N passed, N failed, N skipped`, as `npm test` reads it. */
export default class CountsReporter implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd({ status }: FullResult): void {
    const outcomes = this.#suite?.allTests().map((test) => test.outcome()) ?? [];
    const count = (...names: string[]): number => outcomes.filter((outcome) => names.includes(outcome)).length;
    const failed = count('unexpected');
    const unsteady = this.#suite?.allTests().filter((test) => test.outcome() === 'flaky') ?? [];
    if (unsteady.length > 0) {
      console.log(
        `Passed only when run once more: ${unsteady.map((test) => test.titlePath().slice(1).join(' › ')).join(', ')}`,
      );
    }
    // A run may fail although no test did: a file that does not load, a global set-up that throws.
    const fault = status !== 'passed' && failed === 0 ? 1 : 0;
    console.log(
      `${String(count('expected', 'flaky'))} passed, ${String(failed + fault)} failed, ${String(count('skipped'))} skipped`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}
