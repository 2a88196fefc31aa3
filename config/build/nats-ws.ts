import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** A piece of nats.ws 1.30.3 that no element needs. Patterns are anchored on whole lines at the indent where they stand. */
interface Cut {
  readonly what: string;
  readonly pattern: RegExp;
  readonly by: string;
}

const missing = (method: string): string => `{ throw new Error("nunect's copy of nats.ws has no ${method}"); }`;

/** The clients for JetStream, key-value, object stores and services, which the connection's class drags in; half of nats.ws. */
const CLIENTS: readonly Cut[] = [
  {
    what: 'jetstreamManager',
    pattern: /(?<=\n {4})async jetstreamManager\(opts = \{\}\) \{\n[\s\S]*?\n {4}\}(?=\n)/,
    by: `async jetstreamManager() ${missing('jetstreamManager')}`,
  },
  {
    what: 'jetstream',
    pattern: /(?<=\n {4})jetstream\(opts = \{\}\) \{\n[\s\S]*?\n {4}\}(?=\n)/,
    by: `jetstream() ${missing('jetstream')}`,
  },
  {
    what: 'services',
    pattern: /(?<=\n {4})get services\(\) \{\n[\s\S]*?\n {4}\}(?=\n)/,
    by: `get services() ${missing('services')}`,
  },
  { what: 'SHA-256 (object stores)', pattern: /\nk = x, function\(\) \{\n[\s\S]*?\n\}\(\);(?=\n)/, by: '' },
];

/** The signing of credentials files, a quarter of what is left. It also leaves `globalThis.nacl` behind on the host's page. */
const SIGNING: readonly Cut[] = [
  { what: 'nacl', pattern: /\n\(function\(nacl\) \{\n[\s\S]*?\n\}\)\(typeof module[^\n]*(?=\n)/, by: '' },
  { what: 'nacl in use', pattern: /\nconst nacl = [^\n]*(?=\n)/, by: '' },
  { what: 'its helper', pattern: /\nconst denoHelper = \{\n[\s\S]*?\n\};(?=\n)/, by: '' },
  { what: 'its registration', pattern: /\nsetEd25519Helper\(denoHelper\);(?=\n)/, by: '' },
];

const NATS_WS = /\/nats\.ws\/esm\/nats\.js$/;
const WITH_SIGNING = '?signing';

/**
 * Takes out of nats.ws, in bundles of our own, what no element uses: 47.6 → 16 kB brotli (nats.ws 1.30.3).
 *
 * History is read by plain requests on the JetStream API's subjects, which need none of it. A portal that wants the full client
 * hands over its own connection. The module `nats-creds` alone gets a copy that can sign, which loads only for a login by
 * credentials file.
 *
 * @throws at build time when nats.ws no longer looks as expected, so that an update cannot silently undo this.
 */
export function slimNatsWs(): Plugin {
  return {
    name: 'nunect:slim-nats-ws',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (source !== 'nats.ws' || importer === undefined || !/\/nats-creds\.[jt]s$/.test(importer)) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved === null ? null : { ...resolved, id: `${resolved.id}${WITH_SIGNING}` };
    },
    transform(code, id) {
      const [file = '', query] = id.replaceAll('\\', '/').split('?', 2);
      if (!NATS_WS.test(file)) return null;
      const cuts = query === undefined ? [...CLIENTS, ...SIGNING] : CLIENTS;
      return { code: cuts.reduce(apply, code), map: null };
    },
  };
}

function apply(code: string, { what, pattern, by }: Cut): string {
  const cut = code.replace(pattern, by);
  if (cut === code) throw new Error(`nats.ws has changed: ${what} was not found (config/build/nats-ws.ts)`);
  return cut;
}

/** nats.ws asks for Node's `crypto` where there is no Web Crypto; browsers have it, so the module may be empty. */
export const browserAlias = { crypto: fileURLToPath(new URL('./empty.js', import.meta.url)) };
