import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readConfig } from '../../pages/server/config.ts';
import { ConfigError, type Environment } from '../../pages/server/env.ts';
import { parseSystems, type SystemConfig } from '../../pages/server/systems.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { ask, askConfig, DEVELOPMENT, VIEWER } from './app-fixture.ts';

function read(text: string): { systems: readonly SystemConfig[]; faults: string[] } {
  const faults: string[] = [];
  return { systems: parseSystems(text, (fault) => faults.push(fault)), faults };
}

function fileWith(text: string): string {
  const file = path.join(temporaryFolder('systems'), 'systems.yaml');
  writeFileSync(file, text);
  return file;
}

function problems(env: Environment): string {
  try {
    readConfig(env);
    return '';
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.join('\n');
  }
}

const TWO = `
systems:
  - name: plant
    title: Plant north
    servers: [wss://plant.example/nats]
    monitoring: http://10.0.0.7:8222
  - name: here
`;

describe('page server: several systems', () => {
  it('are listed for the page, without the addresses of their monitoring', async () => {
    const config = await askConfig({ env: { NATS_MANAGER_SYSTEMS: fileWith(TWO) } });
    assert.deepEqual(config['systems'], [
      {
        name: 'plant',
        title: 'Plant north',
        servers: ['wss://plant.example/nats'],
        inboxPrefix: '_INBOX_viewer',
        monitoring: '/monitoring/plant/',
        own: false,
      },
      {
        name: 'here',
        title: 'here',
        servers: ['ws://127.0.0.1:9222'],
        inboxPrefix: '_INBOX_viewer',
        monitoring: null,
        own: true,
      },
    ]);
    assert.doesNotMatch(JSON.stringify(config), /10\.0\.0\.7/);
  });

  it('are all that the page may connect to', async () => {
    const response = await ask('/', { env: { NATS_MANAGER_SYSTEMS: fileWith(TWO) } });
    assert.match(
      response.headers.get('content-security-policy') ?? '',
      /connect-src 'self' wss:\/\/plant\.example ws:\/\/127\.0\.0\.1:9222;/,
    );
  });

  it('elsewhere never get the login of this machine’s', async () => {
    const here = await askConfig({ env: { ...DEVELOPMENT, NATS_MANAGER_SYSTEMS: fileWith(TWO) } });
    assert.deepEqual(here['login'], VIEWER);
    const elsewhere = 'systems: [{name: plant, servers: ["wss://plant.example"]}]';
    const none = await askConfig({ env: { ...DEVELOPMENT, NATS_MANAGER_SYSTEMS: fileWith(elsewhere) } });
    assert.equal(none['login'], null);
  });

  it('may be JSON', () => {
    assert.deepEqual(
      read('{"systems": [{"name": "a", "servers": ["ws://h:1"]}]}').systems.map(({ name }) => name),
      ['a'],
    );
  });

  const entry = (more: string): string => `systems:\n  - {name: first}\n  - {name: plant, ${more}}\n`;
  for (const [what, text, expected] of [
    ['no list', 'systems: 7', /^must hold a list "systems"/],
    ['an empty one', 'systems: []', /^must hold a list "systems"/],
    ['nothing', '', /^must hold a list "systems"/],
    ['no YAML', 'systems: [', /^is no YAML: /],
    ['an alias', 'a: &a [1]\nsystems: *a', /^is no YAML: /],
    ['no name', 'systems: [{servers: []}]', /^systems\[0\]: name: /],
    ['a name that is a path', 'systems: [{name: "../x"}]', /^systems\[0\]: name: /],
    ['the name of the login', 'systems: [{name: session}]', /^systems\[0\] \(session\): name: "session" is taken/],
    ['a name twice', entry('').replace('plant, ', 'first'), /^systems\[1\]\.name: "first" is there twice/],
    ['an unknown key', entry('password: hunter2'), /^systems\[1\] \(plant\): "password" is not known/],
    ['one address as text', entry('servers: "wss://x"'), /^systems\[1\] \(plant\): servers: must be a list/],
    ['a wrong address', entry('servers: ["http://x"]'), /^systems\[1\] \(plant\): servers\[0\]: "http:\/\/x" is not/],
    [
      'a login in an address',
      entry('servers: ["ws://me:hunter2@x"]'),
      /^systems\[1\] \(plant\): servers\[0\]: holds a l/,
    ],
    [
      'a login in none',
      entry('servers: ["ws://me:hunter2@x:1:2"]'),
      /^systems\[1\] \(plant\): servers\[0\]: .*a login/,
    ],
    ['a login of monitoring', entry('monitoring: "http://me:hunter2@x"'), /^systems\[1\] \(plant\): monitoring: holds/],
    ['a policy in an address', entry('servers: ["ws://x;sandbox"]'), /^systems\[1\] \(plant\): servers\[0\]: /],
    ['a prefix that is a wildcard', entry('inboxPrefix: ">"'), /^systems\[1\] \(plant\): inboxPrefix: /],
  ] as const) {
    it(`are refused, and the entry is named: ${what}`, () => {
      const { faults } = read(text);
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.match(faults[0] ?? '', expected);
      assert.doesNotMatch(faults.join(), /hunter2/);
    });
  }

  it('are named with their variable when the page server starts', () => {
    assert.match(problems({ NATS_MANAGER_SYSTEMS: '/nowhere/x.yaml' }), /^NATS_MANAGER_SYSTEMS: .*cannot be read/);
    assert.match(problems({ NATS_MANAGER_SYSTEMS: fileWith('systems: 1') }), /^NATS_MANAGER_SYSTEMS: must hold/);
    const both = { NATS_MANAGER_SYSTEMS: fileWith(TWO), NATS_WS_URL: 'ws://x', NATS_HTTP_URL: 'http://x' };
    assert.deepEqual(
      problems(both)
        .split('\n')
        .map((line) => line.split(':')[0]),
      ['NATS_WS_URL', 'NATS_HTTP_URL'],
    );
  });

  it('are those of the example', () => {
    const { systems } = readConfig({ NATS_MANAGER_SYSTEMS: 'config/systems.example.yaml' });
    assert.deepEqual(
      systems.map(({ name }) => name),
      ['plant', 'lab'],
    );
  });

  it('give systems or one-line faults for any text at all', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('ws://x', '_INBOX', 'plant'), fc.anything());
    const any = fc.record({
      systems: fc.array(
        fc.dictionary(fc.constantFrom('name', 'title', 'servers', 'monitoring', 'inboxPrefix', 'x\u0000'), value),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), any.map(toJson)), (text) => {
        const { systems, faults } = read(text);
        assert.ok(systems.length > 0 || faults.length > 0);
        for (const { name } of systems) assert.match(name, /^[a-z0-9-]{1,40}$/);
        // eslint-disable-next-line no-control-regex -- that there are none is the test
        for (const fault of faults) assert.doesNotMatch(fault, /[\u0000-\u001f]/);
      }),
    );
  });
});

function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}
