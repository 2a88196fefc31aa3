import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { decodeHealthzReply, type HealthzOptions } from '../../protocol/server/healthz.ts';
import { age } from '../core/element/age.ts';
import { formatCount } from '../core/element/format.ts';
import { rawReplies } from '../core/sources/ask.ts';
import { OneServer } from '../core/sources/one-server.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { renderBadge } from '../core/ui/badge.ts';
import { GridElement, type GridColumn } from '../core/ui/grid-element.ts';
import {
  countStates,
  healthRows,
  reason,
  type HealthRow,
  type HealthState,
  type HealthzServers,
} from './healthz.model.ts';
import { styles } from './healthz.styles.ts';

/** Each poll that finds a fault writes a line to that server's log: asked every second, it would fill it. */
const INTERVAL_MS = 10_000;
/** Lamps that are drawn; of more servers those that are not well are. */
const MOST_LAMPS = 60;

const LOOKS: Record<HealthState, readonly [tone: string, mark: string]> = {
  ok: ['good', '✓'],
  'not ok': ['bad', '✕'],
  unknown: ['warn', '?'],
};

const COLUMNS: readonly GridColumn<HealthRow>[] = [
  { id: 'server', label: 'Server', priority: 1, value: ({ name }) => name, cell: ({ name }) => safeText(name, 120) },
  {
    id: 'health',
    label: 'Health',
    priority: 1,
    width: '104px',
    value: ({ state }) => state,
    cell: ({ state }) => renderBadge(...LOOKS[state], state),
  },
  {
    id: 'reason',
    label: 'Reason',
    priority: 1,
    width: 'minmax(180px, 4fr)',
    value: (row) => safeText(reason(row), 400),
    cell: (row) => html`<span title=${safeText(reason(row), 400)}>${safeText(reason(row), 400)}</span>`,
  },
  {
    id: 'faults',
    label: 'Faults',
    align: 'end',
    value: ({ faults, state }) => (state === 'unknown' ? null : faults.length),
  },
  {
    id: 'missing',
    label: 'Silent for',
    title: 'Since when it has not answered',
    width: 'minmax(96px, 1fr)',
    value: ({ missingSince }) => missingSince,
    cell: ({ missingSince, health }) => (missingSince !== null ? age(missingSince) : health ? 'answers' : 'always'),
  },
  {
    id: 'cluster',
    label: 'Cluster',
    priority: 3,
    width: 'minmax(84px, 1fr)',
    value: ({ cluster }) => (cluster === null ? null : safeText(cluster, 80)),
  },
  {
    id: 'version',
    label: 'Version',
    priority: 3,
    width: '92px',
    value: ({ version }) => (version === null ? null : safeText(version, 32)),
  },
];

/**
 * Whether each server holds itself to be well, and why not. A server that does not answer is neither: its health is
 * unknown.
 *
 * @element nunect-healthz
 * @attr js-enabled-only - asks only whether JetStream is on
 * @attr js-server-only - asks of JetStream as such, without its streams and consumers
 * @csspart verdict - all servers in a line
 */
export class NunectHealthz extends GridElement<HealthzServers, HealthRow> {
  static override styles: CSSResultGroup = [GridElement.styles, styles];

  @property({ type: Boolean, attribute: 'js-enabled-only' }) jsEnabledOnly = false;
  @property({ type: Boolean, attribute: 'js-server-only' }) jsServerOnly = false;

  protected override readonly defaultHeading = 'Health';
  protected override readonly hint = 'Asking every server for its health ($SYS.REQ.SERVER.PING.HEALTHZ).';
  protected override readonly columns = COLUMNS;
  protected override readonly fileName = 'healthz';
  protected override readonly rawFeed = 'healthz';
  protected override readonly rowNoun = 'servers';

  protected override get pollIntervalMs(): number | null {
    return super.pollIntervalMs ?? INTERVAL_MS;
  }

  get #options(): HealthzOptions {
    return {
      details: true,
      ...(this.jsEnabledOnly ? { 'js-enabled-only': true } : {}),
      ...(this.jsServerOnly ? { 'js-server-only': true } : {}),
    };
  }

  protected override sourceKey(): string {
    return `${this.server} ${JSON.stringify(this.#options)}`;
  }

  protected override createSource(connection: Connection): Source<HealthzServers> {
    const all = serverPoll(connection, 'healthz', decodeHealthzReply, this.#options);
    return this.server ? new OneServer(all, this.server) : all;
  }

  protected override rowsOf(data: HealthzServers, { completeness }: Snapshot<HealthzServers>): readonly HealthRow[] {
    return healthRows(data, completeness?.missing ?? []);
  }

  /** Who is missing is no part of the data. */
  protected override rowsKey(): unknown {
    return `${this.server} ${this.snapshot.completeness?.missing.join(' ') ?? ''}`;
  }

  protected override rowId({ name }: HealthRow): string {
    return name;
  }

  protected override rowClass({ state }: HealthRow): string {
    return state === 'unknown' ? 'missing' : '';
  }

  protected override renderSummary(data: HealthzServers, snapshot: Snapshot<HealthzServers>): TemplateResult {
    const rows = this.rowsOf(data, snapshot);
    const counts = countStates(rows);
    const tone = counts['not ok'] > 0 ? 'bad' : counts.unknown > 0 ? 'warn' : '';
    const lamps = rows.length <= MOST_LAMPS ? rows : rows.filter(({ state }) => state !== 'ok').slice(0, MOST_LAMPS);
    return html`<div class="verdict ${tone}" part="verdict" role="status">
        <strong>${verdict(counts, rows.length)}</strong>
        ${counts.unknown > 0 ? html`<span>${formatCount(counts.unknown)} unknown: no answer</span>` : nothing}
      </div>
      <ul class="lamps" aria-label="Health of each server">
        ${lamps.map(({ name, state }) => html`<li>${renderBadge(...LOOKS[state], `${safeText(name, 48)} ${state}`)}</li>`)}
      </ul>
      <p class="checked">Checked: ${this.#checked()}</p>`;
  }

  protected override renderDetail(row: HealthRow): unknown {
    return html`${
      row.faults.length === 0
        ? nothing
        : html`<h4>${row.state === 'unknown' ? 'Faults that it last told' : 'Faults'}</h4>
            <ul class="faults">
              ${row.faults.map(
                ({ type, account, stream, consumer, error }) =>
                  html`<li>
                    <strong
                      >${safeText([type, account, stream, consumer].filter((word) => word !== null).join(' · ') || 'Server', 200)}</strong
                    >
                    ${safeText(error ?? 'no reason given', 512)}
                  </li>`,
              )}
            </ul>`
    }${super.renderDetail(row)}`;
  }

  protected override rawJson(): Promise<string> {
    const connection = this.activeConnection;
    return connection ? rawReplies(connection, 'healthz', this.#options) : super.rawJson();
  }

  #checked(): string {
    if (this.jsEnabledOnly) return 'only whether JetStream is on.';
    if (this.jsServerOnly) return 'the server, and JetStream as such without its streams and consumers.';
    return 'the server, and every stream and consumer that it holds.';
  }
}

function verdict(counts: Readonly<Record<HealthState, number>>, all: number): string {
  if (counts['not ok'] > 0) return `${formatCount(counts['not ok'])} of ${formatCount(all)} servers not ok`;
  if (counts.unknown > 0) return `${formatCount(counts.ok)} of ${formatCount(all)} servers ok`;
  return all === 1 ? 'The server is ok' : `All ${formatCount(all)} servers are ok`;
}
