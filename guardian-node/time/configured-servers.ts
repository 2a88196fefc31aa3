/** `NTP_SERVERS` beside what the daemon uses. A host name may stand for many addresses: what is not sure is no alarm. */
import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';
import { isIP } from 'node:net';
import { safeText } from '../../protocol/index.ts';

/** How long an answer of the resolver is used, ms. */
const KEPT_MS = 600_000;
const MAX_SERVERS = 32;

export interface ServersFound {
  readonly used: readonly string[];
  /** Addresses that are configured and surely not used. */
  readonly unused: readonly string[];
  /** Host names of which none of the addresses is used, or that could not be resolved. */
  readonly unsure: readonly string[];
}

export class ConfiguredServers {
  readonly #names: readonly string[];
  readonly #resolved = new Map<string, { readonly at: number; readonly addresses: readonly string[] }>();
  readonly #asked = new Set<string>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** @param daemon names of the daemon's sources; null: it did not answer, and nothing can be said */
  compare(daemon: readonly string[] | null): ServersFound | null {
    if (daemon === null) return null;
    const isUsed = (name: string): boolean =>
      daemon.includes(name) || this.#addresses(name).some((address) => daemon.includes(address));
    const rest = this.#names.filter((name) => !isUsed(name));
    return {
      used: daemon.slice(0, MAX_SERVERS).map((name) => safeText(name, 64)),
      unused: rest.filter((name) => isIP(name) !== 0),
      unsure: rest.filter((name) => isIP(name) === 0),
    };
  }

  /** Those that are known now; the resolver is asked beside, since it may take seconds. */
  #addresses(name: string): readonly string[] {
    if (isIP(name) !== 0) return [];
    const known = this.#resolved.get(name);
    const isOld = !known || performance.now() - known.at > KEPT_MS;
    if (isOld && !this.#asked.has(name)) {
      this.#asked.add(name);
      void lookup(name, { all: true })
        .then((found) => found.map(({ address }) => address))
        .catch(() => known?.addresses ?? [])
        .then((addresses) => {
          this.#resolved.set(name, { at: performance.now(), addresses });
          this.#asked.delete(name);
        });
    }
    return known?.addresses ?? [];
  }
}
