/** An answer of HTTP monitoring, read whole. */
export interface MonitoringAnswer {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Why there is no answer to pass on, in words fit to be shown. */
export class MonitoringFailure extends Error {
  override readonly name = 'MonitoringFailure';

  constructor(
    readonly status: 502 | 504,
    message: string,
  ) {
    super(message);
  }
}

/** A server with 10,000 connections answers connz with 3.7 MB. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Asks an endpoint of HTTP monitoring: a bare GET, without anything of the request that it is made for.
 *
 * @param base the configured URL; a path in it stays in front of the endpoint
 * @throws {MonitoringFailure} when it cannot be reached, is too slow, too long, or leads elsewhere
 */
export async function fetchMonitoring(base: string, endpoint: string, query: string): Promise<MonitoringAnswer> {
  const url = `${base.replace(/\/+$/, '')}/${endpoint}${query === '' ? '' : `?${query}`}`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal, redirect: 'manual', headers: { Accept: 'application/json' } });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new MonitoringFailure(502, 'The monitoring address leads elsewhere, which is not followed.');
    }
    return { status: response.status, body: await readBounded(response) };
  } catch (error) {
    if (error instanceof MonitoringFailure) throw error;
    if (signal.aborted) {
      throw new MonitoringFailure(504, `The monitoring port did not answer within ${TIMEOUT_MS / 1_000} s.`);
    }
    // The address stays here: it is one of the network behind this server.
    throw new MonitoringFailure(502, 'The monitoring port cannot be reached from the page server.');
  }
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body !== null) {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      // Leaving the loop cancels the rest.
      if (size > MAX_BYTES) {
        throw new MonitoringFailure(
          502,
          `The answer is longer than ${MAX_BYTES / 1_048_576} MiB: ask for less with limit and offset.`,
        );
      }
      chunks.push(chunk);
    }
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
