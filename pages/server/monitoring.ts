import { Hono, type Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Peer } from './app.ts';
import type { ServerConfig } from './config.ts';
import { serversFor } from './config-json.ts';
import type { Host } from './hosts.ts';
import { comesFromThisPage } from './login.ts';
import { redactJsonText } from '../../protocol/server/redact.ts';
import { fetchMonitoring, MonitoringFailure } from './monitoring-fetch.ts';
import { readMonitoringTarget } from './monitoring-target.ts';
import { readLogin, MAX_LOGIN_BYTES } from './session-request.ts';
import { FailureLimit, SESSION_MS, Sessions } from './sessions.ts';
import type { SystemConfig } from './systems.ts';
import { readProof, type VerifyLogin } from './verify-login.ts';

export const SESSION_PATH = '/monitoring/session';
const NO_STORE = { 'Cache-Control': 'no-store' } as const;
/** Logins tried at once, and monitoring requests under way at once: each costs the server behind something. */
const MAX_LOGINS = 4;
const MAX_REQUESTS = 32;

interface Variables {
  readonly Variables: { host: Host };
}

export interface MonitoringOptions {
  readonly config: ServerConfig;
  readonly peer: (context: Context) => Peer;
  readonly verify: VerifyLogin;
  readonly log: (line: string) => void;
  /** ms since the epoch; tests let it pass. */
  readonly now?: () => number;
}

/**
 * `/monitoring/<system>/<endpoint>`: read-only endpoints of HTTP monitoring, which has no login of its own, for those who
 * have shown at `/monitoring/session` that NATS itself answers them monitoring.
 */
