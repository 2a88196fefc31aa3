import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ConnSubscription, ConnzState } from '../../protocol/server/connz.ts';
import { textOr } from '../core/element/attributes.ts';
import { age } from '../core/element/age.ts';
import { formatAge, formatCount, UNKNOWN } from '../core/element/format.ts';
import {
  connectionsSource,
  type ConnectionsData,
  type ConnectionsSource,
  type ConnRow,
  type OnScreen,
} from '../core/sources/connections.ts';
import { serverOrder } from '../core/sources/connections-lookups.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { DetailAsk, detailAskStyles } from '../core/ui/detail-ask.ts';
import { GridElement, type GridColumn } from '../core/ui/grid-element.ts';
import { connzColumns } from './connz.columns.ts';
import { renderConnection, renderSubscriptions } from './connz.detail.ts';
import { readState, summarise } from './connz.model.ts';
import { styles } from './connz.styles.ts';

const USUAL_INTERVAL_MS = 2_000;
/** So many single lookups a server bears at each interval, however short. */
const FEW_ROWS = 15;

/**
 * Connections of every server: who, from where, how much, how fast. Open ones, or closed ones with the reason. All of
 * them are in the list, however many; those on screen are read again at each interval, all of them every half minute,
 * and who comes or goes is told at once.
 *
 * With a login that no server answers it shows the connections of the login's own account, and says so.
 *
 * @element nunect-connz
 * @attr state - `open` (default), `closed` or `any`
 * @attr account - connections of this account only: the servers leave the others out
 * @attr sort - columns to sort by; a server's own sortings have its names: `cid`, `start`, `subs`, `pending`, `msgs_to`, `msgs_from`, `bytes_to`, `bytes_from`, `last`, `idle`, `uptime`, `stop`, `reason`, `rtt`
 * @attr interval - seconds from one reading of the rows on screen to the next, at least 1; 2 by default
 * @fires nunect-view-change - a person has changed filter, sorting or state; detail `{filter, sort, state}`
 */
export class NunectConnz extends GridElement<ConnectionsData, ConnRow> {
  static override styles = [GridElement.styles, detailAskStyles, styles];

  @property(textOr('open')) state = 'open';
  @property(textOr('')) account = '';

