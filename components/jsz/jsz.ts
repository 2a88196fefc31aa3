import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import type { RaftCluster } from '../../protocol/server/js-cluster.ts';
import { textOr } from '../core/element/attributes.ts';
import { formatBytes, formatCount } from '../core/element/format.ts';
import { rawReplies } from '../core/sources/ask.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { factsStyles } from '../core/ui/facts.ts';
import { GridElement, type GridColumn } from '../core/ui/grid-element.ts';
import { renderMeter, renderStats } from '../core/ui/stat.ts';
import { ACCOUNT_COLUMNS, consumerColumns } from './jsz.columns-more.ts';
import { SERVER_COLUMNS } from './jsz.columns-servers.ts';
import { STREAM_COLUMNS } from './jsz.columns.ts';
import { consumers, LagHistory, type ConsumerRow } from './jsz.consumers.ts';
import { renderConsumer, renderStream } from './jsz.detail.ts';
import { streams, type JszServers, type Standing, type StreamRow } from './jsz.model.ts';
import type { OwnJetStream } from './jsz.own.ts';
import { JSZ_OPTIONS, jszSource, type JszData } from './jsz.source.ts';
import { renderSystem, type SummaryRows } from './jsz.summary.ts';
import { styles } from './jsz.styles.ts';
import { accountRows, serverRows, type AccountRow, type ServerRow } from './jsz.system.ts';

type JszRow = StreamRow | ConsumerRow | AccountRow | ServerRow;

const VIEWS = ['streams', 'consumers', 'accounts', 'servers'] as const;
/** What the grid lists. */
export type JszView = (typeof VIEWS)[number];

/** Replies are large: a kilobyte for each stream and consumer of each server. */
const INTERVAL_MS = 10_000;

/** A person has chosen another list. */
export type JszViewChangeEvent = CustomEvent<{
  readonly filter: string;
  readonly sort: string;
  readonly view: JszView;
}>;

/**
 * JetStream of a system: storage against limits, meta group, API; streams, consumers and accounts, each counted once
 * however many servers hold a replica, in the words of its leader. What no leader says is marked. A login that may not ask
 * servers sees its own account.
 *
 * @element nunect-jsz
 * @attr view - what is listed: `streams` (default), `consumers`, `accounts` or `servers`
 * @csspart meta - the meta group
 * @csspart storage - storage of one server
 * @fires nunect-view-change - a person has changed filter, sorting or list; detail `{filter, sort}`, with `view` for a list
 */
export class NunectJsz extends GridElement<JszData, JszRow> {
  static override styles: CSSResultGroup = [GridElement.styles, factsStyles, styles];

  @property(textOr('streams')) view: string = 'streams';

  protected override readonly defaultHeading = 'JetStream';
  protected override readonly hint = 'Asking every server for its JetStream ($SYS.REQ.SERVER.PING.JSZ).';
  protected override readonly rawFeed = 'jsz';
  protected override rowNoun: string = 'streams';
  readonly #lags = new LagHistory();
  readonly #consumerColumns = consumerColumns(this.#lags);
  #rows: { readonly servers: JszServers; readonly all: SummaryRows } | null = null;
  #ownRows: { readonly own: OwnJetStream; readonly rows: readonly StreamRow[] } | null = null;

