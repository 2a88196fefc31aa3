/** The longest a notification waits where frames do not come: a hidden tab, a worker, bare Node. */
const LONGEST_MS = 250;

/**
 * Runs `task` once, at the next animation frame, or after a quarter of a second where no frame comes. Needs no DOM,
 * so that sources can move into a worker.
 */
export function scheduleFrame(task: () => void): void {
  let pending = true;
  const run = (): void => {
    if (!pending) return;
    pending = false;
    clearTimeout(timer);
    task();
  };
  const timer = setTimeout(run, LONGEST_MS);
  globalThis.requestAnimationFrame?.(run);
}

/**
 * Resolves once what is drawn now can be seen, or where nothing is drawn soon after: for what can wait until then. A frame's
 * callbacks come before its picture, those of the next one when the picture is on its way to the screen.
 */
export function afterPicture(): Promise<void> {
  return new Promise((resolve) => scheduleFrame(() => scheduleFrame(() => setTimeout(resolve))));
}
