const RETRY_MIN_MS = 2_000;
const RETRY_MAX_MS = 30_000;

/**
 * Does `task` until it succeeds. Meanwhile `place` says what is wrong, when it is tried again, and has a button to try at
 * once.
 */
export async function untilDone<T>(place: HTMLElement, title: string, task: () => Promise<T>): Promise<T> {
  const panel = new ProblemPanel(place, title);
  for (let wait = RETRY_MIN_MS; ; wait = Math.min(RETRY_MAX_MS, wait * 2)) {
    try {
      const result = await task();
      panel.remove();
      return result;
    } catch (error) {
      console.error(error);
      await panel.showUntilRetry(error instanceof Error ? error.message : String(error), wait);
    }
  }
}

/** The words in an alert, which is read out when they change, and beside it what changes with every attempt. */
class ProblemPanel {
  readonly #place: HTMLElement;
  readonly #alert = document.createElement('div');
  readonly #text = document.createElement('p');
  readonly #button = document.createElement('button');
  readonly #note = document.createElement('span');
  #tryAgain: (() => void) | null = null;

  constructor(place: HTMLElement, title: string) {
    this.#place = place;
    const heading = document.createElement('h2');
    heading.textContent = title;
    this.#alert.setAttribute('role', 'alert');
    this.#alert.append(heading, this.#text);
    this.#button.type = 'button';
    this.#button.textContent = 'Try again now';
    this.#button.addEventListener('click', () => this.#tryAgain?.());
    const actions = document.createElement('p');
    actions.className = 'actions';
    actions.append(this.#button, this.#note);
    place.replaceChildren(this.#alert, actions);
  }

  /** Resolves when it is time to try again, or the user wants to. */
  showUntilRetry(message: string, waitMs: number): Promise<void> {
    // an alert is read out whole each time that anything in it changes, were it to the same words
    if (this.#text.textContent !== message) this.#text.textContent = message;
    this.#note.textContent = `It is tried again by itself in ${Math.round(waitMs / 1_000)} s.`;
    // not `disabled`, which would take the focus from whoever has just pressed it
    this.#button.setAttribute('aria-disabled', 'false');
    this.#place.hidden = false;
    return new Promise((resolve) => {
      const again = (): void => {
        clearTimeout(timer);
        removeEventListener('online', again);
        this.#tryAgain = null;
        this.#button.setAttribute('aria-disabled', 'true');
        this.#note.textContent = 'Trying …';
        resolve();
      };
      const timer = setTimeout(again, waitMs);
      addEventListener('online', again);
      this.#tryAgain = again;
    });
  }

  /** Whoever is on the button goes on at the content, not at the top of the page. */
  remove(): void {
    const focused = this.#place.contains(document.activeElement);
    this.#place.hidden = true;
    this.#place.replaceChildren();
    if (focused) this.#place.closest<HTMLElement>('main')?.focus();
  }
}
