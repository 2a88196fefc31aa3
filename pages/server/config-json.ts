import type { ServerConfig } from './config.ts';
import { isLoopback, type Host } from './hosts.ts';
import type { SystemConfig } from './systems.ts';

/** One NATS system, as a page is told of it. */
export interface PageSystem {
  /** In the page's address. */
  readonly name: string;
  readonly title: string;
  /** WebSocket URLs, in the order to try them. */
  readonly servers: readonly string[];
  /** The only inbox prefix that its viewers' permissions allow. */
  readonly inboxPrefix: string;
  /** Path of this server below which it asks the system's HTTP monitoring for pages that logged in, or null. */
  readonly monitoring: string | null;
  /** Whether `login` is one of this system. */
  readonly own: boolean;
}

/** What `/config.json` tells a page. Everything in it is public to whoever may open the page. */
export interface PageConfig {
  readonly title: string;
  readonly domain: string;
  /** At least one; the first is shown where the address names none. */
  readonly systems: readonly PageSystem[];
  /** For the systems that are `own`. Null: the page shows its login form. */
  readonly login: { readonly user: string; readonly password: string } | null;
}

/** The page's configuration for one request, which asked for `host` and may (`login`) or may not have the viewer's login. */
export function pageConfig(config: ServerConfig, host: Host, login: boolean): PageConfig {
  return {
    title: config.title,
    domain: config.domain,
    systems: config.systems.map((system) => ({
      name: system.name,
      title: system.title,
      servers: serversFor(config, system, host),
      inboxPrefix: system.inboxPrefix,
      monitoring: system.monitoringUrl === null ? null : `/monitoring/${system.name}/`,
      own: system.own,
    })),
    login: login && config.systems.some(({ own }) => own) ? config.devLogin : null,
  };
}

/**
 * The NATS servers of a system for a page opened at `host`: those configured, else the WebSocket port on that same host.
 *
 * The host must have passed the host check: it goes into the Content-Security-Policy.
 */
export function serversFor({ wsPort }: ServerConfig, { servers }: SystemConfig, host: Host): readonly string[] {
  if (servers.length > 0) return servers;
  // A Content-Security-Policy cannot name [::1]; localhost is the same machine. Other IPv6 hosts need NATS_WS_URL.
  const name = host.name.startsWith('[') && isLoopback(host.name) ? 'localhost' : host.name;
  return name.startsWith('[') ? [] : [`ws://${name}:${String(wsPort)}`];
}