  protected override get columns(): readonly GridColumn<JszRow>[] {
    const all: Record<JszView, readonly GridColumn<JszRow>[]> = {
      streams: STREAM_COLUMNS,
      consumers: this.#consumerColumns,
      accounts: ACCOUNT_COLUMNS,
      servers: SERVER_COLUMNS,
    };
    return all[this.#view];
  }

  protected override get fileName(): string {
    return `jetstream-${this.#view}`;
  }

  protected override get pollIntervalMs(): number | null {
    return super.pollIntervalMs ?? INTERVAL_MS;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.rowNoun = this.#view;
  }

  protected override sourceKey(): string {
    return this.server;
  }

  protected override createSource(connection: Connection): Source<JszData> {
    return jszSource(connection, this.server);
  }

  protected override snapshotChanged(snapshot: Snapshot<JszData>): void {
    super.snapshotChanged(snapshot);
    const { data } = snapshot;
    if (data?.mode === 'servers') this.#lags.add(this.#all(data.servers).consumers);
  }

  protected override rowsKey(): unknown {
    return `${this.server} ${this.#view}`;
  }

  protected override rowsOf(data: JszData): readonly JszRow[] {
    if (data.mode === 'servers') return this.#all(data.servers)[this.#view];
    return this.#own(data.own);
  }

  protected override rowId(row: JszRow): string {
    return row.id;
  }

  protected override rowClass(row: JszRow): string {
    if (row.kind === 'server') return row.server.missingSince === null ? '' : 'missing';
    if (row.kind === 'account') return row.missingSince === null ? '' : 'missing';
    if (row.trust === 'last') return 'missing';
    // without a leader it is an alarm, which keeps its colour
    return row.trust === 'replica' && row.leader !== null ? 'aged' : '';
  }

  protected override renderSummary(data: JszData): TemplateResult {
    if (data.mode === 'own') return this.#renderOwn(data.own, data.refusal);
    return html`${renderSystem(data.servers, this.#all(data.servers))}
      <div class="views" role="group" aria-label="What is listed">
        ${VIEWS.map(
          (view) =>
            html`<button
              type="button"
              aria-pressed=${view === this.#view ? 'true' : 'false'}
              @click=${() => this.#choose(view)}
            >
              ${view.charAt(0).toUpperCase() + view.slice(1)}
            </button>`,
        )}
      </div>`;
  }

  protected override renderDetail(row: JszRow): unknown {
    if (row.kind === 'stream') return renderStream(row);
    if (row.kind === 'consumer') return renderConsumer(row);
    return super.renderDetail(row);
  }

  protected override rawJson(): Promise<string> {
    const connection = this.activeConnection;
    return connection ? rawReplies(connection, 'jsz', JSZ_OPTIONS) : super.rawJson();
  }

  /** The list that the attribute names, or streams: a wrong word is no reason to show nothing. */
  get #view(): JszView {
    if (this.snapshot.data?.mode === 'own') return 'streams';
    return VIEWS.find((view) => view === this.view) ?? 'streams';
  }

  #choose(view: JszView): void {
    if (view === this.#view) return;
    this.view = view;
    this.sort = '';
    this.filter = '';
    this.dispatchEvent(
      new CustomEvent('nunect-view-change', { detail: { filter: '', sort: '', view } }) satisfies JszViewChangeEvent,
    );
  }

  #all(servers: JszServers): SummaryRows {
    if (this.#rows?.servers === servers) return this.#rows.all;
    const allStreams = streams(servers);
    const allConsumers = consumers(servers);
    const all = {
      streams: allStreams,
      consumers: allConsumers,
      accounts: accountRows(servers, allStreams, allConsumers),
      servers: serverRows(servers),
    };
    this.#rows = { servers, all };
    return all;
  }

  #own(own: OwnJetStream): readonly StreamRow[] {
    if (this.#ownRows?.own === own) return this.#ownRows.rows;
    const rows = (own.streams ?? []).map((stream): StreamRow => ({
      kind: 'stream',
      id: stream.name,
      account: 'own',
      domain: own.account.domain,
      stream,
      rateIn: null,
      ...ownStanding(stream.cluster),
      receivedAt: own.receivedAt,
    }));
    this.#ownRows = { own, rows };
    return rows;
  }

  #renderOwn(
    { account, streams: listed, missing, total, streamsTrouble }: OwnJetStream,
    refusal: string,
  ): TemplateResult {
    return html`<p class="note">
        This login sees its own account only. ${refusal} A login of the system account shows every account, consumers
        and servers (<code>npx nunect permissions nunect-jsz</code> prints what it needs).
      </p>
      ${renderStats('JetStream of this account', [
        { label: 'Streams', value: formatCount(account.streams), more: mostWords(account.maxStreams) },
        { label: 'Consumers', value: formatCount(account.consumers), more: mostWords(account.maxConsumers) },
        {
          label: 'File storage',
          value: formatBytes(account.storage),
          more: renderMeter({
            label: 'File storage',
            used: account.storage,
            limit: account.maxStorage,
            format: formatBytes,
          }),
        },
        {
          label: 'Memory',
          value: formatBytes(account.memory),
          more: renderMeter({ label: 'Memory', used: account.memory, limit: account.maxMemory, format: formatBytes }),
        },
        {
          label: 'API requests',
          value: formatCount(account.api.total),
          more: `${formatCount(account.api.errors)} errors`,
        },
      ])}
      ${streamsTrouble === null ? nothing : html`<p class="note caution">Its streams cannot be listed. ${streamsTrouble}</p>`}${
        missing.length > 0
          ? html`<p class="note caution">
              No answer from the leader of:
              ${missing
                .slice(0, 20)
                .map((name) => safeText(name, 64))
                .join(', ')}.
            </p>`
          : nothing
      }${
        listed !== null && total !== null && total > listed.length + missing.length
          ? html`<p class="note caution">${formatCount(listed.length)} of ${formatCount(total)} streams are listed.</p>`
          : nothing
      }`;
  }
}

/** The list is made of the leaders' answers; a stream without one is listed without a leader's name. */
function ownStanding(cluster: RaftCluster | null): Omit<Standing, 'receivedAt'> {
  const leader = cluster?.leader ?? null;
  if (cluster === null || leader !== null)
    return { trust: 'leader', leader, saidBy: leader ?? 'JetStream', note: null };
  return { trust: 'replica', leader, saidBy: 'JetStream', note: 'no leader; figures of a replica' };
}

function mostWords(limit: number | null): string {
  return limit === null ? 'limit unknown' : limit < 0 ? 'no limit' : `of ${formatCount(limit)} allowed`;
}
