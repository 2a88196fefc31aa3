import * as v from 'valibot';
import { decodeJson, safeText } from '../../protocol/decode.ts';

const system = v.object({
  /** In the page's address. */
  name: v.string('is no text'),
  title: v.string('is no text'),
  /** WebSocket addresses of NATS, in the order to try them. */
  servers: v.array(v.string(), 'is no list of addresses'),
  inboxPrefix: v.string('is no text'),
  /** Where the page server passes on HTTP monitoring; null: nowhere. */
  monitoring: v.nullable(v.string('is no text')),
  /** Whether the login below is one of this system. */
  own: v.boolean('is neither true nor false'),
});

/** What the page server says of this page (pages/server/config-json.ts). */
const schema = v.object({
  title: v.string('is no text'),
  domain: v.string('is no text'),
  systems: v.pipe(v.array(system, 'is no list of systems'), v.minLength(1, 'names no system')),
  /** Null: the page asks its user. */
  login: v.nullable(v.object({ user: v.string(), password: v.string() })),
});

export type PageConfig = v.InferOutput<typeof schema>;
export type PageSystem = v.InferOutput<typeof system>;

/** Asking longer than this is as good as no answer, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Asks the page server where NATS is.
 * @throws Error whose message says what happened and what to do, fit to be shown
 */
export async function loadConfig(): Promise<PageConfig> {
  const decoded = decodeJson(await fetchConfig(), schema);
  if (decoded.ok) return decoded.value;
  throw new Error(
    `/config.json is not what this page expects: ${decoded.problem.message}. Does nunect-page-server serve it, in this page's version?`,
  );
}

async function fetchConfig(): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch('/config.json', { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    throw new Error(
      `The page server at ${location.host} ${late ? `did not answer within ${TIMEOUT_MS / 1_000} s` : 'cannot be reached'}. Is it running?`,
      { cause: error },
    );
  }
  if (!response.ok) {
    throw new Error(
      `The page server answered ${response.status} ${safeText(response.statusText, 60)} for /config.json. Its log says why.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}
