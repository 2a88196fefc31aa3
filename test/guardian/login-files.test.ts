/** The guardian logs in by NKey and by token; two logins at once; what a login's files must be. */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { nkeys } from '@nats-io/transport-node';
import { natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';

interface Key {
  readonly seed: string;
  readonly publicKey: string;
}

function key(make: () => { getSeed(): Uint8Array; getPublicKey(): string } = nkeys.createUser): Key {
  const pair = make();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}

function put(name: string, text: string): string {
  const file = join(temporaryFolder('login'), name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function refused(code: number, env: Record<string, string>, want: RegExp): Promise<GuardianProcess> {
  const guardian = new GuardianProcess({ env });
  assert.equal(await guardian.ended, code, guardian.stderr);
  assert.equal(guardian.stderr.trimEnd().split('\n').length, 1, guardian.stderr);
  assert.match(guardian.stderr, want);
  return guardian;
}

for (const { path, version } of natsServerBins()) {
  describe(`guardian: NKey and token, nats-server ${version}`, { timeout: 60_000 }, () => {
    it('logs in with the seed of its file, and with the one that is there at a reconnect', async (t) => {
      const [first, second] = [key(), key()];
      const users = [first, second].map(({ publicKey }) => `{ nkey: ${publicKey} }`).join(', ');
      const server = await startNatsServer({ bin: path, config: `authorization { users: [ ${users} ] }` });
      t.after(() => server.stop());
      const file = put('leaf-1.nk', `${first.seed}\n`);
      const guardian = new GuardianProcess({
        env: { NATS_URL: server.url, NATS_NKEY_FILE: file, LOG_LEVEL: 'debug' },
      });
      t.after(() => guardian.signal('SIGKILL'));
      await guardian.logged(/^connected to/);
      assert.equal(await connectedKey(server.httpUrl), first.publicKey);
      renameSync(put('new.nk', second.seed), file);
      await server.restart();
      await waitFor(() => guardian.lines().filter((line) => /^connected to/.test(line.message)).length === 2, {
        what: () => `the guardian to come back; it says:\n${guardian.stderr}`,
      });
      assert.equal(await connectedKey(server.httpUrl), second.publicKey);
      assert.equal(await guardian.stop(), 0);
      for (const { seed } of [first, second]) assert.equal(guardian.stderr.includes(seed), false, 'a seed was logged');
    });

    it('a user that the server does not know: exit code 77 and one line with its public key', async (t) => {
      const [known, stranger] = [key(), key()];
      const config = `authorization { users: [ { nkey: ${known.publicKey} } ] }`;
      const server = await startNatsServer({ bin: path, config });
      t.after(() => server.stop());
      const file = put('leaf-1.nk', stranger.seed);
      const want = new RegExp(
        `refused the NKey ${stranger.publicKey} \\(authorization violation\\): let that user in there, or correct NATS_NKEY_FILE \\(${file}\\)`,
      );
      const guardian = await refused(77, { NATS_URL: server.url, NATS_NKEY_FILE: file }, want);
      assert.equal(guardian.stderr.includes(stranger.seed), false, 'the seed was logged');
    });

    it('logs in with a token; a wrong one: exit code 77', async (t) => {
      const server = await startNatsServer({ bin: path, config: 'authorization { token: "the-right-token" }' });
      t.after(() => server.stop());
      const env = { NATS_URL: server.url, NATS_GUARDIAN_TOKEN: 'the-right-token', LOG_LEVEL: 'debug' };
      const guardian = new GuardianProcess({ env });
      t.after(() => guardian.signal('SIGKILL'));
      await guardian.logged(/^connected to/);
      assert.equal(await guardian.stop(), 0);
      assert.equal(guardian.stderr.includes('the-right-token'), false, 'the token was logged');
      const wrong = await refused(
        77,
        { ...env, NATS_GUARDIAN_TOKEN: 'another' },
        /refused the token .*: correct NATS_GUARDIAN_TOKEN$/m,
      );
      assert.equal(wrong.stderr.includes('another'), false);
    });

    it('no login where one is asked for: exit code 77 and one line that names the ways', async (t) => {
      const server = await startNatsServer({ bin: path, config: 'authorization { token: "t" }' });
      t.after(() => server.stop());
      const want =
        /refused a connection without login .*: set one of NATS_GUARDIAN_PASSWORD, NATS_NKEY_FILE, NATS_CREDS_FILE or NATS_TLS_CERT/;
      await refused(77, { NATS_URL: server.url }, want);
    });
  });
}

/** The public key of the guardian's connection, as the server has it. */
async function connectedKey(httpUrl: string): Promise<string | undefined> {
  const reply = await fetch(`${httpUrl}/connz?auth=true`);
  const { connections } = (await reply.json()) as {
    connections: { name?: string; nkey?: string; authorized_user?: string }[];
  };
  const own = connections.find(({ name }) => name === 'nunect-guardian-leaf-1');
  return own?.nkey ?? own?.authorized_user;
}

describe('guardian: settings of a login that cannot be', { timeout: 60_000 }, () => {
  const nkeyFile = put('a.nk', key().seed);

  it('two of them: exit code 78, naming both', async () => {
    const kinds: readonly (readonly [string, string])[] = [
      ['NATS_GUARDIAN_PASSWORD', 'a-password'],
      ['NATS_GUARDIAN_TOKEN', 'a-token'],
      ['NATS_NKEY_FILE', nkeyFile],
      ['NATS_CREDS_FILE', '/nowhere.creds'],
    ];
    for (const [i, [one, its]] of kinds.entries()) {
      const [other, value] = kinds[(i + 1) % kinds.length] ?? ['', ''];
      const guardian = await refused(
        78,
        { [one]: its, [other]: value },
        /: a guardian has one login, so leave one of them empty/,
      );
      for (const name of [one, other]) assert.match(guardian.stderr, new RegExp(name));
      for (const secret of ['a-password', 'a-token']) assert.equal(guardian.stderr.includes(secret), false);
    }
  });

  it('the name of the user, as the template has it, is no second one', async (t) => {
    const user = key();
    const server = await startNatsServer({ config: `authorization { users: [ { nkey: ${user.publicKey} } ] }` });
    t.after(() => server.stop());
    const env = { NATS_URL: server.url, NATS_GUARDIAN_USER: 'guardian', NATS_NKEY_FILE: put('a.nk', user.seed) };
    const guardian = new GuardianProcess({ env });
    t.after(() => guardian.signal('SIGKILL'));
    await guardian.logged(/^connected to/);
  });

  it('a seed file that is none: exit code 78, and nothing of what is in it', async () => {
    const account = key(nkeys.createAccount);
    const cut = key().seed.slice(0, -1);
    for (const text of ['hello-there', account.seed, cut, '']) {
      const want = /NATS_NKEY_FILE: .*x\.nk holds no NKey seed of a user: a line that begins with SU is expected/;
      const guardian = await refused(78, { NATS_NKEY_FILE: put('x.nk', text) }, want);
      if (text !== '') assert.equal(guardian.stderr.includes(text), false);
    }
    await refused(78, { NATS_NKEY_FILE: '/nowhere/x.nk' }, /NATS_NKEY_FILE: \/nowhere\/x\.nk is not there/);
  });
});
