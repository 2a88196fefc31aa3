/** Certificates for tests, made by openssl: an authority, and whom it vouches for. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface Certificate {
  /** Paths of PEM files. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority of its own; two of them do not trust one another. */
export class Authority {
  readonly caFile: string;
  readonly #keyFile: string;
  readonly #dir = temporaryFolder('certificates');

  constructor(name = 'test authority') {
    this.caFile = join(this.#dir, 'ca.pem');
    this.#keyFile = join(this.#dir, 'ca.key');
    const made = ['-keyout', this.#keyFile, '-out', this.caFile, '-days', '2', '-subj', `/CN=${name}`];
    openssl(['req', '-x509', ...NEW_KEY, ...made, '-addext', 'basicConstraints=critical,CA:TRUE']);
  }

  /** @param alternative subject alternative name, such as `IP:127.0.0.1` or `email:leaf-1@nunect.test` */
  issue(name: string, alternative: string): Certificate {
    const [certFile, keyFile, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) =>
      join(this.#dir, `${name}.${end}`),
    ) as [string, string, string, string];
    writeFileSync(extensions, `subjectAltName=${alternative}\n`);
    openssl(['req', ...NEW_KEY, '-keyout', keyFile, '-out', request, '-subj', `/CN=${name}`]);
    const by = ['-CA', this.caFile, '-CAkey', this.#keyFile, '-CAcreateserial', '-days', '2', '-extfile', extensions];
    openssl(['x509', '-req', '-in', request, '-out', certFile, ...by]);
    return { certFile, keyFile };
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(args: readonly string[]): void {
  const run = spawnSync('openssl', args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${run.error?.message ?? run.stderr}`);
}
