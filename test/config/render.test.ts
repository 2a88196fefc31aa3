import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { connectProgram, connectViewer, loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, projectRoot, startNunectServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';

const LOGINS = ['SYS', 'OPS_ADMIN', 'GUARDIAN', 'VIEWER', 'BRIDGE', 'ENGINE', 'PROVISION'] as const;

/** What a configuration or a shell might take for something else than text. */
const TRICKY = [
  '12345',
  '007',
  '1k',
  'true',
  '1e5',
  'a;b',
  '$PASS',
  '$SYS',
  '${NATS_SYS_USER}',
  '$(id)',
  '`id`',
  'quote " in it',
  "apostrophe ' in it",
  'ends in \\',
  '\\n \\x41 \\u0041',
  '"',
  '# no comment',
  'a // b',
  '{ } [ ] ( , : =',
  'include "other.conf"',
  ' spaces around ',
  '&|\\1',
  'ünïcödé 🙂',
];

// Anything but control characters, which the script refuses by name. A hash of bcrypt's form is refused, too.
const character = fc.oneof(
  fc.constantFrom(...'$"\\\'`#{}[]()/;:=,&|!%~ \u00e9'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const password = fc
  .oneof(
    fc.constantFrom(...TRICKY),
    fc.array(character, { minLength: 1, maxLength: 24 }).map((characters) => characters.join('')),
  )
  // eslint-disable-next-line no-control-regex -- control characters are what is meant
  .filter((text) => !/[\u0000-\u001f\u007f]/.test(text) && !text.startsWith('$2'));

/** All variables of the template, by the environment alone. */
function environment(changes: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const all: Record<string, string | undefined> = { PATH: process.env['PATH'], UNIT_ID: 'leaf-1' };
  for (const login of LOGINS) all[`NATS_${login}_PASSWORD`] = `secret-of-${login}`;
  const values = Object.entries({ ...all, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(values);
}

interface Rendering {
  readonly code: number | null;
  readonly errors: string;
  readonly output: string;
}

function render(env: Record<string, string>, template?: string, envText = ''): Rendering {
  const dir = temporaryFolder('render');
  const output = join(dir, 'out.conf');
  const envFile = join(dir, 'test.env');
  writeFileSync(envFile, envText);
  const args = [join(projectRoot, 'scripts/render-config.sh'), '--env', envFile, '--output', output];
  if (template !== undefined) {
    writeFileSync(join(dir, 'template.conf'), template);
    args.push('--template', join(dir, 'template.conf'));
  }
  const run = spawnSync('sh', args, { env, encoding: 'utf8' });
  return {
    code: run.status,
    errors: run.stderr,
    output: existsSync(output) ? readFileSync(output, 'utf8') : '',
  };
}

describe('render-config.sh', () => {
  for (const bin of natsServerBins()) {
    it(`renders any password so that nats-server ${bin.version} takes it`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(password, { minLength: LOGINS.length, maxLength: LOGINS.length }),
          async (passwords) => {
            const env: Record<string, string> = {};
            LOGINS.forEach((login, index) => (env[`NATS_${login}_PASSWORD`] = passwords[index] ?? ''));
            const server = await startNunectServer({ bin: bin.path, env });
            try {
              for (const login of LOGINS) {
                const credentials = loginOf(server.secrets, login);
                const client =
                  login === 'VIEWER'
                    ? await connectViewer(server.wsUrl, credentials)
                    : await connectProgram(server.url, credentials);
                await client.close();
              }
              const wrong = { ...loginOf(server.secrets, 'SYS'), pass: 'another one' };
              await assert.rejects(connectProgram(server.url, wrong), /authorization violation/i);
            } finally {
              await server.stop();
            }
          },
        ),
        // Each run starts a server and logs in seven times; the tricky ones come first, all of them over the runs.
        {
          numRuns: 6,
          examples: [0, 7, 14, 16].map((from) => [TRICKY.slice(from, from + LOGINS.length)] as [string[]]),
        },
      );
    });
  }

  it('reads .env as Node does, or refuses the line', () => {
    const template = 'x: "${NATS_SYS_PASSWORD}"\n';
    let taken = 0;
    const text = fc
      .array(fc.constantFrom(...`'"\`#\\ $ab=`), { minLength: 1, maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, (raw) => {
        const line = `NATS_SYS_PASSWORD=${raw}\n`;
        const { code, output, errors } = render(environment({ NATS_SYS_PASSWORD: undefined }), template, line);
        if (code !== 0) {
          assert.match(errors, /test\.env:1: |NATS_SYS_PASSWORD is empty/);
          return;
        }
        taken++;
        const value = JSON.parse(output.slice(3)) as string;
        assert.equal(value, parseEnv(line)['NATS_SYS_PASSWORD']);
      }),
      { numRuns: 60, examples: [["'a b'"], ['"a b"'], ['`a`'], ["a'b"], ['a"b'], ['\\'], ["'#'"], ['"a" b'], ['$a']] },
    );
    assert.ok(taken > 10, `it takes what is plain (${taken} of 60)`);
  });

  it('lets the environment win over .env, and .env over the default', () => {
    const template = 'a: "${NATS_SERVER_NAME}"\nb: ${NATS_PORT}\nc: ${NATS_WS_PORT}\n';
    const { output } = render(
      environment({ NATS_SERVER_NAME: 'of-the-caller' }),
      template,
      'NATS_SERVER_NAME=of-the-file\nNATS_PORT=5222\n',
    );
    assert.equal(output, 'a: "of-the-caller"\nb: 5222\nc: 9222\n');
  });

  it('knows every name of the template from config/env.example', () => {
    const template = readFileSync(join(projectRoot, 'config/nats-server.conf'), 'utf8');
    const offered = parseEnv(readFileSync(join(projectRoot, 'config/env.example'), 'utf8'));
    const used = [...template.matchAll(/\$\{([A-Z_]+)(?:\[\])?\}/g)].map(([, name]) => name);
    assert.deepEqual(
      used.filter((name) => name !== 'NAME' && !(name !== undefined && name in offered)),
      [],
    );
  });

  it('leaves $SYS, comments and what is no placeholder alone', () => {
    const template = '# ${NO_SUCH_NAME}\nx: "$SYS.> ${lower} $NATS_PORT" // ${NO_SUCH_NAME}\n';
    assert.equal(render(environment(), template).output, template);
  });

  it('quotes each origin of the list', () => {
    const env = environment({ NATS_WS_ORIGINS: 'https://a.example, http://[::1]:4280,' });
    const { output } = render(env, 'x: [ "${NATS_WS_ORIGINS[]}" ]\n');
    assert.equal(output, 'x: [ "https://a.example", "http://[::1]:4280" ]\n');
  });

  for (const [changes, last] of [
    [{ NATS_MANAGER_BIND: '192.0.2.7' }, ['http://192.0.2.7:4280']],
    [{ NATS_MANAGER_BIND: '2001:db8::7' }, ['http://[2001:db8::7]:4280']],
    [{ NATS_MANAGER_BIND: '0.0.0.0' }, ['http://127.0.0.1:4280', 'http://localhost:4280']],
    [{ NATS_MANAGER_DOMAIN: 'nats.example' }, ['https://nats.example', 'http://nats.example:4280']],
    [
      { NATS_MANAGER_DOMAIN: 'nats.example', NATS_WS_URL: 'wss://nats.example/ws' },
      ['http://nats.example:4280', 'https://nats.example'],
    ],
  ] as const) {
    it(`lets in pages of ${JSON.stringify(changes)} when no origin is listed`, () => {
      const { output, errors } = render(environment(changes), 'x: [ "${NATS_WS_ORIGINS[]}" ]\n');
      const origins = [...output.matchAll(/"([^"]*)"/g)].map(([, origin]) => origin);
      assert.deepEqual(origins.slice(-last.length), last, errors);
      assert.ok(origins.includes('http://127.0.0.1:4280') && origins.includes('http://localhost:4280'));
    });
  }

  it('refuses a name that stands twice in .env, which shell and Node would read differently', () => {
    const text = 'NATS_PORT=5222\n# between\nNATS_HTTP_PORT=8333\nexport NATS_PORT = 6222\n';
    const { code, errors, output } = render(environment(), 'x: ${NATS_PORT}\n', text);
    assert.equal(code, 1);
    assert.match(errors, /test\.env:4: NATS_PORT stands in line 1 too/);
    assert.doesNotMatch(errors, /NATS_HTTP_PORT/);
    assert.equal(output, '');
  });

  for (const name of ['NATS_PORT NATS_HTTP_PORT', 'NATS-PORT', '9LIVES', '', '$(touch pwned)', 'A;id']) {
    it(`refuses "${name}" as a name in .env`, () => {
      const { code, errors } = render(environment(), 'x: ${NATS_PORT}\n', `UNIT_ID=leaf-1\n${name}=1\n`);
      assert.equal(code, 1);
      assert.match(errors, /test\.env:2: what stands before the = is no name/);
    });
  }

  it('leaves the settings of other programs in .env alone', () => {
    const { code, errors } = render(environment(), 'x: ${NATS_PORT}\n', 'other_setting=1\nEDITOR=ed\nEDITOR=vi\n');
    assert.equal(errors, '');
    assert.equal(code, 0);
  });

  it('names all that is missing or empty at once, and writes nothing', () => {
    const env = environment({ NATS_VIEWER_PASSWORD: undefined, NATS_BRIDGE_PASSWORD: '', UNIT_ID: undefined });
    const { code, errors, output } = render(env);
    assert.equal(code, 1);
    for (const name of ['NATS_VIEWER_PASSWORD', 'NATS_BRIDGE_PASSWORD', 'UNIT_ID']) {
      assert.match(errors, new RegExp(`${name} is empty: set it in .*test\\.env`));
    }
    assert.doesNotMatch(errors, /NATS_SYS_PASSWORD/);
    assert.equal(output, '');
    assert.match(render(environment(), 'x: "${NO_SUCH_NAME}"').errors, /NO_SUCH_NAME is not set/);
  });

  for (const [name, value, reason] of [
    ['UNIT_ID', 'a.b', /UNIT_ID is "a\.b": a unit has 1 to 64 letters, digits, - and _/],
    ['UNIT_ID', 'a*', /UNIT_ID is "a\*"/],
    ['UNIT_ID', 'x'.repeat(65), /UNIT_ID is "x+"/],
    ['NATS_PORT', '4222x', /NATS_PORT is "4222x": a port is a number/],
    ['NATS_WS_PORT', '65536', /NATS_WS_PORT is "65536"/],
    [
      'NATS_WS_ORIGINS',
      '127.0.0.1:4280',
      /NATS_WS_ORIGINS has "127\.0\.0\.1:4280": an origin is http:\/\/ or https:\/\//,
    ],
    ['NATS_WS_ORIGINS', 'http://a/b', /NATS_WS_ORIGINS has "http:\/\/a\/b"/],
    ['NATS_SERVER_NAME', 'two words', /NATS_SERVER_NAME is "two words": no spaces/],
    ['NATS_VIEWER_USER', 'guardian', /NATS_GUARDIAN_USER and NATS_VIEWER_USER are both "guardian"/],
    ['NATS_SYS_PASSWORD', '$2a$11$abcdefghijklmnopqrstuv', /NATS_SYS_PASSWORD looks like a bcrypt hash/],
    ['NATS_SYS_PASSWORD', 'two\nlines', /NATS_SYS_PASSWORD holds a control character/],
  ] as const) {
    it(`refuses ${name} = ${JSON.stringify(value).slice(0, 40)}`, () => {
      const { code, errors, output } = render(environment({ [name]: value }));
      assert.equal(code, 1);
      assert.match(errors, reason);
      assert.equal(output, '');
    });
  }

  it('refuses text outside of quotes: 12345 would be a number', () => {
    const { code, errors } = render(environment(), 'password: ${NATS_SYS_PASSWORD}\n');
    assert.equal(code, 1);
    assert.match(errors, /\$\{NATS_SYS_PASSWORD\} stands outside of quotes/);
  });

  it('never shows a secret when it complains', () => {
    const env = environment({ NATS_SYS_PASSWORD: 'hush\u0007hush', UNIT_ID: 'a.b' });
    assert.doesNotMatch(render(env).errors, /hush|secret-of/);
  });

  it('writes a file for its owner only, and keeps the old one when it fails', () => {
    const dir = temporaryFolder('render');
    const output = join(dir, 'out.conf');
    const envFile = join(dir, '.env');
    writeFileSync(envFile, '');
    const script = join(projectRoot, 'scripts/render-config.sh');
    const args = [script, '--env', envFile, '--output', output];
    execFileSync('sh', args, { env: environment() });
    assert.equal(statSync(output).mode & 0o777, 0o600);
    const before = readFileSync(output, 'utf8');
    assert.equal(spawnSync('sh', args, { env: environment({ UNIT_ID: '' }) }).status, 1);
    assert.equal(readFileSync(output, 'utf8'), before);
  });

  it('explains itself, and refuses what it does not know', () => {
    const script = join(projectRoot, 'scripts/render-config.sh');
    assert.match(execFileSync('sh', [script, '--help'], { encoding: 'utf8' }), /^Usage: /);
    assert.equal(spawnSync('sh', [script, '--nope']).status, 2);
  });
});
