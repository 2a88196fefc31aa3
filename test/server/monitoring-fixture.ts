import assert from 'node:assert/strict';
import { createApp } from '../../pages/server/app.ts';
import { readConfig } from '../../pages/server/config.ts';
import { verifyLogin, type VerifyLogin } from '../../pages/server/verify-login.ts';
import { ASSETS, LOCAL_HEADERS, LOCAL_PEER } from './app-fixture.ts';

export interface Asked {
  readonly method?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The request line's target, where it differs from the path. */
  readonly target?: string;
  readonly from?: string;
}

export type Ask = (path: string, options?: Asked) => Promise<Response>;

/** A page server of one system, `plant-7`, whose clock can be put on. */
export function pageFor(
  rig: { readonly wsUrl: string; readonly httpUrl: string },
  verify: VerifyLogin = verifyLogin,
): { ask: Ask; pass: (ms: number) => void } {
  let now = Date.parse('2026-01-01T00:00:00Z');
  let peer = LOCAL_PEER;
  const app = createApp({
    config: readConfig({ NATS_WS_URL: rig.wsUrl, NATS_HTTP_URL: rig.httpUrl, NATS_MANAGER_TITLE: 'Plant 7' }),
    assets: ASSETS,
    peer: () => peer,
    verify,
    now: () => now,
  });
  const ask: Ask = async (path, { method = 'GET', cookie, headers = {}, body, target = path, from } = {}) => {
    peer = { ...LOCAL_PEER, target, remoteAddress: from ?? '127.0.0.1' };
    return app.fetch(
      new Request(`http://placeholder${path}`, {
        method,
        headers: {
          ...LOCAL_HEADERS,
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  };
  return { ask, pass: (ms) => void (now += ms) };
}

export const MONITOR_LOGIN = { system: 'plant-7', user: 'viewer', password: 'view-it' };
export const SESSION = '/monitoring/session';

/** Logs in, and returns the cookie as a browser sends it. */
export async function cookieOf(ask: Ask, body: object = MONITOR_LOGIN, cookie?: string): Promise<string> {
  const response = await ask(SESSION, { method: 'POST', body, ...(cookie === undefined ? {} : { cookie }) });
  assert.equal(response.status, 200, await response.clone().text());
  return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
}

export async function errorOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: string }).error;
}
