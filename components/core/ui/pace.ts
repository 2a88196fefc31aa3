/**
 * Holds an element's redrawing back to so many times a second, however much arrives; a person's own doing is never
 * held back. For `scheduleUpdate` of an element.
 */
export class Pace {
  readonly #intervalMs: number;
  #drawnAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #go: (() => void) | undefined;

  /** @param intervalMs least time between two draws, ms */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Waits for the next draw's turn. */
  async turn(): Promise<void> {
    const rest = this.#drawnAt + this.#intervalMs - performance.now();
    if (rest > 0)
      await new Promise<void>((resolve) => {
        this.#go = resolve;
        this.#timer = setTimeout(resolve, rest);
      });
    clearTimeout(this.#timer);
    this.#go = undefined;
    this.#drawnAt = performance.now();
  }

  /** Lets the draw that waits, or else the next one, happen at once. */
  hurry(): void {
    this.#drawnAt = -Infinity;
    this.#go?.();
  }
}
