import { unsupported } from './errors.ts';

/** A system request as HTTP monitoring is asked for the same. */
export interface MonitoringQuery {
  /** `varz`, without a slash. */
  readonly endpoint: string;
  /** `limit=10&offset=0`, or empty. */
  readonly query: string;
  /** Server that the request is for; null: every server. */
  readonly serverId: string | null;
  /** What the answer has to be made of, where it is not the endpoint's own. */
  readonly shape: 'data' | 'statsz' | 'account-detail';
  /** Only a server of whose names these are parts answers: `server_name`, `cluster`, `host`, `domain`. */
  readonly filter: Readonly<Record<string, string>>;
}

type Rule = string | ((value: unknown, options: Readonly<Record<string, unknown>>) => [string, string] | null);

/** With the list of subscriptions, or with their details: over HTTP one parameter says both. */
const subscriptions: Rule = (value, options) =>
  value === true && options['subscriptions_detail'] !== true ? ['subs', 'true'] : null;
const details: Rule = (value) => (value === true ? ['subs', 'detail'] : null);
const STATES = ['open', 'closed', 'any'];

/** Request → endpoint, and option of the body → parameter (`server/monitor.go` of nats-server). */
const REQUESTS: Readonly<
  Record<string, { readonly endpoint: string; readonly options: Readonly<Record<string, Rule>> }>
> = {
  VARZ: { endpoint: 'varz', options: {} },
  CONNZ: {
    endpoint: 'connz',
    options: {
      sort: 'sort',
      auth: 'auth',
      subscriptions,
      subscriptions_detail: details,
      offset: 'offset',
      limit: 'limit',
      cid: 'cid',
      mqtt_client: 'mqtt_client',
      state: (value) => (typeof value === 'number' && STATES[value] ? ['state', STATES[value]] : null),
      user: 'user',
      acc: 'acc',
    },
  },
  SUBSZ: {
    endpoint: 'subsz',
    options: { offset: 'offset', limit: 'limit', subscriptions: 'subs', account: 'acc', test: 'test' },
  },
  ROUTEZ: { endpoint: 'routez', options: { subscriptions, subscriptions_detail: details } },
  GATEWAYZ: {
    endpoint: 'gatewayz',
    options: {
      name: 'gw_name',
      accounts: 'accs',
      account_name: 'acc_name',
      subscriptions,
      subscriptions_detail: details,
    },
  },
  LEAFZ: { endpoint: 'leafz', options: { subscriptions: 'subs', account: 'acc' } },
  ACCOUNTZ: { endpoint: 'accountz', options: { account: 'acc' } },
  JSZ: {
    endpoint: 'jsz',
    options: {
      account: 'acc',
      accounts: 'accounts',
      streams: 'streams',
      consumer: 'consumers',
      direct_consumer: 'direct-consumers',
      config: 'config',
      leader_only: 'leader-only',
      offset: 'offset',
      limit: 'limit',
      raft: 'raft',
      stream_leader_only: 'stream-leader-only',
    },
  },
  HEALTHZ: {
    endpoint: 'healthz',
    options: {
      'js-enabled': 'js-enabled',
      'js-enabled-only': 'js-enabled-only',
      'js-server-only': 'js-server-only',
      'js-meta-only': 'js-meta-only',
      account: 'account',
      stream: 'stream',
      consumer: 'consumer',
      details: 'details',
    },
  },
  IPQUEUESZ: { endpoint: 'ipqueuesz', options: { all: 'all', filter: 'queues' } },
  RAFTZ: { endpoint: 'raftz', options: { account: 'acc', group: 'group' } },
  // made of VARZ
  STATSZ: { endpoint: 'varz', options: {} },
  'ACCOUNT STATZ': { endpoint: 'accstatz', options: { include_unused: 'unused' } },
};

const FILTERS = ['server_name', 'cluster', 'host', 'domain'];

/**
 * What HTTP monitoring has to be asked for a system request.
 *
 * @param body JSON options, or nothing
 * @throws Error that `failureKind` calls `unsupported`, for what HTTP monitoring cannot be asked
 */
export function monitoringQuery(subject: string, body: string): MonitoringQuery {
  const options = readOptions(body);
  const server = /^\$SYS\.REQ\.SERVER\.([A-Z0-9]+)(?:\.([A-Z]+))?$/.exec(subject);
  if (server) {
    const [, of = '', request = 'STATSZ'] = server;
    return build(request, options, {
      serverId: of === 'PING' ? null : of,
      shape: request === 'STATSZ' ? 'statsz' : 'data',
    });
  }
  if (subject === '$SYS.REQ.ACCOUNT.PING.STATZ') {
    return build('ACCOUNT STATZ', options, { serverId: null, shape: 'data' });
  }
  const account = /^\$SYS\.REQ\.ACCOUNT\.([^.]+)\.INFO$/.exec(subject)?.[1];
  if (account !== undefined) {
    return build('ACCOUNTZ', { account }, { serverId: null, shape: 'account-detail' });
  }
  throw unsupported(`HTTP monitoring cannot be asked ${subject}; connect over NATS for that`);
}

function build(
  request: string,
  options: Readonly<Record<string, unknown>>,
  more: Pick<MonitoringQuery, 'serverId' | 'shape'>,
): MonitoringQuery {
  const known = Object.hasOwn(REQUESTS, request) ? REQUESTS[request] : undefined;
  if (!known) throw unsupported(`HTTP monitoring has no ${request}; connect over NATS for that`);
  const query = new URLSearchParams();
  const filter: Record<string, string> = {};
  for (const [name, value] of Object.entries(options)) {
    if (FILTERS.includes(name) && typeof value === 'string') {
      filter[name] = value;
      continue;
    }
    const rule = Object.hasOwn(known.options, name) ? known.options[name] : undefined;
    // left out, it would be answered with more than was asked for
    if (rule === undefined)
      throw unsupported(`HTTP monitoring knows no ${name} for ${request}; connect over NATS for that`);
    if (typeof rule === 'string') {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        query.set(rule, `${value}`);
      continue;
    }
    const parameter = rule(value, options);
    if (parameter) query.set(...parameter);
  }
  return { endpoint: known.endpoint, query: query.toString(), filter, ...more };
}

function readOptions(body: string): Readonly<Record<string, unknown>> {
  if (body.trim() === '') return {};
  const parsed: unknown = JSON.parse(body);
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}