  protected override readonly hint = 'Asking each server for its connections ($SYS.REQ.SERVER.*.CONNZ).';
  protected override readonly fileName = 'connections';
  protected override readonly rawFeed = 'connz';
  protected override readonly rowNoun = 'connections';
  #source: ConnectionsSource | null = null;
  #fresh: ReadonlyMap<string, ConnRow> = new Map();
  #missing: ReadonlySet<string> = new Set();
  #isOneServer = true;
  #columns: { readonly state: ConnzState; readonly list: readonly GridColumn<ConnRow>[] } | null = null;
  readonly #subscriptions = new DetailAsk<{ readonly list: readonly ConnSubscription[] | null }>(() =>
    this.requestUpdate(),
  );

  protected override get defaultHeading(): string {
    return { open: 'Connections', closed: 'Closed connections', any: 'Connections, open and closed' }[this.#state];
  }

  protected override get pollIntervalMs(): number {
    return super.pollIntervalMs ?? USUAL_INTERVAL_MS;
  }

  protected override get columns(): readonly GridColumn<ConnRow>[] {
    if (this.#columns?.state !== this.#state)
      this.#columns = { state: this.#state, list: connzColumns(this.#state, (row) => this.#latest(row)) };
    return this.#columns.list;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#source?.watch(this, null);
    this.#source = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('sort')) this.#source?.prefer(this.sort);
  }

  protected override sourceKey(): string {
    return JSON.stringify([this.#state, this.account, this.server]);
  }

  protected override createSource(connection: Connection): Source<ConnectionsData> {
    this.#source?.watch(this, null);
    const query = { state: this.#state, account: this.account, server: this.server };
    this.#source = connectionsSource(connection, query);
    this.#source.prefer(this.sort);
    return this.#source;
  }

  protected override snapshotChanged({ data }: Snapshot<ConnectionsData>): void {
    if (!data) return;
    this.#fresh = data.fresh;
    this.#missing = data.missing;
    this.#isOneServer = data.parts.length === 1;
  }

  protected override isEmpty({ rows, parts }: ConnectionsData): boolean {
    return rows.length === 0 && parts.every((each) => each.snapshotAt !== null);
  }

  protected override rowsOf({ rows }: ConnectionsData): readonly ConnRow[] {
    return rows;
  }

  protected override rowId({ key }: ConnRow): string {
    return key;
  }

  protected override rowClass({ server }: ConnRow): string {
    return this.#missing.has(server.id) ? 'aged' : '';
  }

  protected override visibleRows(rows: readonly ConnRow[]): void {
    const keys = rows.map((row) => row.key);
    const open = this.openRow;
    if (open && !keys.includes(open.key)) keys.push(open.key);
    this.#source?.watch(this, { keys, page: this.#pageOf(rows) });
  }

  protected override renderControls(): TemplateResult | typeof nothing {
    return html`<span class="connz-controls"
      ><select aria-label="State of the connections" @change=${this.#choose}>
        ${(['open', 'closed', 'any'] as const).map(
          (each) => html`<option value=${each} ?selected=${each === this.#state}>${each}</option>`,
        )}
      </select>
      ${super.renderControls()}</span
    >`;
  }

  protected override renderSummary(data: ConnectionsData, { status }: Snapshot<ConnectionsData>): TemplateResult {
    const { total, held, answering, known, snapshotAt, gaps } = summarise(data);
    const ofSystem = data.scope === 'system';
    return html`<p class="connz-line">
        <span><strong>${total === null ? UNKNOWN : formatCount(total)}</strong> ${this.#noun(total)}</span>
        <span>on ${formatCount(answering)} of ${formatCount(known)} ${known === 1 ? 'server' : 'servers'}</span>
        ${answering < known ? html`<span>${formatCount(held)} in the list, old ones too</span>` : nothing}
        <span>${snapshotAt === null ? 'the whole list is on its way' : html`all read ${age(snapshotAt)} ago`}</span>
        ${
          data.lookups > 0 && status === 'live'
            ? html`<span>${formatCount(data.lookups)} on screen read every ${formatAge(this.pollIntervalMs)}</span>`
            : nothing
        }
      </p>
      ${gaps.map((each) => html`<p class="connz-note warn" role="status">${each}</p>`)}
      ${
        ofSystem
          ? nothing
          : html`<p class="connz-note warn">
              Only connections of this login’s own account are seen. A login of the system account shows all, or one
              whose account imports what <code>npx nunect permissions nunect-connz</code> prints.
            </p>`
      }
      ${
        ofSystem && !data.isFollowed && status === 'live'
          ? html`<p class="connz-note">
              Who comes and goes shows with the next whole list: this login does not hear $SYS.ACCOUNT.*.CONNECT and
              DISCONNECT.
            </p>`
          : nothing
      }`;
  }

  protected override detailHeading({ info }: ConnRow): string {
    return info.name || `Connection ${info.cid}`;
  }

  protected override detailOpened(row: ConnRow): void {
    this.visibleRows([row]);
  }

  protected override renderDetail(row: ConnRow): unknown {
    const latest = this.#latest(row);
    const source = this.#source;
    const isOpen = latest.info.stop === null;
    return html`${renderConnection(latest, this.#missing.has(row.server.id))}
    ${
      isOpen
        ? this.#subscriptions.render(
            row.key,
            'Its subscriptions',
            ({ list }) => renderSubscriptions(list),
            source && (async () => ({ list: (await source.subscriptions(row))?.list ?? null })),
          )
        : nothing
    }`;
  }

  get #state(): ConnzState {
    return readState(this.state);
  }

  #noun(count: number | null): string {
    const words = count === 1 ? 'connection' : 'connections';
    return this.#state === 'any' ? words : `${this.#state} ${words}`;
  }

  #latest(row: ConnRow): ConnRow {
    return this.#fresh.get(row.key) ?? row;
  }

  /** Where the rows on screen stand in their server's own order, if they do. */
  #pageOf(rows: readonly ConnRow[]): OnScreen['page'] {
    const [first] = rows;
    // few rows are looked up one by one, whatever their order
    if (!first || rows.length < FEW_ROWS || !this.#isOneServer || this.filter.trim() !== '') return null;
    const sort = serverOrder(this.sort, first.server.version);
    return sort === null ? null : { sort, offset: Math.max(0, this.shownRows.indexOf(first)) };
  }

  readonly #choose = (event: Event): void => {
    this.state = (event.target as HTMLSelectElement).value;
    const { filter, sort, state } = this;
    this.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { filter, sort, state } }));
  };
}
