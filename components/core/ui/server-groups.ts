import { safeText } from '../../../protocol/decode.ts';
import type { Varz } from '../../../protocol/server/varz.ts';
import type { ByKind, Listener, VarzDetail } from '../../../protocol/server/varz-detail.types.ts';
import { compareVersions, REQUEST_SINCE } from '../../../protocol/server/requests.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatNumber,
  formatPercent,
  UNKNOWN,
} from '../element/format.ts';

/** One figure in words. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Figures that belong together. */
export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

const fact = (label: string, value: string): Fact => ({ label, value });
const text = (value: string | null | undefined): string => (value ? safeText(value, 256) : UNKNOWN);
const yesNo = (value: boolean | null | undefined): string => (value == null ? UNKNOWN : value ? 'yes' : 'no');
/** A flag that servers leave out when it is not set. */
const flag = (value: boolean | null | undefined): string => (value ? 'yes' : 'no, or not said');
const seconds = (value: number | null | undefined): string => (value == null ? UNKNOWN : `${formatNumber(value)} s`);
const millis = (value: number | null | undefined): string =>
  value == null ? UNKNOWN : value < 1_000 ? `${formatNumber(value)} ms` : `${formatNumber(value / 1_000)} s`;
const list = (values: readonly string[]): string =>
  values.length === 0 ? 'none' : values.map((each) => safeText(each, 128)).join(', ');
/** JetStream says -1 for “as much as there is”. */
const allowance = (value: number | null): string =>
  value !== null && value < 0 ? 'as much as there is' : formatBytes(value);

/**
 * Everything that a server says of itself, in groups.
 *
 * @param detail `null` while it has not been asked for, or was refused: then what is polled stands alone
 */
export function serverGroups(varz: Varz, detail: VarzDetail | null): FactGroup[] {
  return [
    identity(varz, detail),
    load(varz, detail),
    traffic(varz, detail),
    ...(detail ? [limits(varz, detail), security(varz, detail), configuration(varz, detail)] : []),
    ...(detail ? listeners(detail) : []),
    ...jetStream(varz, detail),
    ...(detail ? monitoring(detail) : []),
    requests(varz),
  ];
}

function identity(varz: Varz, detail: VarzDetail | null): FactGroup {
  return {
    title: 'Server',
    facts: [
      fact('Name', text(varz.name)),
      fact('Id', text(varz.id)),
      fact('Version', text(varz.version)),
      fact('Built with', text(varz.go)),
      ...(detail ? [fact('Commit', text(detail.gitCommit)), fact('Protocol', formatCount(detail.proto))] : []),
      fact('Cluster', varz.cluster === null ? 'none' : text(varz.cluster)),
      fact('Listens on', address(varz.host, varz.port)),
      fact('Started', formatDateTime(varz.start)),
      fact('Up for', formatAge(varz.uptimeS === null ? null : varz.uptimeS * 1_000)),
      ...(detail ? [fact('Tags', list(detail.tags)), ...mapped(detail.metadata, (each) => text(each))] : []),
      ...(detail && detail.clientUrls.length > 0 ? [fact('Told to clients', list(detail.clientUrls))] : []),
    ],
  };
}

function load(varz: Varz, detail: VarzDetail | null): FactGroup {
  return {
    title: 'Load',
    facts: [
      fact('CPU', `${formatPercent(varz.cpu)} of one processor`),
      fact('Processors', `${formatCount(varz.gomaxprocs)} of ${formatCount(varz.cores)} used`),
      fact('Memory, resident', formatBytes(varz.mem)),
      ...(detail
        ? [fact('Memory limit of Go', detail.memLimit ? formatBytes(detail.memLimit) : 'none, or not said')]
        : []),
      fact('Connections', formatCount(varz.connections)),
      fact('Connections since its start', formatCount(varz.totalConnections)),
      fact('Subscriptions', formatCount(varz.subscriptions)),
      fact('Routes', formatCount(varz.routes)),
      fact('Gateways', formatCount(varz.remotes)),
      fact('Leaf nodes', formatCount(varz.leafnodes)),
    ],
  };
}

