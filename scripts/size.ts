import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';
import { elementNames, ROOT } from '../config/build/entries.ts';
import packageJson from '../package.json' with { type: 'json' };

const USAGE = `Usage: npm run size [-- --json] [-- --help]

Bundles what a portal would import, with all dependencies, and measures each file minified and compressed (brotli), in
kB of 1000 bytes. "at once" is what a page loads first; "in all" includes what it loads when needed (nats.ws, uPlot).
Ends with 1 when something is over its budget. Measures dist/lib and dist/cdn: run "npm run build" first.

  --json   the figures as JSON
  --help   this text`;

/** Something that a page imports, and the most that it may cost. */
interface Case {
  readonly name: string;
  readonly imports: readonly string[];
  /** kB, of what `counts` says. */
  readonly budget: number;
  readonly counts: 'at once' | 'in all';
  /** Chunks with such a module do not count: they load only in a case that another line measures. */
  readonly without?: RegExp;
}

/** The four named tags with a connection of their own. */
const A = ['nunect/varz', 'nunect/sys-log', 'nunect/rtt-chart', 'nunect/time-status', 'nunect/nats'];

/** What loads only for a login by credentials file: the copy of nats.ws that can sign. */
const SIGNING = /\/nats-creds\.js$/;
/** That, and what loads only where a page reads HTTP monitoring in place of a connection of its own. */
const OTHER_WAYS = /\/(?:nats-creds|http-monitoring)\.js$/;

/** Each takes the portal's connection as a property, or from a `<nunect-nats>` around it. */
const B = ['nunect/varz', 'nunect/sys-log'];

/**
 * By element: what one costs alone, at once, as measured and a twentieth more. A and B are promised to portals; the others
 * keep growth from going unseen.
 */
const ELEMENT_BUDGETS: Readonly<Record<string, number>> = {
  nats: 14,
  connection: 20,
  'sys-log': 18,
  log: 16.5,
  // read the last hour of the stream as well; how to read it loads later
  'rtt-chart': 30,
  'time-chart': 31,
  'time-status': 25,
  // tiles and a chart of what it measures, and the units to choose from
  echo: 27.5,
  // a grid each: sorting, filter, detail, export and raw JSON are 10 kB of these
  accountz: 40.5,
  connz: 42,
  gatewayz: 38.5,
  healthz: 33,
  ipqueuesz: 32.5,
  leafz: 39.5,
  raftz: 37.5,
  routez: 37,
  subsz: 36,
  // and what an element adds to its grid: streams with their consumers; health and leaf nodes beside each server
  jsz: 44.5,
  servers: 41,
  // cards for few, a grid for many, and the silent ones from the stream
  units: 39.5,
  // reads health, JetStream and heartbeats, to judge them together
  problems: 27.5,
  // lays out and draws four kinds of links
  topology: 32.5,
};
const ELEMENT_BUDGET = 24;

function cases(): Case[] {
  return [
    // 90 when these were figures, connects and refusals. Charts over time, all figures of a server and what takes them away,
    // every event and advisory in words and the record of a forced disconnect came since; none of it loads at once. A chart's
    // past, kept in order and without repeats, does in part.
    { name: 'A: four named tags, own connection', imports: A, budget: 52, counts: 'at once' },
    { name: 'A, with all that loads when needed', imports: A, budget: 120, counts: 'in all', without: OTHER_WAYS },
    { name: 'A with login by credentials file', imports: A, budget: 135, counts: 'in all' },
    { name: 'B: varz, sys-log, portal’s connection', imports: B, budget: 25, counts: 'at once' },
    { name: 'B below a <nunect-nats>', imports: [...B, 'nunect/nats'], budget: 30.5, counts: 'at once' },
    ...elementNames().map((name): Case => ({
      name: `nunect/${name}`,
      imports: [`nunect/${name}`],
      budget: ELEMENT_BUDGETS[name] ?? ELEMENT_BUDGET,
      counts: 'at once',
    })),
    // every element there is, 24 of them: what a page has that shows all of a system
    { name: 'nunect/all', imports: ['nunect/all'], budget: 215, counts: 'in all', without: SIGNING },
    { name: 'nunect/core', imports: ['nunect/core'], budget: 25, counts: 'at once' },
    // waits with nats.ws until `connect` is called; signing is for logins by JWT and NKey
    { name: 'nunect/client', imports: ['nunect/client'], budget: 8.5, counts: 'at once' },
    { name: 'nunect/client, connected', imports: ['nunect/client'], budget: 27, counts: 'in all', without: SIGNING },
    // decoders of every server request, event and advisory; a page takes in those that it uses
    { name: 'nunect/protocol', imports: ['nunect/protocol'], budget: 16.5, counts: 'at once' },
    { name: 'nunect/testing', imports: ['nunect/testing'], budget: 16, counts: 'at once' },
  ];
}

