/**
 * `<nunect-connz>` with 10,000 connections, all of them in its list, against a hand-written table of the top 50 that is
 * polled each second: in the same run, in a real Chromium, on a real server. Prints both, and ends with 1 where the
 * element takes more than 1.5 times as long in anything.
 */
import { parseArgs } from 'node:util';
import { chromium as playwright, type Browser, type CDPSession, type Page } from 'playwright';
import { chromium, CHROMIUM_ARGS } from '../../config/build/chromium.mjs';
import { startIdleClients } from '../rigs/idle-clients.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { serveScript, type ScriptPage } from '../support/script-page.ts';
import type { PageSettings } from './connections-page.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
    times: { type: 'string', default: '11' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run bench:connections -- [--clients N] [--seconds S] [--times T]

  --clients  idle connections on the server (10000)
  --seconds  how long each table is watched while live (60: whole lists at 30 s)
  --times    how often loading, sorting and filtering are measured (11); medians count`);
  process.exit(0);
}
const LIMIT = 1.5;
const clients = Number(values.clients);
const seconds = Number(values.seconds);
const times = Number(values.times);

/** Where each of the two has what is measured. */
interface Subject {
  readonly name: string;
  readonly page: ScriptPage;
  /** JavaScript: the first row of data, the headings to sort by, the filter's field. */
  readonly row: string;
  /** JavaScript: what holds the rows. */
  readonly rows: string;
  readonly headings: readonly string[];
  readonly filter: string;
  /** JavaScript: whether all rows are there that it will ever have. */
  readonly isWhole: string;
}

const inElement = (selector: string): string =>
  `document.querySelector('nunect-connz')?.shadowRoot?.querySelector(${JSON.stringify(selector)})`;
const inTable = (selector: string): string => `document.querySelector(${JSON.stringify(selector)})`;
const subjects: Subject[] = [
  {
    name: 'nunect-connz',
    page: await serveScript('test/bench/connections-element.ts'),
    row: inElement('.grid-space .grid-row'),
    rows: inElement('.grid-space'),
    headings: ['subs', 'cid'].map((id) => inElement(`.grid-heading[data-column="${id}"]`)),
    filter: inElement('.grid-filter'),
    isWhole: `${inElement('.grid-scroller')}?.getAttribute('aria-rowcount') > ${clients}`,
  },
  {
    name: '50-row table',
    page: await serveScript('test/bench/connections-table.ts'),
    row: inTable('tbody tr'),
    rows: inTable('tbody'),
    headings: ['subs', 'cid'].map((id) => inTable(`th[data-sort="${id}"]`)),
    filter: inTable('input'),
    isWhole: `${inTable('tbody tr:nth-child(50)')} !== null`,
  },
];

const server = await startNatsServer({
  config: `server_name: bench
accounts { SYS { users = [{ user: sys, password: sys }] }, APP { users = [{ user: app, password: app }] } }
system_account: SYS
`,
});
const idle = await startIdleClients({ port: server.port, count: clients, logins: [{ user: 'app', pass: 'app' }] });
const browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_ARGS });
let failed = false;
try {
  console.log(`nats-server ${server.version}, ${clients} connections, ${seconds} s live, medians of ${times}`);
  console.log(`${''.padEnd(36)}${subjects.map(({ name }) => name.padStart(16)).join('')}   ratio`);
  const first: number[][] = subjects.map(() => []);
  for (let i = 0; i < times; i++) {
    for (const [at, subject] of subjects.entries()) first[at]?.push(await firstRows(browser, subject));
  }
  report('first rows, ms from navigation', first.map(median));
  const results: { live: number; sort: number; filter: number }[] = [];
  // side by side while live: what else the machine does weighs on both alike
  const watched = await Promise.all(subjects.map((subject) => watchLive(browser, subject)));
  for (const each of watched) results.push(await tryOut(each));
  report(
    'main thread while live, ms a second',
    results.map((each) => each.live),
  );
  report(
    'another sorting, ms to the picture',
    results.map((each) => each.sort),
  );
  report(
    'filter, ms to the picture',
    results.map((each) => each.filter),
  );
} finally {
  await browser.close();
  await idle.stop();
  await server.stop();
  for (const { page } of subjects) page.close();
}
process.exitCode = failed ? 1 : 0;

function report(what: string, figures: readonly number[]): void {
  const [ours = NaN, theirs = NaN] = figures;
  const ratio = ours / theirs;
  const isOver = !(ratio <= LIMIT);
  failed ||= isOver;
  const columns = figures.map((each) => each.toFixed(1).padStart(16)).join('');
  console.log(`${what.padEnd(36)}${columns}${ratio.toFixed(2).padStart(8)}${isOver ? `  over ${LIMIT}` : ''}`);
}

function median(samples: readonly number[]): number {
  return [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? NaN;
}

async function open(from: Browser, { page: { url } }: Subject): Promise<Page> {
  // a context, and with it a process, of its own
  const context = await from.newContext({ viewport: { width: 1400, height: 800 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error));
  const settings: PageSettings = { servers: server.wsUrl, user: 'sys', pass: 'sys' };
  await page.goto(`${url}#${encodeURIComponent(JSON.stringify(settings))}`);
  return page;
}

/** In the page: when the first row was painted, ms since navigation. */
async function firstRows(from: Browser, subject: Subject): Promise<number> {
  const page = await open(from, subject);
  const at = await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => ${subject.row} ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look);
    look();
  })`);
  await page.context().close();
  return at;
}

interface Watched {
  readonly page: Page;
  readonly subject: Subject;
  /** Seconds of the main thread a second. */
  readonly live: number;
}

async function watchLive(from: Browser, subject: Subject): Promise<Watched> {
  const page = await open(from, subject);
  await page.waitForFunction(subject.isWhole);
  // what was only for the start is over
  await page.waitForTimeout(3_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await taskSeconds(session);
  await page.waitForTimeout(seconds * 1_000);
  return { page, subject, live: ((await taskSeconds(session)) - before) / seconds };
}

async function tryOut({ page, subject, live }: Watched): Promise<{ live: number; sort: number; filter: number }> {
  const sort: number[] = [];
  const filter: number[] = [];
  for (let i = 0; i < times; i++) sort.push(await timed(page, subject, `${subject.headings[i % 2] ?? ''}.click()`));
  // an odd number of times: the last was by subscriptions
  if (times % 2 === 1) await timed(page, subject, `${subject.headings[1] ?? ''}.click()`);
  for (let i = 0; i < times; i++)
    filter.push(await timed(page, subject, typing(subject, i % 2 === 0 ? 'idle-0001' : '')));
  await page.context().close();
  return { live: live * 1_000, sort: median(sort), filter: median(filter) };
}

/** JavaScript: somebody writes a filter. */
function typing({ filter }: Subject, words: string): string {
  return `{ const field = ${filter}; field.value = '${words}'; field.dispatchEvent(new InputEvent('input', { bubbles: true })); }`;
}

/** From an action to the frame after the rows changed, ms. */
function timed(page: Page, { rows }: Subject, action: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
        const observer = new MutationObserver(() => {
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    });
    observer.observe(${rows}, { childList: true, subtree: true, characterData: true, attributes: true });
    const start = performance.now();
    ${action}
  })))`);
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
}
