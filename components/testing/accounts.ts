/** Replies about accounts, as servers send them. Each takes what differs from the usual. */

function envelope(server: string, data: unknown): object {
  const time = new Date().toISOString();
  return {
    server: { id: `N${server.toUpperCase()}`, name: server, host: '127.0.0.1', ver: '2.15.1', jetstream: true, time },
    data,
  };
}

/** Traffic of an account with what goes between servers told apart, as newer servers send it. */
function traffic(msgs: number, bytes: number): object {
  const none = { msgs: 0, bytes: 0 };
  return { msgs, bytes, gateways: none, routes: none, leafs: none };
}

/** One account in a reply to `$SYS.REQ.ACCOUNT.PING.STATZ`. */
export function accountStat(account = 'OPS', stat: Record<string, unknown> = {}): object {
  return {
    acc: account,
    name: account,
    conns: 12,
    leafnodes: 2,
    total_conns: 14,
    num_subscriptions: 84,
    sent: traffic(52_000, 18_400_000),
    received: traffic(31_000, 9_100_000),
    slow_consumers: 0,
    ...stat,
  };
}

/** A reply to `$SYS.REQ.ACCOUNT.PING.STATZ`. */
export function accstatzReply(stats: readonly object[] = [accountStat()], server = 'n1'): object {
  return envelope(server, {
    server_id: `N${server.toUpperCase()}`,
    now: new Date().toISOString(),
    account_statz: stats,
  });
}

/** A reply to `$SYS.REQ.SERVER.PING.ACCOUNTZ`. */
export function accountzReply(accounts: readonly string[] = ['$G', 'OPS', 'SYS'], server = 'n1'): object {
  return envelope(server, { now: new Date().toISOString(), system_account: 'SYS', accounts });
}

/** A reply to `$SYS.REQ.SERVER.PING.ACCOUNTZ` with `{account}`. */
export function accountDetailReply(detail: Record<string, unknown> = {}, server = 'n1'): object {
  return envelope(server, {
    now: new Date().toISOString(),
    system_account: 'SYS',
    account_detail: {
      account_name: 'OPS',
      update_time: new Date(Date.now() - 86_400_000).toISOString(),
      expired: false,
      complete: true,
      jetstream_enabled: true,
      leafnode_connections: 2,
      client_connections: 12,
      subscriptions: 84,
      exports: [
        { subject: 'ops.>', type: 'stream' },
        { subject: 'ops.echo.*', type: 'service', response_type: 'Singleton', approved_accounts: ['MONITOR'] },
      ],
      imports: [
        {
          subject: 'time.get',
          account: 'CLOCK',
          to: 'time.get',
          local_subject: 'time.get',
          type: 'service',
          invalid: false,
        },
      ],
      ...detail,
    },
  });
}
