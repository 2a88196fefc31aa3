import { shown } from './env.ts';
import { parseHost } from './hosts.ts';

/** A URL whose host is a plain name: `URL` itself lets `*` and `;` pass, which mean something in a Content-Security-Policy. */
export function parseUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && parseHost(url.host) !== null ? url : null;
}

/** Why `text` cannot be where a page finds NATS's WebSocket, or null when it can. Never repeats a login. */
export function webSocketProblem(text: string): string | null {
  const problem = urlProblem(text, ['ws:', 'wss:'], 'ws://host:9222 or wss://host');
  if (problem !== null) return problem;
  // CSP Level 3, host-source: its grammar has no IPv6 address, so browsers would refuse the connection.
  return new URL(text).hostname.startsWith('[')
    ? `"${shown(text)}": a Content-Security-Policy cannot name an IPv6 address; give a host name`
    : null;
}

/** Why `text` cannot be where this server finds HTTP monitoring, or null when it can. Never repeats a login. */
export function monitoringProblem(text: string): string | null {
  return urlProblem(text, ['http:', 'https:'], 'http://127.0.0.1:8222');
}

function urlProblem(text: string, protocols: readonly string[], example: string): string | null {
  const url = parseUrl(text);
  // What a page gets is public: a URL with a password in it would be handed to everybody. Not quoted, for the same reason.
  if (url !== null && (url.username !== '' || url.password !== '')) {
    return 'holds a login; take user and password out of the URL';
  }
  if (url === null || !protocols.includes(url.protocol) || url.search !== '' || url.hash !== '') {
    // What cannot be parsed may hold a login all the same (ws://user:word@host:port:port).
    return text.includes('@')
      ? `is not a URL such as ${example}, and seems to hold a login`
      : `"${shown(text)}" is not a URL such as ${example}`;
  }
  return null;
}
