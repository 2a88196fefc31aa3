import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { FEEDS } from '../../protocol/access.ts';
import { decodeAccountzReply } from '../../protocol/server/accountz.ts';
import { decodeAccstatzReply } from '../../protocol/server/accstatz.ts';
import { safeText } from '../../protocol/decode.ts';
import { decodeUserInfoReply, type UserInfo } from '../../protocol/server/user-info.ts';
import { formatBytes, formatCount, formatNumber, formatPerSecond, formatTime } from '../core/element/format.ts';
import { askSubject } from '../core/sources/ask.ts';
import { CombinedSource, sideTrouble, type Combined } from '../core/sources/combined.ts';
import { OneServer } from '../core/sources/one-server.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { renderStats } from '../core/ui/stat.ts';
import { AccountChanges } from './accountz.changes.ts';
import { COLUMNS } from './accountz.columns.ts';
import { renderAccount } from './accountz.detail.ts';
import { beginLookup, lookUpAccount, type AccountLookup } from './accountz.lookup.ts';
import { accounts, totalRate, type Account, type AccountzServers, type AccstatzServers } from './accountz.model.ts';
import { styles } from './accountz.styles.ts';

type Data = Combined<AccstatzServers, { readonly list: AccountzServers }>;

const [USER_INFO = ''] = FEEDS.userInfo.subjects;
/** Which accounts there are changes rarely, ms. */
const LIST_INTERVAL_MS = 30_000;
/** How often the account whose detail is open is asked about again, ms. */
const DETAIL_INTERVAL_MS = 15_000;

/**
 * The accounts of a system: connections, leaf nodes, traffic and slow consumers of each, over all servers; limits,
 * imports, exports and JetStream of the one that is looked at; and what has changed while somebody looks on. A login that
 * is not of the system account sees its own account.
 *
 * @element nunect-accountz
 */
export class NunectAccountz extends GridElement<Data, Account> {
  static override styles: CSSResultGroup = [GridElement.styles, styles];

