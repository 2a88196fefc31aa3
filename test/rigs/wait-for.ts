import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `condition` returns something other than `undefined`, `null` or `false`, and returns that.
 *
 * @param options.what what is waited for, for the error; a function is called only when it is needed.
 * @param options.timeoutMs default 10,000.
 * @param options.everyMs pause between two looks, default 10.
 * @throws Error when the time is over; what `condition` throws goes through.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: { what: string | (() => string); timeoutMs?: number; everyMs?: number },
): Promise<Exclude<T, undefined | null | false>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value as Exclude<T, undefined | null | false>;
    if (performance.now() > end) {
      const what = typeof options.what === 'function' ? options.what() : options.what;
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    }
    await delay(options.everyMs ?? 10);
  }
}
