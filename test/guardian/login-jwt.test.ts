/** The guardian logs in with a credentials file, at servers of an operator. */
import assert from 'node:assert/strict';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { parseCreds } from '../../client/creds.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { operatorMode, type OperatorRig, type UserOptions } from '../rigs/operator-mode.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';

/** Writes a secret as whoever renews it should: whole, and for its owner alone. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

interface Rig {
  readonly server: NatsServerRig;
  readonly operator: OperatorRig;
  readonly file: string;
  renew(options?: UserOptions): Promise<string>;
  guardian(env?: Record<string, string>): GuardianProcess;
}

async function start(bin: string, after: (end: () => Promise<unknown>) => void): Promise<Rig> {
  const operator = await operatorMode();
  const server = await startNatsServer({ bin, config: operator.config });
  after(() => server.stop());
  const file = join(temporaryFolder('creds'), 'leaf-1.creds');
  return {
    server,
    operator,
    file,
    async renew(options) {
      const creds = await operator.creds('leaf-1', options);
      put(file, creds);
      return creds;
    },
    guardian(env) {
      const guardian = new GuardianProcess({
        env: { NATS_URL: server.url, NATS_CREDS_FILE: file, LOG_LEVEL: 'debug', ...env },
      });
      after(() => Promise.resolve(guardian.signal('SIGKILL')));
      return guardian;
    },
  };
}

async function observer(rig: Rig): Promise<{ nats: NatsConnection; heard: string[] }> {
  const creds = new TextEncoder().encode(await rig.operator.creds('other'));
  const nats = await connect({ servers: rig.server.url, authenticator: credsAuthenticator(creds) });
  const heard: string[] = [];
  nats.subscribe('ops.heartbeat.*', { callback: (_error, message) => void heard.push(message.subject) });
  await nats.flush();
  return { nats, heard };
}

/** Watches the server until so many milliseconds pass between one attempt to connect and the next. */
async function untilAWaitOf(leastMs: number, httpUrl: string): Promise<void> {
  const total = async (): Promise<number> => {
    const reply = await fetch(`${httpUrl}/varz`);
    return ((await reply.json()) as { total_connections: number }).total_connections;
  };
  let seen = await total();
  const times: number[] = [];
  const watch = async (): Promise<boolean> => {
    const now = await total();
    if (now > seen) times.push(performance.now());
    seen = now;
    return waits().some((wait) => wait >= leastMs);
  };
  const waits = (): number[] => times.slice(1).map((at, i) => Math.round(at - (times[i] ?? 0)));
  await waitFor(watch, { what: () => `a wait of ${leastMs} ms; they were ${waits().join(', ')}`, timeoutMs: 30_000 });
}

function assertSilent(guardian: GuardianProcess, ...creds: readonly string[]): void {
  for (const text of creds) {
    const { jwt, seed } = parseCreds(text);
    for (const secret of [jwt, seed]) assert.equal(guardian.stderr.includes(secret), false, 'a secret was logged');
  }
}

/** Builds it, if that is necessary: a JWT of a few seconds would end meanwhile. */
async function built(): Promise<void> {
  assert.equal(await new GuardianProcess({ args: ['--version'] }).ended, 0);
}

