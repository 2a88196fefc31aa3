import type { AccountInfo, AccountLimits } from '../../protocol/server/account-info.ts';

/** Something that became different while somebody looked on. */
export interface AccountChange {
  /** When it was seen, ms since the epoch: it happened between this reading and the one before. */
  readonly at: number;
  readonly account: string;
  readonly words: string;
}

/** Newest changes that are kept. */
const MOST_CHANGES = 200;

/** Compares each reading with the one before. What was never read cannot have changed. */
export class AccountChanges {
  #list: readonly AccountChange[] = [];
  #names: ReadonlyMap<string, string> | null = null;
  readonly #infos = new Map<string, AccountInfo>();

  /** Newest first. */
  get list(): readonly AccountChange[] {
    return this.#list;
  }

  /**
   * Takes which accounts there are.
   *
   * @param complete every server that is known has answered: only then can an account be gone
   */
  takeAccounts(
    accounts: readonly { readonly id: string; readonly name: string }[],
    complete: boolean,
    at: number,
  ): void {
    const before = this.#names;
    const now = new Map(accounts.map((each) => [each.id, each.name]));
    if (before) {
      for (const [id, name] of now) if (!before.has(id)) this.#add(at, name, 'is new');
      for (const [id, name] of before) {
        if (now.has(id)) continue;
        if (complete) this.#add(at, name, 'is gone');
        else now.set(id, name);
      }
    }
    this.#names = now;
  }

  /** Takes what a server says of one account. */
  takeInfo(info: AccountInfo, at: number): void {
    const before = this.#infos.get(info.account);
    this.#infos.set(info.account, info);
    if (before) for (const words of differences(before, info)) this.#add(at, info.name ?? info.account, words);
  }

  #add(at: number, account: string, words: string): void {
    this.#list = [{ at, account, words }, ...this.#list].slice(0, MOST_CHANGES);
  }
}

const LIMITS: Readonly<Record<Exclude<keyof AccountLimits, 'isTiered'>, string>> = {
  connections: 'connections',
  leafnodes: 'leaf nodes',
  subscriptions: 'subscriptions',
  payload: 'bytes of a message',
  imports: 'imports',
  exports: 'exports',
  memoryStorage: 'bytes in memory',
  diskStorage: 'bytes on disk',
  streams: 'streams',
  consumers: 'consumers',
  maxAckPending: 'unacknowledged messages',
};

/** What is different in an account, in words. */
export function differences(before: AccountInfo, now: AccountInfo): readonly string[] {
  const words: string[] = [];
  for (const [key, label] of Object.entries(LIMITS) as [keyof typeof LIMITS, string][]) {
    const [was, is] = [before.limits?.[key] ?? null, now.limits?.[key] ?? null];
    // servers of another version say less: what one of them does not say has not changed
    if (was !== null && is !== null && was !== is)
      words.push(`limit of ${label}: ${limitWords(was)} → ${limitWords(is)}`);
  }
  const imports = (info: AccountInfo): string[] =>
    info.imports.map((each) => `${each.kind ?? 'import'} ${each.subject} from ${each.from ?? '–'} as ${each.local}`);
  const exports = (info: AccountInfo): string[] =>
    info.exports.map(
      (each) =>
        `${each.kind ?? 'export'} ${each.subject}${each.approved.length > 0 ? ` to ${each.approved.join(', ')}` : ''}`,
    );
  words.push(...listed('import', imports(before), imports(now)), ...listed('export', exports(before), exports(now)));
  words.push(...listed('mapping', before.mappings, now.mappings));
  if (before.jetstream !== null && now.jetstream !== null && before.jetstream !== now.jetstream)
    words.push(now.jetstream ? 'JetStream was switched on' : 'JetStream was switched off');
  if (before.expired !== null && now.expired !== null && before.expired !== now.expired)
    words.push(now.expired ? 'has expired' : 'is valid again');
  if (before.revoked !== now.revoked) words.push(`revoked users: ${before.revoked} → ${now.revoked}`);
  return words;
}

function listed(noun: string, before: readonly string[], now: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(now)];
  return [
    ...[...is].filter((each) => !was.has(each)).map((each) => `new ${noun}: ${each}`),
    ...[...was].filter((each) => !is.has(each)).map((each) => `${noun} gone: ${each}`),
  ];
}

function limitWords(value: number): string {
  return value < 0 ? 'none' : String(value);
}
