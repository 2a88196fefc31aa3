/**
 * Everything that the elements' sources ask servers or listen to. Sources take their subjects from here, and
 * `nunect permissions` prints from it what a login needs, so that the two cannot drift apart.
 */
import { serverEventSubjects } from './server/event-subjects.ts';
import { pingSubject, type ServerRequest } from './server/requests.ts';
import { subjectPatterns } from './subjects.ts';

/** A request that servers answer for themselves. */
export interface ServerFeed {
  readonly kind: 'servers';
  readonly request: ServerRequest;
  /** Ask for a compressed reply: worth it where replies are of many kilobytes. */
  readonly gzip: boolean;
  /** Besides all servers at once, single ones are asked by their id. */
  readonly single: boolean;
}

/**
 * The account whose data it is: the system account, that of guardians, that of applications and of the stream that keeps what
 * guardians say, or the asker's own.
 */
export type Exporter = 'system' | 'units' | 'application' | 'own';

/** A request to the system account that is no server request, or to JetStream. `*` stands for a name. */
export interface RequestFeed {
  readonly kind: 'requests';
  readonly subjects: readonly string[];
  readonly from: Exporter;
  /** Subjects that are imported under a name of their own: what they begin with here, and in the account that exports them. */
  readonly renamed?: { readonly here: string; readonly there: string };
}

/** Subjects that are listened to. */
export interface SubscriptionFeed {
  readonly kind: 'subscriptions';
  readonly subjects: readonly string[];
  readonly from: Exporter;
}

export type Feed = ServerFeed | RequestFeed | SubscriptionFeed;

/**
 * Where history is read. A prefix of the kit's own, not `$JS.API`: imported from another account under that name, the
 * importing account's own JetStream answers first, with 503.
 */
export const HISTORY = {
  stream: 'OPS',
  /** One stream's direct gets: reading, without a consumer. */
  directGet: 'OPSJS.DIRECT.GET.OPS',
  /** With `subjects_filter`: the names of what it holds. */
  streamInfo: 'OPSJS.STREAM.INFO.OPS',
} as const;

const servers = (request: ServerRequest, { gzip = false, single = false } = {}): ServerFeed => ({
  kind: 'servers',
  request,
  gzip,
  single,
});
const requests = (from: RequestFeed['from'], ...subjects: string[]): RequestFeed => ({
  kind: 'requests',
  subjects,
  from,
});
/** JetStream of the application, under the prefix of {@link HISTORY}. */
const reads = (...subjects: string[]): RequestFeed => ({
  ...requests('application', ...subjects),
  renamed: { here: 'OPSJS.', there: '$JS.API.' },
});
const hears = (from: SubscriptionFeed['from'], ...subjects: string[]): SubscriptionFeed => ({
  kind: 'subscriptions',
  subjects,
  from,
});

/** Each feed, by the name that sources know it by. */
export const FEEDS = {
  /** Who is there: every server with its short figures. What every other feed is measured against. */
  roster: servers('PING'),
  varz: servers('VARZ', { single: true }),
  /** Outside of the system account PING.CONNZ answers twice, for all accounts and for the asker's own: servers are asked one by one. */
  connz: servers('CONNZ', { gzip: true, single: true }),
  subsz: servers('SUBSZ', { gzip: true, single: true }),
  routez: servers('ROUTEZ', { single: true }),
  gatewayz: servers('GATEWAYZ', { single: true }),
  leafz: servers('LEAFZ', { single: true }),
  accountz: servers('ACCOUNTZ', { single: true }),
  jsz: servers('JSZ', { gzip: true, single: true }),
  healthz: servers('HEALTHZ', { single: true }),
  ipqueuesz: servers('IPQUEUESZ', { single: true }),
  raftz: servers('RAFTZ', { gzip: true, single: true }),
  accountStatz: requests('system', '$SYS.REQ.ACCOUNT.PING.STATZ'),
  accountInfo: requests('system', '$SYS.REQ.ACCOUNT.*.INFO'),
  /** Tenant mode: what an account may ask about itself where there is no system user at hand. */
  ownConnz: requests('own', '$SYS.REQ.ACCOUNT.PING.CONNZ'),
  ownStatz: requests('own', '$SYS.REQ.ACCOUNT.PING.STATZ'),
  userInfo: requests('own', '$SYS.REQ.USER.INFO'),
  /** The account's own JetStream: reading only. */
  ownJetStream: requests('own', '$JS.API.INFO', '$JS.API.STREAM.LIST'),
  serverEvents: hears('system', ...Object.values(serverEventSubjects)),
  /** Every event of servers and accounts. */
  systemEvents: hears('system', '$SYS.SERVER.>', '$SYS.ACCOUNT.>'),
  jetStreamAdvisories: hears('application', '$JS.EVENT.ADVISORY.>'),
  heartbeats: hears('units', subjectPatterns.heartbeat),
  roundTrips: hears('units', subjectPatterns.rtt),
  clocks: hears('units', subjectPatterns.time),
  /** Log lines of guardians, pages and applications. */
  logs: hears('units', subjectPatterns.log),
  /** Round trips from a page to a unit and back. */
  echo: requests('units', subjectPatterns.echo),
  /** What the stream of guardians' messages holds. */
  history: reads(HISTORY.directGet),
  /** Which units it has ever heard. */
  historyNames: reads(HISTORY.streamInfo),
} as const satisfies Record<string, Feed>;

export type FeedName = keyof typeof FEEDS;
/** Names of the feeds that every server answers. */
export type ServerFeedName = { [K in FeedName]: (typeof FEEDS)[K] extends ServerFeed ? K : never }[FeedName];

/** What each element asks and hears. An element whose line is empty needs a connection and nothing else. */
export const ELEMENT_FEEDS = {
  'nunect-nats': [],
  'nunect-connection': [],
  'nunect-servers': ['varz', 'healthz', 'leafz'],
  'nunect-varz': ['varz'],
  'nunect-connz': ['roster', 'connz', 'serverEvents', 'ownConnz'],
  'nunect-subsz': ['subsz'],
  'nunect-routez': ['routez'],
  'nunect-gatewayz': ['gatewayz', 'varz'],
  'nunect-leafz': ['leafz', 'serverEvents'],
  'nunect-accountz': ['accountStatz', 'accountz', 'accountInfo', 'jsz', 'ownStatz', 'userInfo'],
  'nunect-jsz': ['jsz', 'ownJetStream'],
  'nunect-healthz': ['healthz'],
  'nunect-ipqueuesz': ['ipqueuesz'],
  /** Servers tell the Raft groups of one account at a time: JSZ says which there are. */
  'nunect-raftz': ['raftz', 'jsz'],
  'nunect-sys-log': ['systemEvents', 'jetStreamAdvisories', 'connz'],
  'nunect-topology': ['roster', 'varz', 'routez', 'gatewayz', 'leafz'],
  /** What it watches is the page's choice. */
  'nunect-subject': [],
  'nunect-problems': ['roster', 'healthz', 'jsz', 'heartbeats'],
  'nunect-log': ['logs'],
  'nunect-echo': ['heartbeats', 'echo'],
  'nunect-units': ['heartbeats', 'history', 'historyNames'],
  'nunect-rtt-chart': ['roundTrips', 'history'],
  'nunect-time-chart': ['clocks', 'history'],
  'nunect-time-status': ['clocks'],
} as const satisfies Record<string, readonly FeedName[]>;

export type ElementTag = keyof typeof ELEMENT_FEEDS;

/** The subject that asks all servers for a feed. */
export function feedSubject(feed: ServerFeedName): string {
  return pingSubject(FEEDS[feed].request);
}