for (const { path, version } of natsServerBins()) {
  describe(`guardian: credentials file, nats-server ${version}`, { timeout: 120_000 }, () => {
    it('publishes with it, and comes back with the renewed one when the JWT ends', async (t) => {
      const rig = await start(path, (end) => t.after(end));
      const { nats, heard } = await observer(rig);
      t.after(() => nats.close());
      await built();
      const first = await rig.renew({ expiresInS: 6 });
      const guardian = rig.guardian();
      await waitFor(() => heard.length === 1, { what: 'its first heartbeat' });
      const second = await rig.renew();
      await guardian.logged(/the connection fell/);
      await waitFor(() => heard.length === 2, { what: () => `the next heartbeat\n${guardian.stderr}` });
      assert.equal(await guardian.stop(), 0);
      assertSilent(guardian, first, second);
    });

    it('whose JWT ended and is not renewed: asks less and less often, and is back when it is', async (t) => {
      const rig = await start(path, (end) => t.after(end));
      await built();
      await rig.renew({ expiresInS: 6 });
      const guardian = rig.guardian();
      await guardian.logged(/^connected to/);
      const said = await guardian.logged(/refuses the login of the JWT of "leaf-1"/);
      assert.match(said.message, /put a valid one into NATS_CREDS_FILE \(.*leaf-1\.creds\)/);
      // 0.2 s, doubled each time, and at least half of that. In its last second a JWT may be taken and ended at once, which
      // begins anew, so they are not counted.
      await untilAWaitOf(700, rig.server.httpUrl);
      const lines = (words: RegExp): number => guardian.lines().filter(({ message }) => words.test(message)).length;
      const isSaidOnce = lines(/refuses the login/) <= lines(/^connected to/);
      assert.equal(isSaidOnce, true, `said once after each time it was connected:\n${guardian.stderr}`);
      const before = guardian.lines().length;
      await rig.renew();
      const isBack = (): boolean =>
        guardian
          .lines()
          .slice(before)
          .some((line) => /^connected to/.test(line.message));
      await waitFor(isBack, {
        what: () => `the guardian to come back; it says:\n${guardian.stderr}`,
        timeoutMs: 30_000,
      });
    });

    it('a file that goes away costs nothing while the login that was read last is good', async (t) => {
      const rig = await start(path, (end) => t.after(end));
      await rig.renew();
      const guardian = rig.guardian();
      await guardian.logged(/^connected to/);
      rmSync(rig.file);
      await rig.server.restart();
      await guardian.logged(
        /NATS_CREDS_FILE: .*leaf-1\.creds is not there; until then the login is the one that was read last/,
      );
      await waitFor(() => guardian.lines().filter((line) => /^connected to/.test(line.message)).length === 2, {
        what: () => `the guardian to come back; it says:\n${guardian.stderr}`,
      });
    });

    it('a wrong first one: exit code 77 and one line, after one attempt', async (t) => {
      const rig = await start(path, (end) => t.after(end));
      const ended = await rig.operator.creds('leaf-1', { expiresInS: -60 });
      const foreign = await (await operatorMode()).creds('leaf-1');
      const rows: readonly [string, RegExp][] = [
        [
          ended,
          /refused the JWT of "leaf-1", which ended at 20.*Z \(authorization violation\): put a valid one into NATS_CREDS_FILE \(.*\)$/,
        ],
        [foreign, /refused the JWT of "leaf-1" \(authorization violation\): put a valid one into/],
      ];
      for (const [creds, want] of rows) {
        put(rig.file, creds);
        const before = rig.server.log().length;
        const guardian = rig.guardian();
        assert.equal(await guardian.ended, 77, guardian.stderr);
        assert.equal(guardian.stderr.trimEnd().split('\n').length, 1, guardian.stderr);
        assert.match(guardian.stderr.trimEnd(), want);
        assertSilent(guardian, creds);
        const attempts = rig.server.log().slice(before).split('authentication error').length - 1;
        assert.equal(attempts, 1, rig.server.log().slice(before));
      }
    });
  });
}

describe('guardian: credentials files that are none', { timeout: 120_000 }, () => {
  const file = join(temporaryFolder('creds'), 'x.creds');
  const refused = async (text: string | null, want: RegExp): Promise<void> => {
    rmSync(file, { force: true });
    if (text !== null) put(file, text);
    const guardian = new GuardianProcess({ env: { NATS_CREDS_FILE: file } });
    assert.equal(await guardian.ended, 78, guardian.stderr);
    assert.equal(guardian.stderr.trimEnd().split('\n').length, 1, guardian.stderr);
    assert.match(guardian.stderr, want);
  };

  it('exit code 78, with what to do, and nothing of what is in them', async () => {
    const operator = await operatorMode();
    const [one, other] = [await operator.creds('a'), await operator.creds('b')];
    await refused(null, /NATS_CREDS_FILE: .*x\.creds is not there/);
    await refused(
      'hello',
      /NATS_CREDS_FILE: .* is no credentials file: a user JWT and its NKey seed are expected, as nsc writes/,
    );
    const mixed = one.replace(parseCreds(one).seed, parseCreds(other).seed);
    await refused(mixed, /NATS_CREDS_FILE: .* holds a seed that is not the one of its JWT/);
  });

  it('with Windows line ends, and without the last one, it is one', async (t) => {
    const operator = await operatorMode();
    const server = await startNatsServer({ config: operator.config });
    t.after(() => server.stop());
    put(file, (await operator.creds('a')).trimEnd().replaceAll('\n', '\r\n'));
    const guardian = new GuardianProcess({ env: { NATS_URL: server.url, NATS_CREDS_FILE: file } });
    await guardian.logged(/^connected to/);
    assert.equal(await guardian.stop(), 0);
  });

  it('that others can read: said once, and used', async (t) => {
    const operator = await operatorMode();
    const server = await startNatsServer({ config: operator.config });
    t.after(() => server.stop());
    put(file, await operator.creds('a'));
    chmodSync(file, 0o644);
    const guardian = new GuardianProcess({ env: { NATS_URL: server.url, NATS_CREDS_FILE: file } });
    await guardian.logged(/x\.creds holds a secret and others can read it; chmod 600 it/);
    await server.restart();
    await waitFor(() => guardian.lines().filter((line) => /^connected to/.test(line.message)).length === 2, {
      what: 'it to be back',
    });
    assert.equal(guardian.lines().filter((line) => /others can read/.test(line.message)).length, 1);
    assert.equal(await guardian.stop(), 0);
  });
});
