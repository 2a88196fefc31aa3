import { FEEDS } from '../../protocol/access.ts';
import type { AccountInfo } from '../../protocol/server/account-info.ts';
import { decodeAccountInfoReply } from '../../protocol/server/account-info.ts';
import { decodeAccountzReply } from '../../protocol/server/accountz.ts';
import { decodeJszReply, type AccountDetail } from '../../protocol/server/jsz.ts';
import { askAll, askSubject, RequestFailure } from '../core/sources/ask.ts';
import type { Connection } from '../core/transport/connection.ts';
import { errorText } from '../core/transport/errors.ts';

const [ACCOUNT_INFO = ''] = FEEDS.accountInfo.subjects;

/** What was asked about one account. */
export interface AccountLookup {
  readonly id: string;
  readonly info: AccountInfo | null;
  /** Why there is none. */
  readonly trouble: string | null;
  readonly jetStream: readonly JetStreamOnServer[];
  readonly jetStreamTrouble: string | null;
  /** ms since the epoch; `null` while the first answer is waited for. */
  readonly at: number | null;
}

/** An account's JetStream on one server: what it holds there, replicas included. */
export interface JetStreamOnServer {
  readonly server: string;
  readonly detail: AccountDetail;
}

export function beginLookup(id: string): AccountLookup {
  return { id, info: null, trouble: null, jetStream: [], jetStreamTrouble: null, at: null };
}

/** Asks the servers about one account. Never rejects: what failed is said in words. */
export async function lookUpAccount(connection: Connection, id: string, signal: AbortSignal): Promise<AccountLookup> {
  const [info, jetStream] = await Promise.allSettled([
    askInfo(connection, id, signal),
    askJetStream(connection, id, signal),
  ]);
  return {
    id,
    info: info.status === 'fulfilled' ? info.value : null,
    trouble: info.status === 'rejected' ? errorText(info.reason) : null,
    jetStream: jetStream.status === 'fulfilled' ? jetStream.value : [],
    jetStreamTrouble: jetStream.status === 'rejected' ? errorText(jetStream.reason) : null,
    at: Date.now(),
  };
}

async function askInfo(connection: Connection, account: string, signal: AbortSignal): Promise<AccountInfo> {
  let denied: RequestFailure;
  try {
    const { replies } = await askAll(connection, 'accountz', decodeAccountzReply, { account }, { signal });
    const found = replies.find((each) => each.data.detail !== null)?.data.detail;
    if (found) return found;
    throw new RequestFailure('No server knows this account.', 'error', 'ACCOUNTZ');
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.status !== 'denied') throw error;
    denied = error;
  }
  // some logins may ask about accounts, not about servers; a name that is no single token would change the subject
  if (!/^[^\s.*>]+$/.test(account)) throw denied;
  try {
    const { data } = await askSubject(
      connection,
      ACCOUNT_INFO.replace('*', () => account),
      decodeAccountInfoReply,
      null,
      {
        signal,
      },
    );
    if (data) return data;
  } catch {
    // the first refusal names what the element needs
  }
  throw denied;
}

async function askJetStream(
  connection: Connection,
  account: string,
  signal: AbortSignal,
): Promise<readonly JetStreamOnServer[]> {
  const { replies } = await askAll(connection, 'jsz', decodeJszReply, { account, accounts: true }, { signal });
  return replies.flatMap(({ server, data }) =>
    data.accountDetails
      .filter((each) => each.id === account || each.name === account)
      .map((detail) => ({ server: server.name, detail })),
  );
}