function traffic(varz: Varz, detail: VarzDetail | null): FactGroup {
  const clients = (all: string, own: number | null, format: (value: number | null) => string): string =>
    own === null ? all : `${all}, of these clients ${format(own)}`;
  const slow = detail?.slowConsumerStats ?? null;
  const stale = detail?.staleConnectionStats ?? null;
  return {
    title: 'Since its start',
    facts: [
      fact('Messages in', clients(formatCount(varz.inMsgs), detail?.inClientMsgs ?? null, formatCount)),
      fact('Messages out', clients(formatCount(varz.outMsgs), detail?.outClientMsgs ?? null, formatCount)),
      fact('Data in', clients(formatBytes(varz.inBytes), detail?.inClientBytes ?? null, formatBytes)),
      fact('Data out', clients(formatBytes(varz.outBytes), detail?.outClientBytes ?? null, formatBytes)),
      fact('Slow consumers', kinds(varz.slowConsumers, slow)),
      fact('Stale connections', kinds(varz.staleConnections, stale)),
      ...(detail
        ? [
            fact('Producers held back', formatCount(detail.stalledClients)),
            // servers leave it out while there are none
            ...(detail.pinnedAccountFails
              ? [fact('Logins refused: account not pinned', formatCount(detail.pinnedAccountFails))]
              : []),
          ]
        : []),
    ],
  };
}

function kinds(total: number | null, by: ByKind | null): string {
  if (!by) return formatCount(total);
  const parts = (['clients', 'routes', 'gateways', 'leafs'] as const).map((kind) => `${kind} ${formatCount(by[kind])}`);
  return `${formatCount(total)} (${parts.join(', ')})`;
}

function limits(varz: Varz, detail: VarzDetail): FactGroup {
  return {
    title: 'Limits',
    facts: [
      fact('Connections', formatCount(varz.maxConnections)),
      fact('Subscriptions of a connection', detail.maxSubscriptions ? formatCount(detail.maxSubscriptions) : 'not set'),
      fact('Message', formatBytes(varz.maxPayload)),
      fact('Protocol line', formatBytes(detail.maxControlLine)),
      fact('Waiting for one client', formatBytes(varz.maxPending)),
      fact('One write to a client', millis(detail.writeDeadlineMs)),
      fact('Ping every', millis(detail.pingIntervalMs)),
      fact('Unanswered pings', formatCount(detail.pingMax)),
    ],
  };
}

function security(varz: Varz, detail: VarzDetail): FactGroup {
  return {
    title: 'Login and TLS',
    facts: [
      fact('Login required', flag(varz.authRequired)),
      fact('Time for the login', seconds(detail.authTimeout)),
      fact('TLS required', flag(varz.tlsRequired)),
      fact('Client certificate asked for', flag(detail.tlsVerify)),
      fact('Time for the TLS handshake', seconds(detail.tlsTimeout)),
      fact(
        'Certificate ends',
        detail.tlsCertNotAfter === null ? 'no certificate, or not said' : formatDateTime(detail.tlsCertNotAfter),
      ),
      fact('System account', text(detail.systemAccount)),
    ],
  };
}

function configuration(varz: Varz, detail: VarzDetail): FactGroup {
  return {
    title: 'Configuration',
    facts: [
      fact('Last read', formatDateTime(varz.configLoadTime)),
      fact('Digest', text(detail.configDigest)),
      ...mapped(detail.featureFlags, yesNo),
    ],
  };
}

function listeners(detail: VarzDetail): FactGroup[] {
  const { cluster, gateway, leaf, websocket, mqtt } = detail;
  const groups: FactGroup[] = [];
  const add = (title: string, listener: Listener | null, more: readonly Fact[]): void => {
    if (listener) groups.push({ title, facts: [...listening(listener), ...more] });
  };
  add('Cluster', cluster, [
    fact('Name', text(cluster?.name)),
    fact('Connections to each server', formatCount(cluster?.poolSize)),
    fact('Configured routes', list(cluster?.urls ?? [])),
  ]);
  add('Gateway', gateway, [
    fact('Name', text(gateway?.name)),
    fact('Unknown clusters refused', flag(gateway?.rejectUnknown)),
    ...(gateway?.gateways ?? []).map(({ name, urls }) => fact(`To ${safeText(name, 64)}`, list(urls))),
  ]);
  add(
    'Leaf nodes',
    leaf,
    (leaf?.remotes ?? []).map(({ account, urls }) => fact(`Connects out, account ${text(account)}`, list(urls))),
  );
  add('WebSocket', websocket, [
    fact('Without TLS', flag(websocket?.noTls)),
    fact('Compression', flag(websocket?.compression)),
    fact('Same origin only', flag(websocket?.sameOrigin)),
    fact('Allowed origins', list(websocket?.allowedOrigins ?? [])),
  ]);
  add('MQTT', mqtt, []);
  return groups;
}

