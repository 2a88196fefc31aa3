/** The two parts of a `.creds` file, as `nsc` writes it. */
export interface CredsParts {
  readonly jwt: string;
  /** NKey seed of the user, `SU…`. */
  readonly seed: string;
}

/** What a user's JWT says of itself. Nobody has checked its signature: for messages only. */
export interface JwtClaims {
  readonly name: string | null;
  /** Public key of the user, `U…`. */
  readonly subject: string | null;
  /** Seconds since the epoch; null: it does not end. */
  readonly expiresAt: number | null;
}

/** Each part stands between a line of dashes that begins it and one that ends it. Editors leave CRLF, and no last newline. */
const PART = /-{3,}BEGIN [^\n]*?-{3,}\s*([\w.=+/-]+?)\s*-{3,}END [^\n]*?-{3,}/g;

/**
 * Reads the text of a `.creds` file.
 *
 * @throws Error with the code BAD_CREDS, and never with anything of the text
 */
export function parseCreds(text: string): CredsParts {
  const [jwt, seed] = [...text.matchAll(PART)].map((part) => part[1]);
  if (jwt === undefined || seed === undefined || jwt.split('.').length !== 3 || !/^S[A-Z2-7]{57}$/.test(seed)) {
    throw Object.assign(
      new Error('no credentials file: a user JWT and its NKey seed are expected, as nsc writes them'),
      {
        code: 'BAD_CREDS',
      },
    );
  }
  return { jwt, seed };
}

/** What the JWT's middle says; null where it is no JWT. */
export function jwtClaims(jwt: string): JwtClaims | null {
  try {
    const body = (jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    const { name, sub, exp } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return {
      name: typeof name === 'string' ? name : null,
      subject: typeof sub === 'string' ? sub : null,
      expiresAt: typeof exp === 'number' && exp > 0 ? exp : null,
    };
  } catch {
    return null; // hostile or cut off: it says nothing
  }
}
