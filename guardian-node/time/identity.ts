/** PTP names clocks by identity, people by address: which identity an address has. */
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

const IDENTITY = /^([\da-f]{6})\.([\da-f]{4})\.([\da-f]{6})$/i;
const MAC = /^(?:[\da-f]{2}[:-]){5}[\da-f]{2}$/i;
const EUI64 = /^(?:[\da-f]{2}[:-]){7}[\da-f]{2}$/i;

/** `00:11:22:33:44:55` → `001122.fffe.334455`, as IEEE 1588 makes a clock identity from a MAC address; null: it is none. */
export function identityOfMac(mac: string): string | null {
  if (!MAC.test(mac)) return null;
  const hex = mac.replace(/[:-]/g, '').toLowerCase();
  return `${hex.slice(0, 6)}.fffe.${hex.slice(6)}`;
}

/** An identity that the text names: itself, an EUI-64 with colons, or a MAC address; null: it names something else. */
export function identityOf(text: string): string | null {
  if (IDENTITY.test(text)) return text.toLowerCase();
  if (EUI64.test(text)) {
    const hex = text.replace(/[:-]/g, '').toLowerCase();
    return `${hex.slice(0, 6)}.${hex.slice(6, 10)}.${hex.slice(10)}`;
  }
  return identityOfMac(text);
}

/**
 * The clock identity behind `PTP_MASTER_ADDRESS`. An IP address is looked up among the neighbours that the kernel knows.
 *
 * @param arp path of the kernel's table
 * @returns null where it cannot be told: another network, or no traffic with it yet
 */
export async function masterIdentity(address: string, arp = '/proc/net/arp'): Promise<string | null> {
  const named = identityOf(address);
  if (named !== null || isIP(address) === 0) return named;
  const table = await readFile(arp, 'utf8').catch(() => '');
  for (const line of table.split('\n')) {
    const [ip, , flags, mac] = line.split(/\s+/);
    // Without the flag the entry is a question that nobody answered.
    if (ip === address && flags !== '0x0') return identityOfMac(mac ?? '');
  }
  return null;
}
