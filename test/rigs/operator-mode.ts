/** An operator of its own with one account: nats-servers that log in by JWT, and the credentials files of their users. */
import { encodeAccount, encodeOperator, encodeUser, fmtCreds, type User } from '@nats-io/jwt';
import { nkeys } from '@nats-io/transport-node';

/** An account without limits has none of anything: 0 is not "no limit" in a JWT, -1 is. */
const UNLIMITED = { subs: -1, data: -1, payload: -1, conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true };

export interface UserOptions {
  /** Seconds from now at which the JWT ends; negative: it has ended. Default: never. */
  readonly expiresInS?: number;
  /** Permissions and limits, as a user's JWT has them. */
  readonly user?: Partial<User>;
}

export interface OperatorRig {
  /** For `startNatsServer`. */
  readonly config: string;
  /** Text of a `.creds` file of a new user. */
  creds(name: string, options?: UserOptions): Promise<string>;
}

/** Makes operator, system account and one account, with keys of their own. */
export async function operatorMode(): Promise<OperatorRig> {
  const operatorKey = nkeys.createOperator();
  const accountKey = nkeys.createAccount();
  const systemKey = nkeys.createAccount();
  const operator = await encodeOperator('test', operatorKey, { system_account: systemKey.getPublicKey() });
  const account = await encodeAccount('OPS', accountKey, { limits: UNLIMITED }, { signer: operatorKey });
  const system = await encodeAccount('SYS', systemKey, { limits: UNLIMITED }, { signer: operatorKey });
  return {
    config: `
      operator: ${operator}
      system_account: ${systemKey.getPublicKey()}
      resolver: MEMORY
      resolver_preload: { ${accountKey.getPublicKey()}: ${account}, ${systemKey.getPublicKey()}: ${system} }`,
    async creds(name, { expiresInS, user = {} } = {}) {
      const key = nkeys.createUser();
      const ends = expiresInS === undefined ? {} : { exp: Math.floor(Date.now() / 1000) + expiresInS };
      const jwt = await encodeUser(name, key, accountKey, user, ends);
      return new TextDecoder().decode(fmtCreds(jwt, key));
    },
  };
}
