import type { ServerConfig } from './config.ts';
import { isLoopback, parseHost, type Host } from './hosts.ts';

/**
 * Headers by which a proxy or tunnel gives itself away. Behind one, everybody's connection comes from loopback.
 *
 * By prefix, since a header too many costs only a login form. Sources: RFC 7239 (Forwarded), RFC 9110 (Via), and what nginx,
 * Caddy, Traefik, Envoy, HAProxy, cloudflared, ngrok, Tailscale, Fastly, Akamai, AWS, Azure, Google, Fly and Vercel add.
 */
const FORWARDING =
  /^(?:forwarded|via|x-forward|x-real|x-client|x-cluster|x-original|x-proxy|x-envoy|x-amz|x-azure|x-arr-|x-appengine|x-cloud|x-vercel|x-ngrok|x-tunnel|x-remote|x-host|x-http-host|x-scheme|x-url-scheme|x-forwarder|cf-|cdn-|ngrok|tailscale|true-client|fastly|akamai|fly-|client-ip|remote-|proxy-|max-forwards|front-end-https|wl-proxy|surrogate|x-varnish|x-request-start|x-trace|traceparent|b3$|x-b3|x-request-id)/;

/** What the decision needs of a request. */
export interface LoginRequest {
  readonly host: Host;
  readonly headers: Headers;
  /** The peer's address, or undefined when it is not known (then it is nobody's). */
  readonly remoteAddress: string | undefined;
  /** As on the request line, `1.1`. Browsers never say 1.0; nginx's `proxy_pass` does, and adds no header that tells. */
  readonly httpVersion: string | undefined;
}

/**
 * Whether this request may have the viewer's login: a page on this machine, opened directly, under the development flag.
 *
 * It tells honest browsers apart, wherever they are. A proxy that rewrites `Host`, adds nothing and speaks HTTP/1.1 looks just
 * like a local page: the flag is for development only, never behind a proxy.
 */
export function mayHaveLogin(config: ServerConfig, request: LoginRequest): boolean {
  return (
    config.devLogin !== null &&
    isLoopback(config.bind) &&
    isLoopback(request.host.name) &&
    request.remoteAddress !== undefined &&
    isLoopback(request.remoteAddress) &&
    request.httpVersion === '1.1' &&
    ![...request.headers.keys()].some((name) => FORWARDING.test(name.toLowerCase())) &&
    fromThisPage(request)
  );
}

/** No sign of another origin: browsers send `Sec-Fetch-Site` to loopback, and `Origin` with anything cross-origin. */
function fromThisPage({ headers, host }: LoginRequest): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  return [headers.get('origin'), headers.get('referer')].every((value) => value === null || isOfHost(value, host));
}

/**
 * Whether a request with a cookie is this page's own, or a program's (which sends none of these headers). Unlike
 * {@link mayHaveLogin} it takes a proxy in front that ends TLS.
 */
export function comesFromThisPage(headers: Headers, host: Host): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = headers.get('origin');
  return origin === null || isOfHost(origin, host, ['http:', 'https:']);
}

function isOfHost(value: string, host: Host, protocols = ['http:']): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const own = parseHost(url.host);
  return protocols.includes(url.protocol) && own !== null && own.name === host.name && own.port === host.port;
}
