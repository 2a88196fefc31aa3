import { EnvironmentReader, shown, type Environment } from './env.ts';
import { isLoopback, parseHost } from './hosts.ts';
import { readSystems, type SystemConfig } from './systems.ts';
import { parseUrl } from './urls.ts';

/** What the page server is told, checked. It holds no secret but the viewer's, and that only under the development flag. */
export interface ServerConfig {
  /** Address to listen on (`NATS_MANAGER_BIND`). */
  readonly bind: string;
  /** Port to listen on (`NATS_MANAGER_PORT`). */
  readonly port: number;
  /** The page's heading (`NATS_MANAGER_TITLE`). */
  readonly title: string;
  /** Host name that users open, also shown on the page (`NATS_MANAGER_DOMAIN`); empty when there is none. */
  readonly domain: string;
  /** Origins whose pages may read our answers (`NATS_MANAGER_CORS_ORIGINS`). */
  readonly corsOrigins: ReadonlySet<string>;
  /** What the page can show (`NATS_MANAGER_SYSTEMS`, else the one of `NATS_WS_URL` and `NATS_HTTP_URL`); never empty. */
  readonly systems: readonly SystemConfig[];
  /** Port of the server's WebSocket on the host that was asked for (`NATS_WS_PORT`). */
  readonly wsPort: number;
  /** The viewer's login for loopback pages (`NATS_MANAGER_DEV_LOGIN`), or null: the page asks for it. */
  readonly devLogin: { readonly user: string; readonly password: string } | null;
  /** What is allowed but will surprise: one line each, naming the variable. */
  readonly warnings: readonly string[];
}

/**
 * Reads the page server's configuration.
 *
 * @throws {ConfigError} with one line for each variable that is wrong. Never quotes a password.
 */
export function readConfig(env: Environment): ServerConfig {
  const reader = new EnvironmentReader(env);
  const warnings: string[] = [];
  const bind = readBind(reader);
  const title = readTitle(reader);
  const systems = readSystems(reader, title);
  const wsPort = reader.port('NATS_WS_PORT', 9222);
  const config: ServerConfig = {
    bind,
    port: reader.port('NATS_MANAGER_PORT', 4280, { any: true }),
    title,
    domain: readDomain(reader),
    corsOrigins: readOrigins(reader),
    systems,
    wsPort,
    devLogin: readDevLogin(reader, bind, warnings),
    warnings,
  };
  if (systems.some(({ servers }) => servers.length === 0) && !isLoopback(bind)) {
    warnings.push(
      `${reader.text('NATS_MANAGER_SYSTEMS') === undefined ? 'NATS_WS_URL is empty' : 'NATS_MANAGER_SYSTEMS: a system has no servers'}: pages opened from other machines will look for NATS at ws://<the host they opened>:${String(wsPort)}`,
    );
  }
  reader.finish();
  return config;
}

function readBind(reader: EnvironmentReader): string {
  const bind = (reader.text('NATS_MANAGER_BIND') ?? '127.0.0.1').replace(/^\[|\]$/g, '');
  if (parseHost(bind.includes(':') ? `[${bind}]` : bind) === null) {
    reader.fault('NATS_MANAGER_BIND', `"${shown(bind)}" is not an address; give one such as 127.0.0.1, without a port`);
  }
  return bind;
}

function readTitle(reader: EnvironmentReader): string {
  const title = reader.text('NATS_MANAGER_TITLE') ?? 'NATS';
  if (title.length > 200) reader.fault('NATS_MANAGER_TITLE', 'is longer than 200 characters');
  return title;
}

function readDomain(reader: EnvironmentReader): string {
  const domain = reader.text('NATS_MANAGER_DOMAIN');
  if (domain === undefined) return '';
  const host = parseHost(domain);
  if (host !== null && !/:\d+$/.test(domain)) return host.name;
  reader.fault('NATS_MANAGER_DOMAIN', `"${shown(domain)}" is not a host name; give one such as nats.example.org`);
  return '';
}

function readOrigins(reader: EnvironmentReader): ReadonlySet<string> {
  const name = 'NATS_MANAGER_CORS_ORIGINS';
  const origins = new Set<string>();
  for (const item of reader.list(name)) {
    const url = parseUrl(item);
    // "*" and "null" would let every page, or every sandboxed one, read the answers.
    if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === item.toLowerCase()) {
      origins.add(url.origin);
    } else {
      reader.fault(
        name,
        `"${shown(item)}" is not an origin; give scheme, host and port, such as https://portal.example.org`,
      );
    }
  }
  return origins;
}

function readDevLogin(reader: EnvironmentReader, bind: string, warnings: string[]): ServerConfig['devLogin'] {
  const flag = 'NATS_MANAGER_DEV_LOGIN';
  if (!reader.flag(flag)) return null;
  if (!isLoopback(bind)) {
    warnings.push(
      `${flag}=true has no effect because NATS_MANAGER_BIND is not a loopback address: pages ask for a login`,
    );
    return null;
  }
  const user = reader.text('NATS_VIEWER_USER');
  const password = reader.text('NATS_VIEWER_PASSWORD');
  if (user === undefined) reader.fault('NATS_VIEWER_USER', `is empty, but ${flag}=true hands it to the page`);
  if (password === undefined) reader.fault('NATS_VIEWER_PASSWORD', `is empty, but ${flag}=true hands it to the page`);
  return user === undefined || password === undefined ? null : { user, password };
}
