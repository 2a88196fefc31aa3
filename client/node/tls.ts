/** TLS of a Node client: its files, and what a failed handshake means. */
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type TLSSocket } from 'node:tls';
import { LoginFileError, readTextFile } from './secret-file.ts';

/** Paths of PEM files; read anew at each attempt to connect, so that renewed ones are taken up. */
export interface TlsFiles {
  /** Certificates of the authorities that vouch for the server. Default: those that Node knows. */
  readonly caFile?: string;
  /** The client's certificate, and those between it and its authority. */
  readonly certFile?: string;
  /** Its private key, not encrypted. */
  readonly keyFile?: string;
}

/** How long the question why a handshake failed may take, ms. */
const ASK_MS = 3_000;

/** @throws LoginFileError for an authority that cannot be read or is no PEM */
export function checkAuthority(caFile: string): void {
  fits(caFile, 'holds a certificate that cannot be read', { ca: pem(caFile, 'CERTIFICATE') });
}

/** @throws LoginFileError for a certificate that cannot be read or is no PEM */
export function checkCertificate(certFile: string): void {
  fits(certFile, 'holds a certificate that cannot be read', { cert: pem(certFile, 'CERTIFICATE') });
}

/** @throws LoginFileError for a key that cannot be read, is no PEM, is encrypted, or belongs to another certificate */
export function checkKey(keyFile: string, certFile: string): void {
  const key = pem(keyFile, 'PRIVATE KEY');
  fits(keyFile, 'holds a key that cannot be read: it must not be encrypted', { key });
  fits(keyFile, `is not the key of the certificate ${certFile}`, { cert: readTextFile(certFile), key });
}

function pem(file: string, what: string): string {
  const text = readTextFile(file);
  if (!new RegExp(`-----BEGIN [A-Z ]*${what}-----`).test(text)) {
    throw new LoginFileError(file, `holds no ${what.toLowerCase()} in PEM form`);
  }
  return text;
}

function fits(file: string, why: string, options: object): void {
  try {
    createSecureContext(options);
  } catch (error) {
    throw new LoginFileError(file, why, { cause: error });
  }
}

/** Who turned down whom. */
export interface TlsFault {
  /** `server`: its certificate is not trusted here; `client`: ours is not taken there, or asked for and missing. */
  readonly whose: 'server' | 'client';
  /** One line. */
  readonly why: string;
  /** It may pass by itself: the clock is not set yet, or the certificate is about to be renewed. */
  readonly passing: boolean;
}

/** OpenSSL's codes of a certificate that is not trusted: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_ALTNAME|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH)/;
const PASSING = /^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/;

/** What an error of a TLS handshake says; null: it is none. */
export function tlsFault(error: unknown): TlsFault | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && UNTRUSTED.test(code)) {
    return { whose: 'server', why: error.message, passing: PASSING.test(code) };
  }
  // Alerts about the client's certificate: RFC 8446, 6.2.
  const alert =
    /alert (certificate required|unknown ca|bad certificate|certificate (?:revoked|expired|unknown)|unsupported certificate|access denied|handshake failure)/i;
  const said = alert.exec(error.message)?.[1]?.toLowerCase();
  if (said !== undefined) return { whose: 'client', why: said, passing: false };
  return error.cause === undefined ? null : tlsFault(error.cause);
}

/**
 * Asks a server that took the connection and then said nothing whether it is about a certificate. With TLS 1.3 a server
 * turns a client's down after the handshake is over for the client, and the NATS library then knows of a timeout only.
 *
 * @returns null: no, or it cannot be found out
 */
export async function askTlsFault(server: string, files: TlsFiles): Promise<TlsFault | null> {
  const host = hostOf(server);
  const socket = connectTcp(portOf(server), host);
  const limit = AbortSignal.timeout(ASK_MS);
  let secured: TLSSocket | null = null;
  try {
    const [info] = (await once(socket, 'data', { signal: limit })) as [Buffer];
    if (!/"tls_(required|available)":\s*true/.test(info.toString())) return null;
    secured = connectTls({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}), ...read(files) });
    await spoken(secured, limit);
    return null;
  } catch (error) {
    return tlsFault(error);
  } finally {
    secured?.destroy();
    socket.destroy();
  }
}

/** Until the server says something, or why it does not. */
async function spoken(socket: Socket, signal: AbortSignal): Promise<void> {
  await Promise.race([once(socket, 'data', { signal }), once(socket, 'close', { signal })]);
}

function read({ caFile, certFile, keyFile }: TlsFiles): { ca?: string; cert?: string; key?: string } {
  return {
    ...(caFile === undefined ? {} : { ca: readTextFile(caFile) }),
    ...(certFile === undefined ? {} : { cert: readTextFile(certFile) }),
    ...(keyFile === undefined ? {} : { key: readTextFile(keyFile) }),
  };
}

/** The host of an address such as `nats://[::1]:4222` or `hub.lan`, as sockets name it. */
export function hostOf(server: string): string {
  return urlOf(server).hostname.replace(/^\[(.*)\]$/, '$1');
}

function portOf(server: string): number {
  return Number(urlOf(server).port) || 4222;
}

function urlOf(server: string): URL {
  return new URL(/^[a-z]+:\/\//.test(server) ? server : `nats://${server}`);
}
