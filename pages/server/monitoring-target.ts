/** What of nats-server's HTTP monitoring may be asked through this server: read-only endpoints, by name, and nothing else. */

/** How a query parameter is written. Anything else is refused before the server is asked. */
type Kind = 'flag' | 'number' | 'text' | 'subs';

const KINDS: Readonly<Record<Kind, RegExp>> = {
  flag: /^(?:true|false|1|0)$/,
  number: /^\d{1,16}$/,
  // eslint-disable-next-line no-control-regex -- control characters are what is kept out
  text: /^[^\u0000-\u001f\u007f-\u009f]{1,256}$/,
  subs: /^(?:true|false|1|0|detail)$/,
};

/** `server/monitor.go` of nats-server, 2.9.10 to 2.15: each endpoint, and the parameters that it reads. */
const ENDPOINTS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  varz: {},
  connz: {
    sort: 'text',
    auth: 'flag',
    subs: 'subs',
    offset: 'number',
    limit: 'number',
    cid: 'number',
    mqtt_client: 'text',
    state: 'text',
    user: 'text',
    acc: 'text',
  },
  routez: { subs: 'subs' },
  gatewayz: { accs: 'flag', subs: 'subs', gw_name: 'text', acc_name: 'text' },
  leafz: { subs: 'flag', acc: 'text' },
  subsz: { subs: 'flag', offset: 'number', limit: 'number', test: 'text', acc: 'text' },
  accountz: { acc: 'text' },
  accstatz: { unused: 'flag' },
  jsz: {
    acc: 'text',
    accounts: 'flag',
    streams: 'flag',
    consumers: 'flag',
    'direct-consumers': 'flag',
    config: 'flag',
    offset: 'number',
    limit: 'number',
    'leader-only': 'flag',
    raft: 'flag',
    'stream-leader-only': 'flag',
  },
  healthz: {
    'js-enabled': 'flag',
    'js-enabled-only': 'flag',
    'js-server-only': 'flag',
    'js-meta-only': 'flag',
    account: 'text',
    stream: 'text',
    consumer: 'text',
    details: 'flag',
  },
  ipqueuesz: { all: 'flag', queues: 'text' },
  raftz: { acc: 'text', group: 'text' },
};

/** Names of all endpoints that may be asked. */
export const MONITORING_ENDPOINTS: readonly string[] = Object.keys(ENDPOINTS);

export interface MonitoringTarget {
  readonly system: string;
  /** One of {@link MONITORING_ENDPOINTS}. */
  readonly endpoint: string;
  /** Made anew from what was understood: `offset=0&limit=10`, or empty. */
  readonly query: string;
}

/** Why a target is refused: the answer's status, and words for a person. */
export interface TargetProblem {
  readonly status: 400 | 404;
  readonly message: string;
}

/**
 * Reads a request target as it was sent: `/monitoring/<system>/<endpoint>?…`, letter by letter. There is no decoding and no
 * normalising before this, so `..`, `//` and `%2e` match nothing.
 */
export function readMonitoringTarget(target: string): MonitoringTarget | TargetProblem {
  const match = /^\/monitoring\/([a-z0-9-]{1,40})\/([a-z]{1,20})(?:\?([^#]*))?$/.exec(target);
  const [, system = '', endpoint = '', search = ''] = match ?? [];
  const parameters = Object.hasOwn(ENDPOINTS, endpoint) ? ENDPOINTS[endpoint] : undefined;
  if (match === null || parameters === undefined) {
    return {
      status: 404,
      message: `Only these are served below /monitoring/<system>/: ${MONITORING_ENDPOINTS.join(', ')}.`,
    };
  }
  if (search.length > 2_000) return { status: 400, message: 'The query is longer than 2,000 characters.' };
  const query = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(search)) {
    const kind = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(parameters);
      return {
        status: 400,
        message: `${endpoint} takes ${known.length === 0 ? 'no parameters' : `these parameters only: ${known.join(', ')}`}.`,
      };
    }
    if (query.has(name)) return { status: 400, message: `${endpoint}: ${name} is given twice.` };
    if (!KINDS[kind].test(value))
      return { status: 400, message: `${endpoint}: ${name} is not a ${kind === 'subs' ? 'flag or "detail"' : kind}.` };
    query.set(name, value);
  }
  return { system, endpoint, query: query.toString() };
}
