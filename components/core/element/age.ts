import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { formatAge } from './format.ts';
import { everySecond } from './ticker.ts';

class AgeDirective extends AsyncDirective {
  #since: number | null = null;
  #stop: (() => void) | undefined;

  override render(since: number | null): string | typeof noChange {
    this.#since = since;
    if (this.isConnected) this.#follow();
    return this.#text();
  }

  protected override disconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  protected override reconnected(): void {
    this.#follow();
  }

  #follow(): void {
    this.#stop ??= everySecond(() => this.setValue(this.#text()));
  }

  #text(): string {
    return this.#since === null ? 'never' : formatAge(Date.now() - this.#since);
  }
}

/** The age of a moment (ms since the epoch) in words, kept current: `age(receivedAt)` → “3 s”. */
export const age = directive(AgeDirective);
