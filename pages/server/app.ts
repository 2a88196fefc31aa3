import { Hono, type Context } from 'hono';
import { pageConfig, serversFor } from './config-json.ts';
import type { ServerConfig } from './config.ts';
import { corsHeaders, PREFLIGHT_HEADERS } from './cors.ts';
import { hostAllowed, parseHost, type Host } from './hosts.ts';
import { mayHaveLogin } from './login.ts';
import { monitoringRoutes, SESSION_PATH } from './monitoring.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from './security-headers.ts';
import type { VerifyLogin } from './verify-login.ts';

export type Encoding = 'br' | 'gzip';

/** One file of the built page. */
export interface Asset {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly encoded: Readonly<Partial<Record<Encoding, Uint8Array<ArrayBuffer>>>>;
  /** Without quotes; the encoding's name is added where one is used. */
  readonly etag: string;
  /** The name changes with the content: a browser may keep it for ever. */
  readonly immutable: boolean;
}

/** The built page by URL path (`/`, `/assets/…`). */
export type Assets = ReadonlyMap<string, Asset>;

/** The connection behind a request, which headers cannot tell. */
export interface Peer {
  readonly remoteAddress: string | undefined;
  readonly httpVersion: string | undefined;
  /** The request target as it was sent; undefined where it is not known. */
  readonly target: string | undefined;
}

export interface AppOptions {
  readonly config: ServerConfig;
  readonly assets: Assets;
  /** Who sent the request; an unknown peer is treated as a stranger. */
  readonly peer: (context: Context) => Peer;
  /** One line for the operator: refused hosts, faults. */
  readonly log?: (line: string) => void;
  /** How a login is tried at NATS; without it nobody can log in to HTTP monitoring. */
  readonly verify?: VerifyLogin;
  /** ms since the epoch; tests let it pass. */
  readonly now?: () => number;
}

interface Variables {
  readonly Variables: { host: Host };
}

/**
 * The page server's answers, without sockets, files or Node: `app.fetch(request)` on any runtime.
 *
 * `/config.json`, `/healthz`, `/monitoring/…` and the built page; GET and HEAD only, but for logging in. Every answer carries the security headers. What never
 * gets here, because no request could be made of it, is answered by {@link refuseUnreadable}.
 */
export function createApp(options: AppOptions): Hono<Variables> {
  const { config, assets, peer, log = () => undefined, verify, now } = options;
  const app = new Hono<Variables>();
  const allowed = hostAllowed(config);

  app.use(async (context, next) => {
    await next();
    const headers = context.res.headers;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    for (const [name, value] of Object.entries(corsHeaders(context.req.header('origin'), config.corsOrigins))) {
      headers.append(name, value);
    }
    // `get` has no value where the host check refused.
    const host = context.get('host') as Host | undefined;
    const connect = host === undefined ? [] : config.systems.flatMap((system) => serversFor(config, system, host));
    headers.set('Content-Security-Policy', contentSecurityPolicy(connect));
  });

  app.use(async (context, next) => {
    // In absolute form (`GET http://name/…`) the target names the host, and Host does not count (RFC 9112, 3.2.2). Only
    // proxies are asked like that: refused before anything is decided by a Host that may say something else.
    if (peer(context).target?.startsWith('/') === false) {
      return context.text('Only paths are served here: this is no proxy.\n', 400, NO_STORE);
    }
    const host = parseHost(context.req.header('host'));
    if (host === null) return context.text('The Host header is missing or malformed.\n', 400, NO_STORE);
    if (!allowed(host)) {
      log(`refused a request for host "${host.name}": set NATS_MANAGER_DOMAIN if this server is known by that name`);
      return context.text(
        `This server does not answer for ${host.name}. If it should, set NATS_MANAGER_DOMAIN.\n`,
        421,
        NO_STORE,
      );
    }
    context.set('host', host);
    return next();
  });

  app.use(async (context, next) => {
    const { method } = context.req;
    if (method === 'OPTIONS') {
      const listed = config.corsOrigins.has(context.req.header('origin') ?? '');
      return context.body(null, 204, { ...(listed ? PREFLIGHT_HEADERS : {}), Allow: ALLOW });
    }
    const session = context.req.path === SESSION_PATH && verify !== undefined;
    if (session && (method === 'POST' || method === 'DELETE')) return next();
    if (method !== 'GET' && method !== 'HEAD') {
      return context.text(`${ALLOW} only.\n`, 405, { ...NO_STORE, Allow: ALLOW });
    }
    return next();
  });

  app.get('/healthz', (context) => context.json({ status: 'ok' }, 200, NO_STORE));

  app.get('/config.json', (context) => {
    const host = context.get('host');
    const login = mayHaveLogin(config, { host, headers: context.req.raw.headers, ...peer(context) });
    return context.json(pageConfig(config, host, login), 200, NO_STORE);
  });

  if (verify !== undefined) {
    app.route('/', monitoringRoutes({ config, peer, verify, log, ...(now === undefined ? {} : { now }) }));
  }

  app.get('*', (context) => {
    const asset = assets.get(context.req.path);
    return asset === undefined ? context.notFound() : serveAsset(context, asset);
  });

  app.notFound((context) => context.text('Not found.\n', 404, NO_STORE));
  app.onError((error, context) => {
    log(`fault at ${context.req.method} ${context.req.path.slice(0, 200)}: ${error.stack ?? error.message}`);
    return context.text('Something failed here; the log of the page server says what.\n', 500, NO_STORE);
  });
  return app;
}

/**
 * The answer where no request could be made of what arrived (no Host, `OPTIONS *`, a Host with a login in it), with the
 * security headers too. What Node's own parser cannot read never gets here either; it ends with Node's bare 400.
 */
export function refuseUnreadable(): Response {
  return new Response('The request cannot be read.\n', {
    status: 400,
    headers: {
      'Content-Type': 'text/plain; charset=UTF-8',
      ...NO_STORE,
      ...SECURITY_HEADERS,
      Vary: 'Origin',
      'Content-Security-Policy': contentSecurityPolicy([]),
    },
  });
}

const ALLOW = 'GET, HEAD, OPTIONS';
const NO_STORE = { 'Cache-Control': 'no-store' } as const;

function serveAsset(context: Context<Variables>, asset: Asset): Response {
  const encoding = chooseEncoding(context.req.header('accept-encoding') ?? '', asset);
  const etag = `"${asset.etag}${encoding === null ? '' : `-${encoding}`}"`;
  const headers: Record<string, string> = {
    'Content-Type': asset.type,
    'Cache-Control': asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
  };
  if (etagMatches(context.req.header('if-none-match'), etag)) return context.body(null, 304, headers);
  if (encoding !== null) headers['Content-Encoding'] = encoding;
  return context.body((encoding === null ? undefined : asset.encoded[encoding]) ?? asset.body, 200, headers);
}

/** The smallest form that the browser takes; `;q=0` refuses one (RFC 9110, 12.5.3). */
function chooseEncoding(accept: string, asset: Asset): Encoding | null {
  const accepted = new Set(
    accept
      .toLowerCase()
      .split(',')
      .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
      .map((item) => item.split(';', 1)[0]?.trim()),
  );
  for (const encoding of ['br', 'gzip'] as const) {
    if (asset.encoded[encoding] !== undefined && accepted.has(encoding)) return encoding;
  }
  return null;
}

function etagMatches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((item) => item.trim().replace(/^W\//, '') === etag || item.trim() === '*') ?? false;
}
