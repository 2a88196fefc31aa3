/** How to log in. Kept in memory only: never in an attribute, in storage, in a log or in a URL. */
export type Credentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  /** Text of a `.creds` file: a user JWT and its NKey seed. */
  | { readonly creds: string }
  /** NKey seed of a user: `SU…`. */
  | { readonly nkey: string };

/** The user's name, where the credentials have one that may be shown. */
export function shownUser(credentials: Credentials | null): string | null {
  return credentials && 'user' in credentials ? credentials.user : null;
}

/** Takes whatever a page assigned (`undefined`, a wrong shape) and gives credentials or `null`. */
export function asCredentials(value: unknown): Credentials | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  if (typeof fields['user'] === 'string' && typeof fields['password'] === 'string')
    return { user: fields['user'], password: fields['password'] };
  if (typeof fields['token'] === 'string') return { token: fields['token'] };
  if (typeof fields['creds'] === 'string') return { creds: fields['creds'] };
  if (typeof fields['nkey'] === 'string') return { nkey: fields['nkey'] };
  return null;
}

/** Whether both are the same login; a page may build the object anew each time it renders. */
export function sameCredentials(a: Credentials | null, b: Credentials | null): boolean {
  return JSON.stringify(asCredentials(a)) === JSON.stringify(asCredentials(b));
}
