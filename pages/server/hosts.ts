/**
 * Which names this server answers to.
 *
 * A page anywhere may let its own host name resolve to this machine (DNS rebinding) and then read our answers as its own
 * origin. The browser still sends that name as `Host`, so a server that answers only to names it knows is safe. An address
 * as `Host` cannot be the product of rebinding.
 */

/** The host and port of a `Host` header, in the canonical form of URLs: lower case, brackets around IPv6. */
export interface Host {
  readonly name: string;
  readonly port: string;
}

/**
 * Reads a `Host` header (RFC 9110, 7.2).
 *
 * @returns null for anything but `name` or `name:port`: credentials, paths, blanks, several hosts.
 */
export function parseHost(header: string | undefined): Host | null {
  if (header === undefined || header.length > 300) return null;
  if (!/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.test(header)) return null;
  try {
    // URL makes 127.1, 0x7f.1 and 2130706433 the address that they are.
    const url = new URL(`http://${header}`);
    const name = url.hostname.replace(/\.$/, '');
    return name === '' ? null : { name, port: url.port };
  } catch {
    return null;
  }
}

/** `localhost` and names under it (RFC 6761), 127.0.0.0/8, ::1 and 127.0.0.0/8 mapped into IPv6. Takes a URL's hostname or a bare address. */
export function isLoopback(name: string): boolean {
  const host = name.toLowerCase().replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  const v4 = host.replace(/^::ffff:(?=\d+\.)/, '');
  if (isIpv4(v4)) return v4.startsWith('127.');
  return /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(host);
}

/** True for the addresses that mean "every interface". */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '[::]';
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** True for a host that is an address, IPv6 with or without brackets. */
export function isAddress(name: string): boolean {
  return isIpv4(name) || name.includes(':');
}

/**
 * The test of a `Host` name for a server bound to `bind` and known as `domain`.
 *
 * Known are the loopback names, the domain, the address bound to, and, where that is every interface, any address.
 */
export function hostAllowed({
  bind,
  domain,
}: {
  readonly bind: string;
  readonly domain: string;
}): (host: Host) => boolean {
  const known = new Set([bind, domain].filter((name) => name !== '').map((name) => parseHost(bracketed(name))?.name));
  const anyAddress = isWildcard(bind);
  return ({ name }) => isLoopback(name) || known.has(name) || (anyAddress && isAddress(name));
}

function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
}
