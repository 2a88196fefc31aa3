import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { getRequestListener, RequestError } from '@hono/node-server';
import { Command } from 'commander';
import type { Context } from 'hono';
import { createApp, refuseUnreadable, type Assets, type Peer } from './app.ts';
import { loadAssets } from './assets.ts';
import { readConfig, type ServerConfig } from './config.ts';
import { ConfigError, type Environment } from './env.ts';
import { verifyLogin } from './verify-login.ts';

/** What the process ends with; also in `--help`. */
const EXIT = { fault: 1, config: 2, listen: 3 } as const;

/** How long open requests may take to finish after SIGTERM, in ms. */
const DRAIN_MS = 3000;

const HELP = `
Variables (of the environment, which wins, or of --env FILE):
  NATS_MANAGER_BIND          address to listen on (127.0.0.1)
  NATS_MANAGER_PORT          port to listen on (4280)
  NATS_MANAGER_TITLE         the page's heading (NATS)
  NATS_MANAGER_DOMAIN        host name by which users open the page; other names are refused
  NATS_MANAGER_CORS_ORIGINS  origins whose pages may read the answers, separated by commas
  NATS_WS_URL                WebSocket URLs of NATS for the page, separated by commas
  NATS_WS_PORT               without NATS_WS_URL: NATS's WebSocket port on the host that the page was opened at (9222)
  NATS_HTTP_URL              base URL of NATS's HTTP monitoring. This server asks it, for pages that have logged in, under
                             /monitoring/<name>/; the pages are not told the URL
  NATS_MANAGER_SYSTEMS       a YAML or JSON file with several NATS systems instead of NATS_WS_URL and NATS_HTTP_URL:
                             systems: [{name, title, servers: [WebSocket URLs], monitoring: URL, inboxPrefix}]
  NATS_MANAGER_DEV_LOGIN     true: pages on this machine get NATS_VIEWER_USER and NATS_VIEWER_PASSWORD without asking.
                             For development, never behind a proxy or tunnel.

Exit codes: 0 stopped by SIGTERM or SIGINT, 1 a fault, 2 a wrong option or variable, 3 cannot listen.`;

// A full disk or a closed pipe behind stderr costs lines of the log, never the page: unheard, the error would end the process.
process.stderr.on('error', () => undefined);

function say(line: string): void {
  process.stderr.write(`nunect-page-server: ${line}\n`);
}

function fail(code: number, lines: readonly string[]): never {
  for (const line of lines) say(line);
  process.exit(code);
}

function readEnvironment(file: string | undefined): Environment {
  if (file === undefined) return process.env;
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env };
  } catch (error) {
    return fail(EXIT.config, [`--env ${file}: ${(error as Error).message}`]);
  }
}

function readConfigOrExit(env: Environment): ServerConfig {
  try {
    return readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return fail(EXIT.config, error.problems);
    throw error;
  }
}

async function loadAssetsOrExit(dir: string): Promise<Assets> {
  const assets = await loadAssets(dir).catch(() => null);
  if (assets?.has('/') === true) return assets;
  return fail(EXIT.config, [`${dir} holds no built page (index.html): run "npm run build:app" first`]);
}

function peerOf(context: Context): Peer {
  const { incoming } = context.env as { incoming?: IncomingMessage };
  return {
    remoteAddress: incoming?.socket.remoteAddress,
    httpVersion: incoming?.httpVersion,
    target: incoming?.url,
  };
}

/** Opens the port. Ends the process with a line that names the variable when that cannot be. */
async function listen(server: Server, { bind, port }: ServerConfig): Promise<AddressInfo> {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${String(port)} on ${bind} is in use by another program: stop it or set NATS_MANAGER_PORT`,
    EACCES: `port ${String(port)} needs more rights than this user has: set NATS_MANAGER_PORT to 1024 or above`,
    EADDRNOTAVAIL: `this machine has no address ${bind}: set NATS_MANAGER_BIND`,
    ENOTFOUND: `the host ${bind} is not known: set NATS_MANAGER_BIND`,
  };
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      fail(EXIT.listen, [reasons[error.code ?? ''] ?? `cannot listen on ${bind}:${String(port)}: ${error.message}`]);
    });
    server.listen(port, bind, () => {
      resolve(server.address() as AddressInfo);
    });
  });
}

function stopOnSignals(server: Server): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    say(`${signal}: stopping`);
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
    }, DRAIN_MS).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Logs each different line once, and no more than a hundred: hosts come from outside and may be made up without end. */
function logOnce(): (line: string) => void {
  const seen = new Set<string>();
  return (line) => {
    if (seen.has(line) || seen.size >= 100) return;
    seen.add(line);
    say(line);
  };
}

async function run(options: { readonly env?: string; readonly dashboard: string }): Promise<void> {
  const config = readConfigOrExit(readEnvironment(options.env));
  const assets = await loadAssetsOrExit(options.dashboard);
  const app = createApp({ config, assets, peer: peerOf, log: logOnce(), verify: verifyLogin });
  // By hand instead of by createAdaptorServer, which takes no errorHandler and answers what is no request with bare headers.
  const listener = getRequestListener(app.fetch, {
    errorHandler: (error) => {
      if (!(error instanceof RequestError)) say(`fault outside of the page's own code: ${String(error)}`);
      return refuseUnreadable();
    },
  });
  // Node would answer a missing Host itself, without those headers too.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => void listener(incoming, outgoing));
  const { port } = await listen(server, config);
  stopOnSignals(server);
  config.warnings.forEach(say);
  const host = config.bind.includes(':') ? `[${config.bind}]` : config.bind;
  say(`listening on http://${host}:${String(port)}/`);
}

/** The built page lies beside the built server (`dist/dashboard` beside `dist/server`). */
const DASHBOARD = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/dashboard' : '../dashboard', import.meta.url),
);

await new Command('nunect-page-server')
  .description('Serves the nunect dashboard and tells it where NATS is.')
  .option('--env <file>', 'read variables from this file too')
  .option('--dashboard <dir>', 'the built page', DASHBOARD)
  .addHelpText('after', HELP)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.config))
  .action(run)
  .parseAsync();
