/**
 * Secrets that servers put into what they send, taken out where a message is decoded: before display, storage, export or
 * log. JWTs are never read from a message at all; these are for what stands where a name should.
 */

const MASK = '[redacted]';
/** JWTs (NATS's begin `eyJ`), nkey seeds and private keys, bcrypt hashes, `user:password@` in URLs. */
const SECRETS =
  /eyJ[\w-]{8,}(?:\.[\w-]*){1,2}|\b[SP][OACNUX][A-Z2-7]{50,}\b|\$2[abxy]?\$\d\d\$[\w./]{20,}|(?<=:\/\/)[^\s/]+(?=@)/g;

/** The text with every JWT, nkey seed, password hash and URL login in it masked. */
export function redact(text: string): string {
  return text.replace(SECRETS, MASK);
}

/** The same with as many asterisks as the secret has characters, where places in a text must not move. */
export function redactInPlace(text: string): string {
  return text.replace(SECRETS, (secret) => '*'.repeat(secret.length));
}

/**
 * The `user` of an event. Before nats-server 2.15 a client that logs in by token has its token there, and nothing marks it:
 * so what looks random is masked (32 and more hexadecimal digits; 20 and more characters that mix digits with both cases).
 * A public nkey (`U…`, 56 characters) is a name and stays. A short, word-like token cannot be told from a user name.
 */
export function redactUser(user: string): string {
  if (/^[UANCOX][A-Z2-7]{55}$/.test(user)) return user;
  const random =
    /^[0-9a-f-]{32,}$/i.test(user) ||
    (/^\S{20,}$/.test(user) && /\d/.test(user) && /[a-z]/.test(user) && /[A-Z]/.test(user));
  return random ? MASK : redact(user);
}

/** Fields whose content is a secret, or a stored message. */
const SECRET_FIELD = /pass|secret|token|jwt|seed|creds|nkey|^sig|^data$|^hdrs$/i;

/** JSON text (or what is none) without its secrets: fields that hold one or a stored message are masked, and all that {@link redact} finds. */
export function hideSecrets(text: string): string {
  try {
    return redact(JSON.stringify(JSON.parse(text, (key, value: unknown) => (SECRET_FIELD.test(key) ? MASK : value))));
  } catch {
    return redact(text);
  }
}

/** Fields of a server's own replies whose content is a secret. `nkey` is a public name there, and `data` the answer itself. */
const SECRET_OF_SERVER = /(?:^|_)(?:password|passwd|pass|secret|token|jwt|seed|creds)$/i;

/**
 * A server's reply as JSON text to be read by people: secrets masked, and all that {@link redact} finds.
 *
 * @param space as `JSON.stringify` takes it
 */
export function redactJsonText(text: string, space?: number): string {
  try {
    const shown: unknown = JSON.parse(text, (key, value: unknown) =>
      SECRET_OF_SERVER.test(key) && value !== '' ? MASK : typeof value === 'string' ? redact(value) : value,
    );
    return JSON.stringify(shown, null, space);
  } catch {
    return redact(text);
  }
}
