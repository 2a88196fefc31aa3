import type { Login } from './verify-login.ts';

/** A credentials file is the longest, of about 1 to 4 KiB. */
export const MAX_LOGIN_BYTES = 16_384;

export interface LoginRequest {
  readonly system: string;
  readonly login: Login;
}

/** Reads the body of a login, no further than it may be long. Null: it is none. */
export async function readLogin(request: Request): Promise<LoginRequest | null | 'too-long'> {
  const bytes = await readBounded(request);
  if (bytes === null) return 'too-long';
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof body !== 'object' || body === null) return null;
  const { system, user, password, token, creds } = body as Record<string, unknown>;
  const login = loginOf({ user, password, token, creds });
  return typeof system === 'string' && login !== null ? { system, login } : null;
}

function loginOf({ user, password, token, creds }: Record<string, unknown>): Login | null {
  if (typeof user === 'string' && typeof password === 'string') return { user, password };
  if (typeof token === 'string') return { token };
  if (typeof creds === 'string') return { creds };
  return null;
}

async function readBounded(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_LOGIN_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body !== null) {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_LOGIN_BYTES) return null;
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}
