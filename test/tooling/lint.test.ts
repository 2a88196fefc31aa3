import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ESLint } from 'eslint';

// The project's own settings. Each text stands in for a file that exists, since type-checked rules know only those.
const eslint = new ESLint();

async function problems(file: string, text: string): Promise<string[]> {
  assert.ok(existsSync(file), `${file} has moved: name another file of that folder here`);
  const [result] = await eslint.lintText(text, { filePath: file });
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? 'fatal'}: ${message}`);
}

const VARZ = 'components/varz/varz.ts';
const TRANSPORT = 'components/core/transport/managed-connection.ts';
const CLIENT = 'client/nats-ws.ts';
const CLIENT_NODE = 'client/node/index.ts';
const SOURCES = 'components/core/sources/source.ts';
const PROTOCOL = 'protocol/subjects.ts';
const GUARDIAN = 'guardian-node/connection.ts';
const PAGE_SERVER = 'pages/server/app.ts';

describe('lint: imports run one way', { timeout: 120_000 }, () => {
  const refused: readonly (readonly [what: string, file: string, text: string, reason: RegExp])[] = [
    ['an element, another element', VARZ, `export * from '../nats/nats.ts';`, /never imports another element's folder/],
    ['an element, all elements', VARZ, `import '../all.ts';`, /element imports all/],
    ['an element, a page', VARZ, `export * from '../../pages/server/app.ts';`, /element imports pages\/server/],
    ['an element, the test connection', VARZ, `export * from '../testing/index.ts';`, /element imports testing/],
    ['an element, a NATS client', VARZ, `export { connect } from 'nats.ws';`, /only client, guardian-node/],
    [
      'an element, a NATS client later',
      VARZ,
      `export const load = () => import('nats.ws');`,
      /only client, guardian-node/,
    ],
    [
      'an element, a NATS client’s types',
      VARZ,
      `export type A = import('@nats-io/nats-core').Msg;`,
      /only client, guardian-node/,
    ],
    ['an element, Node', VARZ, `export { readFile } from 'node:fs';`, /must load in a browser/],
    [
      'sources, the elements’ base',
      SOURCES,
      `export * from '../element/index.ts';`,
      /core\/sources imports core\/element/,
    ],
    ['sources, a NATS client', SOURCES, `export { connect } from 'nats.ws';`, /only client, guardian-node/],
    ['transport, sources', TRANSPORT, `export * from '../sources/index.ts';`, /core\/transport imports core\/sources/],
    ['transport, a NATS client', TRANSPORT, `export { connect } from 'nats.ws';`, /only client, guardian-node/],
    ['transport, the client for Node', TRANSPORT, `export * from '../../../client/node/index.ts';`, /client\/node/],
    ['an element, the client', VARZ, `export * from '../../client/errors.ts';`, /element imports client/],
    ['the client, Node', CLIENT, `export { readFile } from 'node:fs';`, /must load in a browser/],
    ['the client, its half for Node', CLIENT, `export * from './node/index.ts';`, /client imports client\/node/],
    ['the client, transport', CLIENT, `export * from '../components/core/index.ts';`, /client imports core/],
    ['core, an element', SOURCES, `export * from '../../varz/varz.ts';`, /core\/sources imports element/],
    ['the protocol, a component', PROTOCOL, `export * from '../components/core/index.ts';`, /protocol imports core/],
    ['the protocol, a library', PROTOCOL, `export * from 'lit';`, /only use valibot/],
    [
      'the guardian, a component',
      GUARDIAN,
      `export * from '../components/core/index.ts';`,
      /guardian-node imports core/,
    ],
    [
      'the page server, the guardian',
      PAGE_SERVER,
      `export * from '../../guardian-node/connection.ts';`,
      /pages\/server imports guardian-node/,
    ],
  ];
  for (const [what, file, text, reason] of refused) {
    it(`refuses: ${what}`, async () => {
      const found = (await problems(file, text)).filter((problem) => problem.startsWith('nunect/import-direction'));
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.match(found[0] ?? '', reason);
    });
  }

  const allowed: readonly (readonly [what: string, file: string, text: string])[] = [
    [
      'an element, its own folder and all below it',
      VARZ,
      `export * from './varz.model.ts';\nexport * from '../core/element/index.ts';`,
    ],
    ['the client, the NATS client', CLIENT, `export { connect } from 'nats.ws';`],
    ['the client’s half for Node, Node', CLIENT_NODE, `export { readFile } from 'node:fs';`],
    ['transport, the client', TRANSPORT, `export * from '../../../client/errors.ts';`],
    ['the page server, a NATS client', PAGE_SERVER, `export { wsconnect } from '@nats-io/transport-node';`],
    [
      'the guardian, its NATS client and the protocol',
      GUARDIAN,
      `export { connect } from '@nats-io/transport-node';\nexport * from '../protocol/index.ts';`,
    ],
  ];
  for (const [what, file, text] of allowed) {
    it(`allows: ${what}`, async () => {
      assert.deepEqual(await problems(file, text), []);
    });
  }
});

describe('lint: habits', { timeout: 120_000 }, () => {
  const refused: readonly (readonly [what: string, file: string, text: string, rule: RegExp])[] = [
    ['an element that fetches', VARZ, `export const load = () => fetch('/varz');`, /no-restricted-globals: .*source/],
    ['any', PROTOCOL, `export const x: any = 1;`, /no-explicit-any/],
    ['a non-null assertion', PROTOCOL, `export const f = (a: string[]) => a[0]!;`, /no-non-null-assertion/],
    [
      'a promise that nobody awaits',
      SOURCES,
      `export function f(): void { Promise.reject(new Error('lost')); }`,
      /no-floating-promises/,
    ],
    [
      'a suppression without a reason',
      PROTOCOL,
      `// eslint-disable-next-line @typescript-eslint/no-explicit-any\nexport const x: any = 1;`,
      /explained-suppression: Say why/,
    ],
    [
      'a suppression of everything',
      PROTOCOL,
      `// eslint-disable-next-line -- because\nexport const x: any = 1;`,
      /explained-suppression: Name the rules/,
    ],
    [
      'a suppression of nothing',
      PROTOCOL,
      `// eslint-disable-next-line no-console -- because\nexport const x = 1;`,
      /Unused eslint-disable/,
    ],
    [
      'a type error hushed without a reason',
      PROTOCOL,
      `// @ts-expect-error\nexport const x: number = 'a';`,
      /ban-ts-comment/,
    ],
    ['a broken template', VARZ, "import { html } from 'lit';\nexport const t = html`<p a=1 a=2></p>`;", /^lit\//],
  ];
  for (const [what, file, text, rule] of refused) {
    it(`refuses ${what}`, async () => {
      const found = await problems(file, `${text}\n`);
      assert.ok(
        found.some((problem) => rule.test(problem)),
        JSON.stringify(found),
      );
    });
  }

  it('takes a suppression that names its rule and its reason', async () => {
    const text = `// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the host's own type is not known\nexport const x: any = 1;\n`;
    assert.deepEqual(await problems(PROTOCOL, text), []);
  });
});
