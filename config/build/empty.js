// Stands in for Node's "crypto" in bundles for browsers (see nats-ws.ts).
export const webcrypto = globalThis.crypto;
export default { webcrypto };
