import type { ServerConfig } from './config.ts';
import { isLoopback, type Host } from './hosts.ts';

/** What `/config.json` tells a page. Everything in it is public to whoever may open the page. */
export interface PageConfig {
  readonly title: string;
  readonly domain: string;
  /** WebSocket URLs, in the order to try them. */
  readonly servers: readonly string[];
  /** The only inbox prefix that the viewer's permissions allow. */
  readonly inboxPrefix: string;
  readonly monitoringUrl: string | null;
  /** Null: the page shows its login form. */
  readonly login: { readonly user: string; readonly password: string } | null;
}

/** The viewer may subscribe to this prefix only (`config/nats-server.conf`, account MONITOR). */
export const VIEWER_INBOX_PREFIX = '_INBOX_viewer';

/** The page's configuration for one request, which asked for `host` and may (`login`) or may not have the viewer's login. */
export function pageConfig(config: ServerConfig, host: Host, login: boolean): PageConfig {
  return {
    title: config.title,
    domain: config.domain,
    servers: serversFor(config, host),
    inboxPrefix: VIEWER_INBOX_PREFIX,
    monitoringUrl: config.monitoringUrl,
    login: login ? config.devLogin : null,
  };
}

/**
 * The NATS servers for a page opened at `host`: those configured, else the WebSocket port on that same host.
 *
 * The host must have passed the host check: it goes into the Content-Security-Policy.
 */
export function serversFor(config: ServerConfig, host: Host): readonly string[] {
  if (config.servers.length > 0) return config.servers;
  // A Content-Security-Policy cannot name [::1]; localhost is the same machine. Other IPv6 hosts need NATS_WS_URL.
  const name = host.name.startsWith('[') && isLoopback(host.name) ? 'localhost' : host.name;
  return name.startsWith('[') ? [] : [`ws://${name}:${String(config.wsPort)}`];
}