/** Where the package's own `exports` lead. */
function resolveExport(specifier: string): string {
  const exportsMap = packageJson.exports as Record<string, string | { default: string }>;
  const name = `.${specifier.slice('nunect'.length)}`;
  const exact = exportsMap[name];
  const target = exact ?? exportsMap['./*'];
  const file = typeof target === 'string' ? target : target?.default;
  if (file === undefined) throw new Error(`package.json exports nothing as ${specifier}`);
  const built = path.join(ROOT, exact === undefined ? file.replaceAll('*', name.slice(2)) : file);
  if (!existsSync(built)) throw new Error(`${specifier} is not built: run "npm run build" first`);
  return built;
}

const ENTRY = '\0size-entry';

function entryPlugin(imports: readonly string[]): Plugin {
  return {
    name: 'nunect:size-entry',
    enforce: 'pre',
    resolveId: (id) => (id === 'size-entry' ? ENTRY : null),
    load(id) {
      // Vite's own wrapper for what loads when needed; the package itself has plain imports, and other bundlers keep them.
      if (id.includes('vite/preload-helper')) return 'export const __vitePreload = (load) => load();';
      if (id !== ENTRY) return null;
      // Exported, so that nothing counts as unused.
      return imports
        .map((each, i) => `export * as e${String(i)} from ${JSON.stringify(resolveExport(each))};`)
        .join('\n');
    },
  };
}

interface Measured {
  readonly atOnce: number;
  readonly inAll: number;
}

async function measure({ imports, without }: Case): Promise<Measured> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [entryPlugin(imports)],
    build: {
      write: false,
      target: 'es2022',
      // Vite's own helper for preloading; other bundlers have none.
      modulePreload: false,
      rolldownOptions: {
        input: 'size-entry',
        preserveEntrySignatures: 'strict',
        output: { format: 'es', minify: true, comments: false },
      },
    },
  });
  const { output } = (Array.isArray(result) ? result[0] : result) as Rolldown.RolldownOutput;
  const chunks = new Map(output.filter((file) => file.type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  const first = new Set<string>();
  const follow = (name: string): void => {
    if (first.has(name)) return;
    first.add(name);
    chunks.get(name)?.imports.forEach(follow);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) follow(chunk.fileName);
  let atOnce = 0;
  let inAll = 0;
  for (const [name, { code, moduleIds }] of chunks) {
    if (without !== undefined && moduleIds.some((id) => without.test(id))) continue;
    const kB = brotliCompressSync(code).length / 1000;
    inAll += kB;
    if (first.has(name)) atOnce += kB;
  }
  return { atOnce, inAll };
}

function readArguments(): { json: boolean; help: boolean } {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
  return { json: values.json === true, help: values.help === true };
}

const args = readArguments();
if (args.help) {
  console.log(USAGE);
  process.exit(0);
}
if (!existsSync(path.join(ROOT, 'dist/lib'))) {
  console.error('size: there is no dist/lib; run "npm run build" first');
  process.exit(2);
}

const rows = [];
for (const each of cases()) {
  const measured = await measure(each);
  const counted = each.counts === 'at once' ? measured.atOnce : measured.inAll;
  rows.push({ ...each, ...measured, ok: counted <= each.budget });
}

if (args.json) {
  console.log(JSON.stringify(rows, null, 2));
} else {
  const cell = (value: number): string => value.toFixed(1).padStart(8);
  console.log(`${'brotli, kB'.padEnd(40)} at once   in all   budget`);
  for (const { name, atOnce, inAll, budget, counts, ok } of rows) {
    console.log(`${name.padEnd(40)}${cell(atOnce)} ${cell(inAll)} ${cell(budget)} ${counts}${ok ? '' : '  OVER'}`);
  }
}
const over = rows.filter(({ ok }) => !ok);
if (over.length > 0) console.error(`size: over budget: ${over.map(({ name }) => name).join('; ')}`);
if (!args.json) console.log(`${String(rows.length - over.length)} passed, ${String(over.length)} failed`);
process.exitCode = over.length > 0 ? 1 : 0;
