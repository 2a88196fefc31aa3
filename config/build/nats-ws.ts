import type { Plugin } from 'vite';

/**
 * What the connection class of nats.ws drags in though no element uses it: the JetStream, key-value, object-store and service
 * clients, half of the library. Each cut replaces a method by one that says so when it is called.
 */
const CUTS: readonly (readonly [method: string, pattern: RegExp])[] = [
  ['jetstreamManager', /(?<=\n {4})async jetstreamManager\(opts = \{\}\) \{\n[\s\S]*?\n {4}\}(?=\n)/],
  ['jetstream', /(?<=\n {4})jetstream\(opts = \{\}\) \{\n[\s\S]*?\n {4}\}(?=\n)/],
  ['services', /(?<=\n {4})get services\(\) \{\n[\s\S]*?\n {4}\}(?=\n)/],
];

/**
 * Takes the clients for JetStream and services out of nats.ws, for bundles of our own: 47.6 → 28.6 kB brotli (nats.ws 1.30.3).
 *
 * History is read by plain requests on the JetStream API's subjects, which need none of it. A portal that wants the full client
 * hands over its own connection.
 *
 * @throws at build time when nats.ws no longer looks as expected, so that an update cannot silently undo this.
 */
export function slimNatsWs(): Plugin {
  return {
    name: 'nunect:slim-nats-ws',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/nats\.ws\/esm\/nats\.js$/.test(id.replaceAll('\\', '/').split('?', 1)[0] ?? '')) return null;
      let slim = code;
      for (const [method, pattern] of CUTS) {
        const before = slim;
        const head =
          method === 'services'
            ? 'get services()'
            : method === 'jetstream'
              ? 'jetstream()'
              : 'async jetstreamManager()';
        slim = slim.replace(pattern, `${head} { throw new Error("nunect's bundle of nats.ws has no ${method}"); }`);
        if (slim === before)
          throw new Error(`nats.ws has changed: its method ${method} was not found (config/build/nats-ws.ts)`);
      }
      return { code: slim, map: null };
    },
  };
}

/** nats.ws asks for Node's `crypto` where there is no Web Crypto; browsers have it, so the module may be empty. */
export const browserAlias = { crypto: new URL('./empty.js', import.meta.url).pathname };