function listening({ host, port, tlsRequired, tlsVerify }: Listener): Fact[] {
  return [
    fact('Listens on', port ? address(host, port) : 'does not listen'),
    fact('TLS', `${flag(tlsRequired)}${tlsVerify ? ', with a client certificate' : ''}`),
  ];
}

function jetStream(varz: Varz, detail: VarzDetail | null): FactGroup[] {
  const js = detail?.jetstream ?? null;
  if (!js) return [{ title: 'JetStream', facts: [fact('JetStream', varz.jetstream ? 'on' : 'off')] }];
  const of = (used: number | null, reserved: number | null, most: number | null): string =>
    `${formatBytes(used)} used, ${formatBytes(reserved)} reserved, limit ${allowance(most)}`;
  return [
    {
      title: 'JetStream',
      facts: [
        fact('Memory', of(js.memory, js.reservedMemory, js.maxMemory)),
        fact('File storage', of(js.storage, js.reservedStorage, js.maxStorage)),
        fact('Folder', text(js.storeDir)),
        fact('Domain', js.domain === null ? 'none' : text(js.domain)),
        fact('Accounts', formatCount(js.accounts)),
        fact('Raft groups here', formatCount(js.haAssets)),
        fact('API requests', `${formatCount(js.apiTotal)}, ${formatCount(js.apiErrors)} failed`),
        fact('API level', formatCount(js.apiLevel)),
        ...(js.metaName === null
          ? []
          : [
              fact('Meta group', `${text(js.metaName)}, ${formatCount(js.metaSize)} servers`),
              fact('Meta leader', js.metaLeader === null ? 'none' : text(js.metaLeader)),
            ]),
      ],
    },
  ];
}

function monitoring({ httpHost, httpPort, httpsPort, httpBasePath, httpRequests }: VarzDetail): FactGroup[] {
  if (!httpPort && !httpsPort) return [];
  const asked = Object.entries(httpRequests).sort(([, a], [, b]) => b - a);
  return [
    {
      title: 'HTTP monitoring',
      facts: [
        fact('Listens on', address(httpHost, httpPort || httpsPort)),
        fact('TLS', httpsPort ? 'yes' : 'no'),
        ...(httpBasePath ? [fact('Below', text(httpBasePath))] : []),
        ...asked.slice(0, 16).map(([path, times]) => fact(safeText(path, 64), `${formatCount(times)} requests`)),
      ],
    },
  ];
}

/** What a server of this version cannot be asked, and which version can. */
function requests({ version }: Varz): FactGroup {
  const lacking = Object.entries(REQUEST_SINCE).filter(
    ([, since]) => version !== null && compareVersions(version, since) < 0,
  );
  return {
    title: 'Requests it does not answer',
    facts:
      version === null
        ? [fact('Version', 'unknown, so this is too')]
        : lacking.length === 0
          ? [fact('None', 'it answers every request that is asked here')]
          : lacking.map(([request, since]) => fact(request, `needs nats-server ${since}`)),
  };
}

function mapped<T>(map: Readonly<Record<string, T>>, say: (value: T) => string): Fact[] {
  return Object.entries(map).map(([key, value]) => fact(safeText(key, 64), say(value)));
}

function address(host: string | null, port: number | null): string {
  if (port === null) return UNKNOWN;
  const name = host ?? '';
  return name.includes(':') ? `[${safeText(name, 64)}]:${port}` : `${safeText(name, 128) || 'all addresses'}:${port}`;
}
