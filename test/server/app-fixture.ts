import { createApp, type Assets, type Peer } from '../../pages/server/app.ts';
import { makeAsset } from '../../pages/server/assets.ts';
import { readConfig } from '../../pages/server/config.ts';
import type { Environment } from '../../pages/server/env.ts';

export const VIEWER = { user: 'viewer', password: 'viewers-own-password-1' } as const;

/** The environment of `npm start`: development, on loopback. */
export const DEVELOPMENT: Environment = {
  NATS_MANAGER_DEV_LOGIN: 'true',
  NATS_VIEWER_USER: VIEWER.user,
  NATS_VIEWER_PASSWORD: VIEWER.password,
};

/** A browser's own request from a page at http://127.0.0.1:4280. */
export const LOCAL_HEADERS: Readonly<Record<string, string>> = {
  host: '127.0.0.1:4280',
  'sec-fetch-site': 'same-origin',
  accept: '*/*',
};

export const LOCAL_PEER: Peer = { remoteAddress: '127.0.0.1', httpVersion: '1.1', target: undefined };

export const SCRIPT = `export const greeting = 'hello';\n${'// a comment that compresses well\n'.repeat(60)}`;

export const ASSETS: Assets = new Map(
  Object.entries({
    '/': '<!doctype html><title>nunect</title>',
    '/index.html': '<!doctype html><title>nunect</title>',
    '/assets/index-BhcV8sJr.js': SCRIPT,
  }).map(([name, text]) => [name, makeAsset(name === '/' ? '/index.html' : name, new TextEncoder().encode(text))]),
);

export interface AskOptions {
  readonly env?: Environment;
  readonly headers?: Readonly<Record<string, string>>;
  readonly peer?: Peer;
  readonly method?: string;
}

/** One request to an app of its own. `headers` are all there are: start from {@link LOCAL_HEADERS}. */
export async function ask(path: string, options: AskOptions = {}): Promise<Response> {
  const { env = {}, headers = LOCAL_HEADERS, peer = LOCAL_PEER, method = 'GET' } = options;
  const app = createApp({ config: readConfig(env), assets: ASSETS, peer: () => peer });
  return app.fetch(new Request(`http://placeholder${path}`, { method, headers }));
}

export async function askConfig(options: AskOptions = {}): Promise<Record<string, unknown>> {
  return (await (await ask('/config.json', options)).json()) as Record<string, unknown>;
}
