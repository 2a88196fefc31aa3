/** What servers can be asked, and since which version: `server/events.go` of nats-server. */

/** First version of nats-server that answers each request. */
export const REQUEST_SINCE = {
  PING: '2.0.0',
  VARZ: '2.1.7',
  SUBSZ: '2.1.7',
  CONNZ: '2.1.7',
  ROUTEZ: '2.1.7',
  GATEWAYZ: '2.1.7',
  LEAFZ: '2.1.7',
  STATSZ: '2.2.0',
  ACCOUNTZ: '2.2.0',
  JSZ: '2.2.0',
  HEALTHZ: '2.9.0',
  IDZ: '2.10.0',
  IPQUEUESZ: '2.10.26',
  RAFTZ: '2.10.26',
} as const;
export type ServerRequest = keyof typeof REQUEST_SINCE;

/** Asks every server. There is no end marker: a server that does not match or does not live stays silent. */
export function pingSubject(request: ServerRequest): string {
  return request === 'PING' ? '$SYS.REQ.SERVER.PING' : `$SYS.REQ.SERVER.PING.${request}`;
}

/**
 * Asks one server.
 *
 * @throws RangeError when the id is no server id, and so would change what the subject means
 */
export function serverSubject(id: string, request: Exclude<ServerRequest, 'PING'>): string {
  if (!/^[A-Z0-9]{1,64}$/.test(id)) throw new RangeError(`no server id: ${JSON.stringify(id.slice(0, 80))}`);
  return `$SYS.REQ.SERVER.${id}.${request}`;
}

/** Compares versions (`2.9.10` before `2.10.0`, `2.11.0-RC.1` before `2.11.0`): below 0, 0, above 0. */
export function compareVersions(a: string, b: string): number {
  const parse = (text: string) => /^v?(\d+)\.(\d+)\.(\d+)(-)?/.exec(text) ?? ['', '0', '0', '0', undefined];
  const [left, right] = [parse(a), parse(b)];
  for (const i of [1, 2, 3]) {
    const difference = Number(left[i]) - Number(right[i]);
    if (difference !== 0) return difference;
  }
  return Number(right[4] !== undefined) - Number(left[4] !== undefined);
}

/** Whether a server of this version answers the request. */
export function supportsRequest(version: string, request: ServerRequest): boolean {
  return compareVersions(version, REQUEST_SINCE[request]) >= 0;
}
