/** What keeps the built guardian small in memory: parts of Node that only some need are loaded when they are used. */
import type { Plugin } from 'esbuild';
import { createRequire } from 'node:module';

/** Each costs up to 2 MB once loaded; TLS alone loads all of crypto. */
const LAZY = ['assert', 'child_process', 'crypto', 'dgram', 'dns/promises', 'fs/promises', 'http', 'tls', 'url'];
/**
 * pino's own ways of writing, in threads and to files. The guardian gives it a function to write to, and whoever would use
 * them is told.
 */
const UNUSED = ['thread-stream', 'sonic-boom'];

const load = createRequire(import.meta.url);

export const slim: Plugin = {
  name: 'slim',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:node:)?(?:${LAZY.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'lazy'
        ? { path, external: true }
        : { path: `node:${path.replace(/^node:/, '')}`, namespace: 'lazy' },
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path }) => ({ contents: lazy(path) }));
    build.onResolve({ filter: new RegExp(`^(?:${UNUSED.join('|')})$`) }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: `module.exports = function () { throw new Error(${JSON.stringify(`${path} is not part of the guardian`)}); };`,
    }));
    // Of worker threads pino asks one thing, as it is loaded; the guardian has none.
    build.onResolve({ filter: /^(?:node:)?worker_threads$/ }, ({ path }) => ({ path, namespace: 'main-thread' }));
    build.onLoad({ filter: /.*/, namespace: 'main-thread' }, () => ({ contents: 'exports.isMainThread = true;' }));
  },
};

/** Packages that have a file of their own beside the bundle: the name of each. */
export function apart(files: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'apart',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(?:${Object.keys(files).join('|')})$`) }, ({ path }) => ({
        path: `./${files[path] ?? path}`,
        external: true,
      }));
    },
  };
}

/**
 * As those, but used seldom: loaded when something of theirs is asked for, and let go of when that is done. `yaml` is 0.7 MB for
 * the few milliseconds that a profile is read.
 */
export function seldom(files: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'seldom',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(?:${Object.keys(files).join('|')})$`) }, ({ path }) => ({
        path,
        namespace: 'seldom',
      }));
      build.onLoad({ filter: /.*/, namespace: 'seldom' }, ({ path }) => ({
        contents: letGo(`./${files[path] ?? path}`, Object.keys(load(path) as Record<string, unknown>)),
      }));
      build.onResolve({ filter: /^\.\/[a-z]+\.cjs$/, namespace: 'seldom' }, ({ path }) => ({ path, external: true }));
    },
  };
}

function letGo(file: string, names: readonly string[]): string {
  return `
    let real;
    const load = () => {
      if (real) return real;
      real = require(${JSON.stringify(file)});
      const path = require.resolve(${JSON.stringify(file)});
      setImmediate(() => {
        real = undefined;
        const loaded = require.cache[path];
        delete require.cache[path];
        require.main.children = require.main.children.filter((child) => child !== loaded);
      });
      return real;
    };
    for (const name of ${JSON.stringify(names)})
      Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });`;
}

/**
 * A module that looks like the one of Node, and loads it when one of its functions is called, a class constructed, or
 * anything else looked at. Nothing is an instance of a class that is not loaded.
 */
function lazy(path: string): string {
  const real = load(path) as Record<string, unknown>;
  const names = Object.keys(real);
  const functions = names.filter((name) => typeof real[name] === 'function');
  const called = functions.filter((name) => /^[a-z]/.test(name));
  const classes = functions.filter((name) => /^[A-Z]/.test(name));
  const looked = names.filter((name) => !called.includes(name) && !classes.includes(name));
  return `
    let real;
    const load = () => (real ??= require(${JSON.stringify(path)}));
    for (const name of ${JSON.stringify(called)}) exports[name] = (...given) => load()[name](...given);
    for (const name of ${JSON.stringify(classes)})
      exports[name] = new Proxy(function () {}, {
        apply: (_, self, given) => Reflect.apply(load()[name], self, given),
        construct: (_, given) => Reflect.construct(load()[name], given),
        get: (_, key) =>
          key === Symbol.hasInstance ? (value) => real !== undefined && value instanceof real[name] : load()[name][key],
      });
    for (const name of ${JSON.stringify(looked)})
      Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => load()[name] });`;
}
