/** The guardian trusts its server by a certificate, and may log in by one of its own. */
import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Authority, type Certificate } from '../rigs/certificates.ts';
import { natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';

const authority = new Authority();
const stranger = new Authority('another authority');
const server = authority.issue('server', 'IP:127.0.0.1');
const leaf = authority.issue('leaf-1', 'email:leaf-1@nunect.test');
const unmapped = authority.issue('leaf-2', 'email:leaf-2@nunect.test');
const foreign = stranger.issue('leaf-1', 'email:leaf-1@nunect.test');

const tlsBlock = (more: string): string =>
  `tls { cert_file: "${server.certFile}", key_file: "${server.keyFile}", ca_file: "${authority.caFile}", timeout: 5 ${more} }`;
const MAPPED = `${tlsBlock(', verify_and_map: true')}\n authorization { users: [ { user: "leaf-1@nunect.test" } ] }`;
const PASSWORD = { NATS_GUARDIAN_USER: 'guardian', NATS_GUARDIAN_PASSWORD: 'secret-of-guardian' };
const USERS = 'authorization { users: [ { user: guardian, password: "secret-of-guardian" } ] }';

function env(certificate: Certificate | null, more: Record<string, string> = {}): Record<string, string> {
  const trust = { NATS_TLS_CA: authority.caFile, ...more };
  if (certificate === null) return trust;
  return { ...trust, NATS_TLS_CERT: certificate.certFile, NATS_TLS_KEY: certificate.keyFile };
}

async function refused(code: number, settings: Record<string, string>, want: RegExp): Promise<void> {
  const guardian = new GuardianProcess({ env: settings });
  assert.equal(await guardian.ended, code, guardian.stderr);
  assert.equal(guardian.stderr.trimEnd().split('\n').length, 1, guardian.stderr);
  assert.match(guardian.stderr, want);
  assert.equal(guardian.stderr.includes('BEGIN'), false, 'a file was quoted');
}

for (const { path, version } of natsServerBins()) {
  describe(`guardian: TLS, nats-server ${version}`, { timeout: 60_000 }, () => {
    it('logs in by its certificate, and takes up a renewed one at a reconnect', async (t) => {
      const nats = await startNatsServer({ bin: path, config: MAPPED });
      t.after(() => nats.stop());
      const dir = temporaryFolder('certificate');
      const own = { certFile: join(dir, 'own.pem'), keyFile: join(dir, 'own.key') };
      const install = (from: Certificate): void => {
        copyFileSync(from.certFile, own.certFile);
        copyFileSync(from.keyFile, own.keyFile);
      };
      install(leaf);
      const guardian = new GuardianProcess({ env: env(own, { NATS_URL: nats.url, LOG_LEVEL: 'debug' }) });
      t.after(() => guardian.signal('SIGKILL'));
      await guardian.logged(/^connected to/);
      assert.match(nats.log(), /TLS required/);
      // A new key pair: the old certificate with it would not even make a handshake.
      install(authority.issue('leaf-1-renewed', 'email:leaf-1@nunect.test'));
      await nats.restart();
      await waitFor(() => guardian.lines().filter((line) => /^connected to/.test(line.message)).length === 2, {
        what: () => `the guardian to come back; it says:\n${guardian.stderr}`,
      });
      assert.equal(await guardian.stop(), 0);
    });

    it('trusts a server by its authority alone, and then logs in by password', async (t) => {
      const nats = await startNatsServer({ bin: path, config: `${tlsBlock('')}\n ${USERS}` });
      t.after(() => nats.stop());
      const guardian = new GuardianProcess({ env: env(null, { NATS_URL: nats.url, ...PASSWORD }) });
      t.after(() => guardian.signal('SIGKILL'));
      await guardian.logged(/^connected to/);
      assert.equal(await guardian.stop(), 0);
    });

    it('shows a certificate beside a password to a server that asks for both', async (t) => {
      const nats = await startNatsServer({ bin: path, config: `${tlsBlock(', verify: true')}\n ${USERS}` });
      t.after(() => nats.stop());
      const guardian = new GuardianProcess({ env: env(leaf, { NATS_URL: nats.url, ...PASSWORD }) });
      t.after(() => guardian.signal('SIGKILL'));
      await guardian.logged(/^connected to/);
      assert.equal(await guardian.stop(), 0);
    });

    it('a server of the right authority that is another one: exit code 78', async (t) => {
      // What a library takes that checks for "localhost" where the address is a number.
      const localhost = authority.issue('localhost', 'DNS:localhost');
      const files = `cert_file: "${localhost.certFile}", key_file: "${localhost.keyFile}"`;
      const nats = await startNatsServer({ bin: path, config: `tls { ${files} }\n ${USERS}` });
      t.after(() => nats.stop());
      const want = /is not trusted \(.*does not match.*\): NATS_TLS_CA is .*and the server as its certificate does/;
      await refused(78, env(null, { NATS_URL: nats.url, ...PASSWORD }), want);
      const byName = { ...PASSWORD, NATS_URL: nats.url.replace('127.0.0.1', 'localhost') };
      const guardian = new GuardianProcess({ env: env(null, byName) });
      t.after(() => guardian.signal('SIGKILL'));
      await guardian.logged(/^connected to/);
    });

    it('a server without TLS where a certificate is set: exit code 78, and nothing was sent in clear', async (t) => {
      const nats = await startNatsServer({ bin: path, config: USERS });
      t.after(() => nats.stop());
      await refused(
        78,
        env(null, { NATS_URL: nats.url, ...PASSWORD }),
        /offers no TLS, and a login must not go there in clear/,
      );
    });

    it('a certificate that the server does not take: exit code 77, with the reason', async (t) => {
      const nats = await startNatsServer({ bin: path, config: MAPPED });
      t.after(() => nats.stop());
      const at = { NATS_URL: nats.url };
      const correct = /correct NATS_TLS_CERT and NATS_TLS_KEY/;
      await refused(
        77,
        env(unmapped, at),
        /refused the certificate .*leaf-2\.pem \(authorization violation\): map it to a user/,
      );
      await refused(
        77,
        env(foreign, at),
        /refused the certificate .*leaf-1\.pem \((unknown ca|bad certificate)\): have that server trust/,
      );
      await refused(77, env(foreign, at), correct);
      await refused(
        77,
        env(null, at),
        /refused a connection without certificate \((certificate required|bad certificate)\)/,
      );
    });

    it('a server that cannot be trusted: exit code 78, with what to do', async (t) => {
      const nats = await startNatsServer({ bin: path, config: MAPPED });
      t.after(() => nats.stop());
      const at = { NATS_URL: nats.url };
      const { NATS_TLS_CA: _, ...without } = env(leaf, at);
      await refused(
        78,
        without,
        /the certificate of nats:\/\/127\.0\.0\.1:\d+ is not trusted \(.*\): NATS_TLS_CA is not set; name the file/,
      );
      const wrong = env(leaf, { ...at, NATS_TLS_CA: stranger.caFile });
      await refused(
        78,
        wrong,
        /is not trusted \(.*\): NATS_TLS_CA is .*ca\.pem; name the file of the authority that signed it/,
      );
    });
  });
}

describe('guardian: files of TLS that cannot be used', { timeout: 60_000 }, () => {
  it('exit code 78, naming variable and file', async () => {
    const text = join(temporaryFolder('tls'), 'text.pem');
    writeFileSync(text, 'hello');
    const cut = join(temporaryFolder('tls'), 'cut.pem');
    writeFileSync(cut, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
    const { certFile, keyFile } = leaf;
    const rows: readonly (readonly [Record<string, string>, RegExp])[] = [
      [
        { NATS_TLS_CERT: certFile },
        /NATS_TLS_CERT is set and NATS_TLS_KEY is not: a certificate and its key go together/,
      ],
      [{ NATS_TLS_KEY: keyFile }, /NATS_TLS_KEY is set and NATS_TLS_CERT is not/],
      [{ NATS_TLS_CA: '/nowhere/ca.pem' }, /NATS_TLS_CA: \/nowhere\/ca\.pem is not there/],
      [{ NATS_TLS_CA: text }, /NATS_TLS_CA: .*text\.pem holds no certificate in PEM form/],
      [
        { NATS_TLS_CERT: cut, NATS_TLS_KEY: keyFile },
        /NATS_TLS_CERT: .*cut\.pem holds a certificate that cannot be read/,
      ],
      [
        { NATS_TLS_CERT: certFile, NATS_TLS_KEY: certFile },
        /NATS_TLS_KEY: .*leaf-1\.pem holds no private key in PEM form/,
      ],
      [
        { NATS_TLS_CERT: certFile, NATS_TLS_KEY: unmapped.keyFile },
        /NATS_TLS_KEY: .*leaf-2\.key is not the key of the certificate .*leaf-1\.pem/,
      ],
    ];
    for (const [settings, want] of rows) await refused(78, settings, want);
  });
});
