const RETRY_MIN_MS = 2_000;
const RETRY_MAX_MS = 30_000;

/**
 * Does `task` until it succeeds. Meanwhile `panel` says what is wrong, when it is tried again, and has a button to try at
 * once.
 */
export async function untilDone<T>(panel: HTMLElement, title: string, task: () => Promise<T>): Promise<T> {
  for (let wait = RETRY_MIN_MS; ; wait = Math.min(RETRY_MAX_MS, wait * 2)) {
    try {
      const result = await task();
      panel.hidden = true;
      panel.replaceChildren();
      return result;
    } catch (error) {
      console.error(error);
      await showUntilRetry(panel, title, error instanceof Error ? error.message : String(error), wait);
    }
  }
}

/** Resolves when it is time to try again, or the user wants to. */
function showUntilRetry(panel: HTMLElement, title: string, message: string, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const heading = document.createElement('h2');
    heading.textContent = title;
    const text = document.createElement('p');
    text.textContent = message;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Try again now';
    const note = document.createElement('span');
    note.textContent = `It is tried again by itself in ${Math.round(waitMs / 1_000)} s.`;
    const actions = document.createElement('p');
    actions.className = 'actions';
    actions.append(button, note);
    // replaced only where the words are others: an alert is read out each time it changes
    if (panel.dataset['message'] !== message || panel.childElementCount === 0)
      panel.replaceChildren(heading, text, actions);
    else panel.lastElementChild?.replaceWith(actions);
    panel.dataset['message'] = message;
    panel.hidden = false;
    const again = (): void => {
      clearTimeout(timer);
      removeEventListener('online', again);
      button.disabled = true;
      note.textContent = 'Trying …';
      resolve();
    };
    const timer = setTimeout(again, waitMs);
    button.addEventListener('click', again);
    addEventListener('online', again);
  });
}
