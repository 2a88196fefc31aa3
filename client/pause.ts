/** Waits; at once when the signal fires. In Node it keeps no process alive unless `keep` says so. */
export function pause(ms: number, signal: AbortSignal | null, keep = true): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    // a browser's is a number
    if (!keep) (timer as unknown as { unref?(): void }).unref?.();
  });
}
