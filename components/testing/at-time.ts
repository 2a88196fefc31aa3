/**
 * Runs `task` while the clock says another time, so that a test or a gallery has ten minutes of history at once.
 * @param time ms since the epoch
 */
export function atTime<T>(time: number, task: () => T): T {
  const now = Date.now;
  Date.now = () => time;
  try {
    return task();
  } finally {
    Date.now = now;
  }
}