export function monitoringRoutes({ config, peer, verify, log, now }: MonitoringOptions): Hono<Variables> {
  const app = new Hono<Variables>();
  const sessions = new Sessions(now);
  const failures = new FailureLimit(now);
  // A browser keeps one set of cookies for all ports of a host: a second page server there has its own.
  const cookie = `nunect_session_${config.port}`;
  let loggingIn = 0;
  let asking = 0;
  const monitored = (name: string): { system: SystemConfig; url: string } | null => {
    const system = config.systems.find((each) => each.name === name);
    return system?.monitoringUrl == null ? null : { system, url: system.monitoringUrl };
  };

  // SameSite does not keep out another port of the same host, nor a name beside it.
  app.use('/monitoring/*', async (context, next) => {
    if (comesFromThisPage(context.req.raw.headers, context.get('host'))) return next();
    return context.json({ error: 'This is for the pages of this server only.' }, 403, NO_STORE);
  });

  app.get(SESSION_PATH, (context) =>
    context.json({ systems: sessions.systemsOf(getCookie(context, cookie)) }, 200, NO_STORE),
  );

  app.delete(SESSION_PATH, (context) => {
    const id = getCookie(context, cookie);
    if (id !== undefined) sessions.remove(id);
    deleteCookie(context, cookie, { path: '/monitoring' });
    return context.body(null, 204, NO_STORE);
  });

  app.post(SESSION_PATH, async (context) => {
    const from = peer(context).remoteAddress ?? 'unknown';
    const wait = failures.waitS(from);
    if (wait > 0) {
      context.header('Retry-After', String(wait));
      return refuse(context, 429, `Too many logins failed: wait ${wait} s.`);
    }
    // A form of another site cannot send this type.
    if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
      return refuse(context, 415, 'Send JSON, with Content-Type: application/json.');
    }
    const request = await readLogin(context.req.raw);
    if (request === 'too-long') return refuse(context, 413, `A login is at most ${MAX_LOGIN_BYTES} bytes.`);
    if (request === null) {
      return refuse(context, 400, 'Send {"system": …} with user and password, or token, or creds, as text.');
    }
    const found = monitored(request.system);
    if (found === null) return refuse(context, 404, 'There is no system of that name with HTTP monitoring.');
    if (loggingIn >= MAX_LOGINS) {
      context.header('Retry-After', '2');
      return refuse(context, 503, 'Others are just logging in: try again in a moment.');
    }
    loggingIn++;
    try {
      const { body } = await fetchMonitoring(found.url, 'varz', '');
      const proof = readProof(body);
      if (proof === null) throw new MonitoringFailure(502, 'What answers at the monitoring address is no nats-server.');
      const servers = serversFor(config, found.system, context.get('host'));
      const verdict = await verify({ system: found.system, servers, login: request.login, proof });
      if (verdict === 'accepted') {
        const id = sessions.add(found.system.name, getCookie(context, cookie));
        const secure = context.req.header('origin')?.startsWith('https:') === true;
        setCookie(context, cookie, id, {
          path: '/monitoring',
          httpOnly: true,
          sameSite: 'Strict',
          secure,
          maxAge: SESSION_MS / 1_000,
        });
        return context.json({ system: found.system.name, expiresInS: SESSION_MS / 1_000 }, 200, NO_STORE);
      }
      if (verdict === 'unreachable') return refuse(context, 502, 'NATS cannot be reached to check this login.');
      failures.add(from);
      log(`refused a login for the monitoring of "${found.system.name}" (${verdict})`);
      return verdict === 'refused'
        ? refuse(context, 401, 'NATS refuses this login. Check the name and the password.')
        : refuse(
            context,
            403,
            `This login is answered no ${VARZ} by the server that is monitored: it needs permission.`,
          );
    } catch (error) {
      if (error instanceof MonitoringFailure) return refuse(context, error.status, error.message);
      throw error;
    } finally {
      loggingIn--;
    }
  });

  app.get('/monitoring/*', async (context) => {
    const target = readMonitoringTarget(peer(context).target ?? pathAndQuery(context.req.url));
    if ('message' in target) return refuse(context, target.status, target.message);
    // Before it is said which systems there are, one has to be logged in to it.
    if (!sessions.has(getCookie(context, cookie), target.system)) {
      context.header('WWW-Authenticate', 'Session realm="monitoring"');
      const message = `Log in first: POST ${SESSION_PATH} with {"system": "${target.system}"} and user and password, token or creds.`;
      return refuse(context, 401, message);
    }
    const found = monitored(target.system);
    if (found === null) return refuse(context, 404, 'There is no system of that name with HTTP monitoring.');
    if (asking >= MAX_REQUESTS) {
      context.header('Retry-After', '1');
      return refuse(context, 429, 'Too many requests are under way: try again in a moment.');
    }
    asking++;
    try {
      const { status, body } = await fetchMonitoring(found.url, target.endpoint, target.query);
      // A failing health check is an answer, told by its status and its body.
      if (status === 200 || (target.endpoint === 'healthz' && status < 600 && isJson(body))) {
        return context.body(withoutSecrets(body), status as 200 | 503, {
          ...NO_STORE,
          'Content-Type': 'application/json; charset=utf-8',
        });
      }
      if (status === 404) return refuse(context, 404, `This server has no ${target.endpoint}.`);
      if (status === 400) return refuse(context, 400, `${target.endpoint}: the server does not understand the query.`);
      return refuse(context, 502, `${target.endpoint}: the monitoring port answered ${status}.`);
    } catch (error) {
      if (error instanceof MonitoringFailure) return refuse(context, error.status, error.message);
      throw error;
    } finally {
      asking--;
    }
  });
  return app;
}

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

type Refusal = 400 | 401 | 403 | 404 | 413 | 415 | 429 | 502 | 503 | 504;

function refuse(context: Context<Variables>, status: Refusal, message: string): Response {
  return context.json({ error: message }, status, NO_STORE);
}

/** Where the request line is not known (other runtimes than Node), what is left of it. */
function pathAndQuery(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

function isJson(body: Uint8Array): boolean {
  return body[0] === 0x7b;
}

/**
 * Over NATS a login gets what its permissions name; here one proof opens every endpoint, and connz with `auth` tells users'
 * JWTs, older servers tokens too. Nobody who looks on needs them.
 */
function withoutSecrets(body: Uint8Array): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(redactJsonText(new TextDecoder().decode(body)));
}
