/**
 * Built in before everything else. The client takes random bytes for its inboxes from `globalThis.crypto`, and to load that
 * is 2 MB of memory; on Linux the kernel's own file gives the same bytes. Everything else is asked of Node's.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto');

function fromKernel({ buffer, byteOffset, byteLength }: ArrayBufferView): boolean {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let file: number;
  try {
    file = openSync('/dev/urandom', 'r');
  } catch {
    return false; // no such file on this system
  }
  try {
    return readSync(file, bytes) === bytes.length;
  } finally {
    closeSync(file);
  }
}

if (real?.get) {
  const whole = (): Crypto => real.get?.call(globalThis) as Crypto;
  const slim = {
    get subtle() {
      return whole().subtle;
    },
    randomUUID: () => whole().randomUUID(),
    getRandomValues: <T extends ArrayBufferView>(array: T): T =>
      fromKernel(array) ? array : whole().getRandomValues(array as never),
  };
  Object.defineProperty(globalThis, 'crypto', { configurable: true, enumerable: true, get: () => slim });
}
