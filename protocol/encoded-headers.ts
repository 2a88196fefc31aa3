const ENCODER = new TextEncoder();

/**
 * Headers of a message to publish, as its bytes. All clients call `encode` of what they are given and no more; their own
 * classes differ from each other, check each header letter by letter, and code it amid a measured round trip.
 *
 * What lines say is the caller's to check: a CR or LF in a name or value would begin another header.
 */
export class EncodedHeaders {
  readonly #bytes: Uint8Array;

  /** @param lines `Name: value`, each without the end of its line */
  constructor(lines: readonly string[]) {
    this.#bytes = ENCODER.encode(`NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`);
  }

  encode(): Uint8Array {
    return this.#bytes;
  }
}