  protected override readonly defaultHeading = 'Accounts';
  protected override readonly hint =
    'Asking every server for the figures of its accounts ($SYS.REQ.ACCOUNT.PING.STATZ).';
  protected override readonly columns = COLUMNS;
  protected override readonly rawFeed = 'accountStatz';
  protected override readonly fileName = 'accounts';
  protected override readonly rowNoun = 'accounts';
  readonly #changes = new AccountChanges();
  #lookup: AccountLookup | null = null;
  #lookupTimer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | null = null;
  #login: UserInfo | null = null;
  #loginAsked: Connection | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopLookup();
  }

  protected override sourceKey(): string {
    return this.server;
  }

  protected override createSource(connection: Connection): Source<Data> {
    const stats = serverPoll(connection, 'accountStatz', decodeAccstatzReply, { include_unused: true });
    const list = serverPoll(connection, 'accountz', decodeAccountzReply);
    return new CombinedSource(this.server ? new OneServer(stats, this.server) : stats, {
      list: { source: list, intervalMs: LIST_INTERVAL_MS },
    });
  }

  protected override rowsOf({ main, sides }: Data): readonly Account[] {
    return accounts(main, this.server ? null : sides.list.data, sides.list.data);
  }

  protected override rowId(row: Account): string {
    return row.id;
  }

  protected override rowClass(row: Account): string {
    return row.servers.length > 0 && row.servers.every((each) => each.missingSince !== null) ? 'missing' : '';
  }

  protected override snapshotChanged(snapshot: Snapshot<Data>): void {
    super.snapshotChanged(snapshot);
    const { data, completeness } = snapshot;
    if (data === null || snapshot.status !== 'live') return;
    const complete = completeness !== null && completeness.missing.length === 0;
    this.#changes.takeAccounts(accounts(data.main, null, null), complete, Date.now());
    if (this.#isTenant(data)) void this.#askLogin();
  }

  protected override renderSummary(data: Data): TemplateResult {
    const all = this.allRows;
    const slow = all.reduce((sum, each) => sum + (each.slowConsumers ?? 0), 0);
    const known = all.some((each) => each.slowConsumers !== null);
    const connections = all.reduce<number | null>(
      (sum, { connections: count }) => (count === null ? sum : (sum ?? 0) + count),
      null,
    );
    return html`${this.#renderTenant(data)}
    ${renderStats('All accounts together', [
      { label: 'Accounts', value: formatCount(all.length) },
      { label: 'Connections', value: formatCount(connections) },
      {
        label: 'From clients',
        value: formatPerSecond(totalRate(all, 'receivedRate', 'msgs'), formatNumber),
        more: formatPerSecond(totalRate(all, 'receivedRate', 'bytes'), formatBytes),
        title: 'Messages and bytes from clients and leaf nodes',
      },
      {
        label: 'To clients',
        value: formatPerSecond(totalRate(all, 'sentRate', 'msgs'), formatNumber),
        more: formatPerSecond(totalRate(all, 'sentRate', 'bytes'), formatBytes),
        title: 'Messages and bytes to clients and leaf nodes',
      },
      {
        label: 'Slow consumers',
        value: formatCount(known ? slow : null),
        more: 'since each start',
        ...(slow > 0 ? { tone: 'warn' as const } : {}),
      },
    ])}
    ${this.#renderChanges()}`;
  }

  protected override detailHeading(row: Account): string {
    return row.name;
  }

  protected override renderDetail(row: Account): TemplateResult {
    return renderAccount(row, this.#lookup?.id === row.id ? this.#lookup : beginLookup(row.id));
  }

  protected override detailOpened(row: Account): void {
    this.#stopLookup();
    this.#lookup = beginLookup(row.id);
    void this.#ask(row.id);
  }

  protected override detailClosed(): void {
    this.#stopLookup();
    this.#lookup = null;
  }

  async #ask(id: string): Promise<void> {
    const connection = this.activeConnection;
    if (!connection) return;
    const asking = new AbortController();
    this.#asking = asking;
    const lookup = await lookUpAccount(connection, id, asking.signal);
    if (asking.signal.aborted) return;
    // what was read before stays on show, with its age, when it cannot be read again
    const before = this.#lookup;
    this.#lookup =
      lookup.info === null && before?.id === id && before.info !== null
        ? { ...before, trouble: lookup.trouble, jetStreamTrouble: lookup.jetStreamTrouble }
        : lookup;
    if (lookup.info) this.#changes.takeInfo(lookup.info, Date.now());
    this.requestUpdate();
    this.#lookupTimer = setTimeout(() => void this.#ask(id), DETAIL_INTERVAL_MS);
  }

  #stopLookup(): void {
    clearTimeout(this.#lookupTimer);
    this.#asking?.abort();
    this.#asking = null;
  }

  /** The list is refused, and there are figures of one account at the most: the login's own. */
  #isTenant({ main, sides }: Data): boolean {
    if (sides.list.data !== null || sideTrouble(sides.list) === null) return false;
    return new Set(main.flatMap((each) => each.value.accounts.map((stat) => stat.account))).size <= 1;
  }

  async #askLogin(): Promise<void> {
    const connection = this.activeConnection;
    if (!connection || this.#loginAsked === connection) return;
    this.#loginAsked = connection;
    try {
      this.#login = (await askSubject(connection, USER_INFO, decodeUserInfoReply)).data;
    } catch {
      // servers before 2.10 cannot say who the login is: the note does without
      this.#login = null;
    }
    this.requestUpdate();
  }

  #renderTenant(data: Data): TemplateResult | typeof nothing {
    const trouble = sideTrouble(data.sides.list);
    // read before and only old now: the element's own notice says so
    if (trouble === null || data.sides.list.data !== null || data.sides.list.status === 'no-connection') return nothing;
    if (!this.#isTenant(data))
      return html`<p class="tenant">Which one is the system account is not known. ${trouble}</p>`;
    const { user = null, account = null, accountName = null } = this.#login ?? {};
    const who = user === null ? nothing : html` You are <strong>${safeText(user, 80)}</strong>`;
    const of = account === null ? nothing : html` of account <strong>${safeText(accountName ?? account, 80)}</strong>`;
    return html`<p class="tenant">
      This login sees its own account only.${who}${who === nothing ? nothing : of}${who === nothing ? nothing : '.'} A
      login of the system account shows all of them, with limits, imports and exports; so does one whose account imports
      <code>$SYS.REQ.ACCOUNT.PING.STATZ</code> and <code>$SYS.REQ.SERVER.PING.ACCOUNTZ</code> from it.
    </p>`;
  }

  #renderChanges(): TemplateResult | typeof nothing {
    const { list } = this.#changes;
    if (list.length === 0) return nothing;
    return html`<details class="changes">
      <summary>
        ${formatCount(list.length)} ${list.length === 1 ? 'change' : 'changes'} seen since this page opened
      </summary>
      <ol>
        ${list.map(
          (each) =>
            html`<li>
              <time>${formatTime(each.at)}</time>
              <strong>${safeText(each.account, 80)}</strong> ${safeText(each.words, 400)}
            </li>`,
        )}
      </ol>
    </details>`;
  }
}
