import { clientName, sanitiseClientName } from '../protocol/client-name.ts';

const STORAGE_KEY = 'nunect/client-name@1';

/** For pages that may not use storage: the name lives as long as the module. */
let remembered: string | null = null;

/**
 * The name under which the servers list this page. Random, kept for the tab's life only, so that clients behind one
 * address stay apart without being recognised the next day. `?client=name` in the page's URL overrides it.
 */
export function pageClientName(): string {
  const override = sanitiseClientName(new URLSearchParams(globalThis.location?.search ?? '').get('client') ?? '');
  if (override) return override;
  remembered ??= readStored();
  if (remembered) return remembered;
  const { userAgent = '', maxTouchPoints = 0 } = globalThis.navigator ?? {};
  remembered = clientName({ userAgent, maxTouchPoints, random: () => [...crypto.getRandomValues(new Uint32Array(4))] });
  store(remembered);
  return remembered;
}

function readStored(): string | null {
  try {
    return globalThis.sessionStorage?.getItem(STORAGE_KEY) ?? null;
  } catch {
    return null; // storage is refused in sandboxed frames: the module keeps the name
  }
}

function store(name: string): void {
  try {
    globalThis.sessionStorage?.setItem(STORAGE_KEY, name);
  } catch {
    // as above
  }
}
