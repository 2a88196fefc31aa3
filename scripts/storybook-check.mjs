// Opens every story of the built gallery in Chromium, in light and in dark, and judges it.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium as playwright } from 'playwright';
import { chromium, CHROMIUM_ARGS } from '../config/build/chromium.mjs';

const USAGE = `Usage: npm run storybook:check [-- options]

Opens every story of dist/storybook (npm run storybook:build) in light and in dark. A story passes when it renders, its
play function ends well, axe finds no violation, and the page throws nothing and asks no other machine for anything.

  --only REGEX   only stories whose id matches
  --shots DIR    keep a screenshot of each story there
  --help         this text

Ends with "N passed, N failed"; exit code 1 when one failed, 2 on wrong usage or without a built gallery.`;

const ROOT = path.resolve('dist/storybook');
const SCHEMES = ['light', 'dark'];
/** How long a story may take to finish, axe included, ms. */
const PATIENCE_MS = 60_000;
const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

function fail(message) {
  console.error(`storybook-check: ${message}`);
  process.exit(2);
}

function readArguments() {
  try {
    const options = { only: { type: 'string', default: '' }, shots: { type: 'string' }, help: { type: 'boolean' } };
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${error.message}\n\n${USAGE}`);
  }
}

async function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = path.join(ROOT, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!file.startsWith(ROOT + path.sep)) return response.writeHead(403).end();
    return readFile(file).then(
      (body) =>
        response
          .writeHead(200, {
            'cache-control': 'max-age=600',
            'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
          })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, server };
}

/* global window, requestAnimationFrame -- of the functions that run in the page */

/** Runs in the page: keeps what Storybook says of the story, from its first moment. */
function listen() {
  const names = ['storyFinished', 'storyThrewException', 'storyErrored', 'storyMissing', 'playFunctionThrewException'];
  window.__said = [];
  const hook = () => {
    const channel = window.__STORYBOOK_ADDONS_CHANNEL__;
    if (!channel) return requestAnimationFrame(hook);
    for (const name of names) {
      channel.on(name, (data) =>
        window.__said.push({
          name,
          status: data?.status,
          message: data?.message ?? data?.title,
          reports: (data?.reporters ?? []).map(({ type, status, result }) => ({
            type,
            status,
            violations: (result?.violations ?? []).map(({ id, help, nodes }) => `${id}: ${help} (${nodes[0]?.html})`),
          })),
        }),
      );
    }
    return undefined;
  };
  hook();
}

/** One page in one colour scheme that goes from story to story, so that it loads the gallery's code once. */
async function openJudge(browser, origin, scheme) {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width: 900, height: 640 } });
  let problems = [];
  page.on('pageerror', (error) => problems.push(`threw: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(url.protocol) && url.origin !== origin) problems.push(`asked for ${request.url()}`);
  });
  page.on('response', (answer) => answer.status() >= 400 && problems.push(`${answer.status()} for ${answer.url()}`));
  await page.addInitScript(listen);

  /** What is wrong with one story; an empty list is a pass. */
  return async function judge(id, shot) {
    problems = [];
    try {
      await page.goto(`${origin}/iframe.html?id=${id}&viewMode=story`);
      await page.waitForFunction(() => window.__said.length > 0, null, { timeout: PATIENCE_MS });
      const said = await page.evaluate(() => window.__said);
      for (const { name, status, message, reports } of said) {
        if (name !== 'storyFinished') problems.push(`${name}: ${message}`);
        else if (status !== 'success' && reports.every((report) => report.violations.length === 0))
          problems.push(status);
        problems.push(...reports.flatMap(({ violations }) => violations));
      }
      const finished = said.find(({ name }) => name === 'storyFinished');
      if (finished && !finished.reports.some(({ type }) => type === 'a11y')) problems.push('axe did not run');
      if (shot) await page.screenshot({ path: shot });
    } catch (error) {
      problems.push(error.message.split('\n')[0]);
    }
    return [...new Set(problems)];
  };
}

const args = readArguments();
if (args.help) {
  console.log(USAGE);
  process.exit(0);
}
const index = await readFile(path.join(ROOT, 'index.json'), 'utf8').catch(() =>
  fail('there is no dist/storybook: run "npm run storybook:build" first'),
);
const only = new RegExp(args.only);
const stories = Object.values(JSON.parse(index).entries).filter(({ type, id }) => type === 'story' && only.test(id));
if (stories.length === 0) fail('no story matches');

const { origin, server } = await serve();
const browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_ARGS });
let failed = 0;
async function judgeAll(scheme) {
  const judge = await openJudge(browser, origin, scheme);
  for (const { id } of stories) {
    const problems = await judge(id, args.shots && path.join(args.shots, `${id}-${scheme}.png`));
    if (problems.length === 0) continue;
    failed += 1;
    console.log(`✖ ${id} (${scheme})\n${problems.map((problem) => `    ${problem}`).join('\n')}`);
  }
}
await Promise.all(SCHEMES.map(judgeAll));
await browser.close();
server.close();
console.log(`${stories.length} stories, each in ${SCHEMES.join(' and ')}`);
console.log(`${stories.length * SCHEMES.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
