/**
 * The guardian's connection: what the client's lifecycle does, in the guardian's words. Only a refused first login, or a server
 * that cannot be trusted, ends it, since that is a mistake in the settings that somebody is there to correct.
 */
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { errorText, type RefusedOperation } from '../client/errors.ts';
import { Lifecycle, type LifecycleEvents } from '../client/lifecycle.ts';
import { dial } from '../client/node/dial.ts';
import { firstFailure } from '../client/node/first-failure.ts';
import type { TlsFiles } from '../client/node/tls.ts';
import { isInboxSubject, safeText } from '../protocol/index.ts';
import { EXIT, FatalError } from './exit-codes.ts';
import type { Logger, Taken } from './logger.ts';
import type { Logins } from './logins.ts';
import type { Login } from './settings.ts';

export interface ConnectionSettings {
  readonly unit: string;
  /** What it is for, where it is not the guardian's own: shown in its name. */
  readonly purpose?: string;
  readonly servers: readonly string[];
  readonly login: () => Login | null;
  readonly tls: TlsFiles | null;
  readonly described: Logins['described'];
  /** Asked once, at the first connection. */
  readonly openFiles: Logins['openFiles'];
}

/** What the guardian does with its connection. */
export interface ConnectionUser {
  /** Connected, for the first time or again: subscribe what is missing and publish. */
  up(nats: NatsConnection): void;
  /** The connection fell. */
  down(): void;
}

export class Connection {
  readonly #settings: ConnectionSettings;
  readonly #log: Logger;
  readonly #user: ConnectionUser;
  readonly #lifecycle: Lifecycle<NatsConnection>;
  #warned = false;

  constructor(settings: ConnectionSettings, log: Logger, user: ConnectionUser) {
    this.#settings = settings;
    this.#log = log.child({ component: 'connection' });
    this.#user = user;
    const { unit, purpose, servers, login, tls } = settings;
    const name = `nunect-guardian-${unit}${purpose === undefined ? '' : ` (${purpose})`}`;
    this.#lifecycle = new Lifecycle(
      {
        dial: (wait) => {
          return dial({ servers, name, inboxPrefix: `_INBOX_${unit}`, login, tls, wait });
        },
        fatal: (error) => this.#fatal(error),
      },
      this.#events(),
    );
  }

  /** The connection while it stands, else null: nothing may be published then, the client would drop it silently. */
  get nats(): NatsConnection | null {
    return this.#lifecycle.nats;
  }

  /** Reconnects since the start. */
  get reconnects(): number {
    return this.#lifecycle.reconnects;
  }

  /**
   * Publishes, if the connection stands and the server did not refuse the subject on it.
   *
   * @returns what became of it: `refused` until the next connection
   */
  publish(subject: string, data: string | Uint8Array, headers?: MsgHdrs): Taken {
    return this.#lifecycle.publish(subject, data, headers ? { headers } : undefined);
  }

  /**
   * Resolves when connected for the first time, however long that takes.
   *
   * @throws FatalError (77) when the server refuses the login or the certificate, (78) when the server's is not trusted
   */
  async start(): Promise<void> {
    await this.#lifecycle.start();
  }

  /** Sends what is pending and closes; gives up on a server that does not take it in `limitMs`. */
  async stop(limitMs = 3_000): Promise<void> {
    await this.#lifecycle.stop(limitMs);
  }

  #events(): LifecycleEvents<NatsConnection> {
    const log = this.#log;
    return {
      up: (nats) => this.#rise(nats),
      down: () => {
        this.#user.down();
        if (!this.#lifecycle.stopping) log.warn('the connection fell; reconnecting');
      },
      waiting: (error, attempt) => {
        const { servers } = this.#settings;
        const said = `no connection (${describe(error)}); waiting for the server`;
        log[attempt === 1 || attempt % 60 === 0 ? 'warn' : 'debug']({ servers, attempt }, said);
      },
      loginRefused: (error) => {
        const { who, correct } = this.#settings.described();
        log.error(
          `the server refuses the login of ${who} (${describe(error)}); ${correct}. It is read anew at each attempt`,
        );
      },
      forbidden: (refused) => this.#forbidden(refused),
      reported: (error) => log.warn({ err: error }, `the server reports: ${describe(error)}`),
      lameDuck: (server) => log.info({ server }, 'the server is going into lame duck mode'),
      stale: () => log.warn('the server does not answer pings; reconnecting'),
      gaveUp: (error) => log.error({ err: error }, `the connection was closed (${describe(error)}); connecting anew`),
    };
  }

  #rise(nats: NatsConnection): void {
    const { server_name: server, version } = nats.info as { server_name?: string; version?: string };
    this.#log.info(
      { server, version, address: nats.getServer() },
      `connected to ${safeText(server ?? nats.getServer())}`,
    );
    if (!this.#warned) {
      this.#warned = true;
      for (const file of this.#settings.openFiles()) {
        this.#log.warn({ file }, `${safeText(file)} holds a secret and others can read it; chmod 600 it`);
      }
    }
    this.#user.up(nats);
  }

  #forbidden({ operation, subject }: RefusedOperation): void {
    // Whoever asks chooses the inbox: one line for all of them.
    const what = operation === 'publish' && isInboxSubject(subject) ? 'replies to inboxes' : subject;
    this.#log.error(
      { subject, operation },
      `the server does not allow ${safeText(`${operation} ${what}`)}; grant it to this login, or take it out of the profile`,
    );
  }

  /** What ends the guardian at its first attempt; null: what may pass. */
  async #fatal(cause: unknown): Promise<FatalError | null> {
    const { servers, described, tls } = this.#settings;
    const at = servers.join(', ');
    const failure = await firstFailure(cause, servers, tls);
    const why = safeText(failure?.why ?? '');
    const refused = ({ who, correct }: { who: string; correct: string }): FatalError =>
      new FatalError(EXIT.refused, `${at} refused ${who} (${why}): ${correct}`, { cause });
    switch (failure?.kind) {
      case undefined:
        return null;
      case 'login':
        return refused(described());
      case 'certificate':
        return refused({
          who: tls?.certFile === undefined ? 'a connection without certificate' : `the certificate ${tls.certFile}`,
          correct: 'have that server trust its authority, or correct NATS_TLS_CERT and NATS_TLS_KEY',
        });
      case 'untrusted': {
        const ca = tls?.caFile === undefined ? 'NATS_TLS_CA is not set' : `NATS_TLS_CA is ${tls.caFile}`;
        const todo = 'name the file of the authority that signed it, and the server as its certificate does';
        const message = `the certificate of ${at} is not trusted (${why}): ${ca}; ${todo}`;
        return new FatalError(EXIT.config, message, { cause });
      }
      case 'no-tls': {
        const todo = 'give it a tls block, or empty NATS_TLS_CA, NATS_TLS_CERT and NATS_TLS_KEY';
        const message = `${at} offers no TLS, and a login must not go there in clear: ${todo}`;
        return new FatalError(EXIT.config, message, { cause });
      }
    }
  }
}

function describe(error: unknown): string {
  return error === null ? 'no reason given' : safeText(errorText(error).toLowerCase());
}
