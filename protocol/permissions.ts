/** What a login needs for some elements, derived from the table that their sources ask by ({@link FEEDS}). */
import { ELEMENT_FEEDS, FEEDS, type ElementTag, type Feed, type FeedName } from './access.ts';

/** Names of the accounts involved. */
export interface PermissionAccounts {
  /** The system account, whose servers answer. */
  readonly system: string;
  /** Account of guardians. */
  readonly units: string;
  /** Account of applications, and of the stream that keeps what guardians say; it may be that of the guardians, too. */
  readonly application: string;
  /** Account of the pages' logins. */
  readonly viewer: string;
}

/** A subject that one account lets another use. `service`: it is asked; `stream`: it is listened to. */
export interface SharedSubject {
  readonly kind: 'service' | 'stream';
  readonly account: string;
  /** As the account that exports it calls it. */
  readonly subject: string;
  /** What the viewers' account calls it, where that is another name. */
  readonly to?: string;
}

/** The whole need of some elements, and no more. Lists are sorted and without repeats. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** What `account` exports to the viewers' account, which imports exactly that. */
  readonly shared: readonly SharedSubject[];
}

export interface PermissionOptions {
  readonly accounts: PermissionAccounts;
  /** Prefix of the login's reply subjects: one of its own, so that it cannot hear other people's answers. */
  readonly inboxPrefix: string;
  /**
   * The login is a plain one of an account that wants to see itself alone: no exports, no imports, and only the requests
   * that servers answer to everybody.
   */
  readonly tenant: boolean;
  /** Subjects besides, of the application's account, that `<nunect-subject>` is to watch. Wildcards are allowed. */
  readonly watch?: readonly string[];
}

/** A tag that is written in a way that people write it: `nunect-varz`, `varz`, `<nunect-varz>`. */
export function elementTag(text: string): ElementTag | null {
  const name = text.trim().replace(/^<|\/?>$/g, '');
  const tag = name.startsWith('nunect-') ? name : `nunect-${name}`;
  return Object.hasOwn(ELEMENT_FEEDS, tag) ? (tag as ElementTag) : null;
}

/** What `tags` need together. */
export function permissionsFor(tags: readonly ElementTag[], options: PermissionOptions): Permissions {
  const names = new Set<FeedName>(tags.flatMap((tag): readonly FeedName[] => ELEMENT_FEEDS[tag]));
  const feeds = [...names].map((name): Feed => FEEDS[name]).filter((feed) => isOwn(feed) === options.tenant);
  const publish = new Set<string>();
  const subscribe = new Set<string>();
  const shared = new Map<string, SharedSubject>();
  for (const feed of feeds) {
    const asked = feed.kind !== 'subscriptions';
    for (const subject of subjectsOf(feed)) {
      (asked ? publish : subscribe).add(subject);
      if (isOwn(feed)) continue;
      const account = feed.kind === 'servers' ? options.accounts.system : options.accounts[accountOf(feed)];
      const kind = asked ? 'service' : 'stream';
      const there = nameThere(feed, subject);
      const to = there === subject ? {} : { to: subject };
      shared.set(`${kind} ${account} ${there}`, { kind, account, subject: there, ...to });
    }
  }
  for (const subject of options.watch ?? []) {
    subscribe.add(subject);
    const { application: account } = options.accounts;
    if (!options.tenant) shared.set(`stream ${account} ${subject}`, { kind: 'stream', account, subject });
  }
  // an answer is heard below the inbox prefix
  if (publish.size > 0) subscribe.add(`${options.inboxPrefix}.>`);
  return {
    publish: [...publish].sort(),
    subscribe: [...subscribe].sort(),
    shared: [...shared.values()].sort((a, b) => (`${a.account} ${a.subject}` < `${b.account} ${b.subject}` ? -1 : 1)),
  };
}

function isOwn(feed: Feed): boolean {
  return feed.kind !== 'servers' && feed.from === 'own';
}

/** A subject in the account that exports it. */
function nameThere(feed: Feed, subject: string): string {
  const renamed = feed.kind === 'requests' ? feed.renamed : undefined;
  return renamed && subject.startsWith(renamed.here) ? renamed.there + subject.slice(renamed.here.length) : subject;
}

function accountOf({ from }: Exclude<Feed, { kind: 'servers' }>): 'system' | 'units' | 'application' {
  return from === 'own' ? 'system' : from;
}

/**
 * One verb a line, never `$SYS.REQ.SERVER.*.>`: that would hold RELOAD, KICK, LDM and PROFILEZ. Where single servers are
 * asked by their id, `*` stands for PING as well.
 */
function subjectsOf(feed: Feed): readonly string[] {
  if (feed.kind !== 'servers') return feed.subjects;
  if (feed.request === 'PING') return ['$SYS.REQ.SERVER.PING'];
  return [`$SYS.REQ.SERVER.${feed.single ? '*' : 'PING'}.${feed.request}`];
}
