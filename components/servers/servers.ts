import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { formatCount, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import { sideTrouble } from '../core/sources/combined.ts';
import { clockOffsets } from '../core/sources/clock-offsets.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { ServerDetail, serverDetailStyles } from '../core/ui/server-detail.ts';
import { renderStats, type Stat } from '../core/ui/stat.ts';
import { boundWords, offsetWords, SERVER_COLUMNS, stateWords } from './servers.columns.ts';
import {
  clockTone,
  serverRows,
  summarise,
  unnamedLeaves,
  type ServerRow,
  type ServersSummary,
} from './servers.model.ts';
import { serversSource, type ServersData } from './servers.source.ts';
import { styles } from './servers.styles.ts';

/**
 * Every server that is known, those that do not answer too: version, uptime, load, rates, health, and how far its clock
 * is from this browser's. The detail of a row is all that the server says of itself.
 *
 * @element nunect-servers
 * @attr interval - seconds from one request to the next, at least 1; 5 by default
 */
export class NunectServers extends GridElement<ServersData, ServerRow> {
  static override styles = [GridElement.styles, serverDetailStyles, styles];

  protected override readonly defaultHeading = 'Servers';
  protected override readonly hint = 'Asking every server for its figures ($SYS.REQ.SERVER.PING.VARZ).';
  protected override readonly columns = SERVER_COLUMNS;
  protected override readonly fileName = 'servers';
  protected override readonly rawFeed = 'varz';
  protected override readonly rowNoun = 'servers';
  readonly #detail = new ServerDetail(() => this.requestUpdate());

  protected override createSource(connection: Connection): Source<ServersData> {
    return serversSource(connection);
  }

  protected override snapshotChanged({ data }: Snapshot<ServersData>): void {
    const connection = this.activeConnection;
    if (!connection || !data) return;
    const offsets = clockOffsets(connection);
    for (const answers of [data.main, data.sides.healthz.data, data.sides.leafz.data]) offsets.take(answers ?? []);
  }

  protected override rowsOf(data: ServersData, snapshot: Snapshot<ServersData>): readonly ServerRow[] {
    const rows = this.#all(data, snapshot);
    return this.server ? rows.filter(({ name }) => name === this.server) : rows;
  }

  protected override rowId({ name }: ServerRow): string {
    return name;
  }

  protected override rowClass({ known, missingSince }: ServerRow): string {
    if (known === 'unheard' || missingSince !== null) return 'missing';
    return known === 'leafz' ? 'aged' : '';
  }

  protected override renderSummary(data: ServersData, snapshot: Snapshot<ServersData>): TemplateResult {
    const summary = summarise(this.#all(data, snapshot));
    const { sides } = data;
    // while all is stale, why is said once, above
    const isStale = snapshot.status === 'stale';
    const health = isStale ? null : sideTrouble(sides.healthz);
    const leaves = isStale ? null : sideTrouble(sides.leafz);
    const unnamed = unnamedLeaves(data);
    const versions = summary.versions.map(({ version, count }) => `${safeText(version, 32)} on ${formatCount(count)}`);
    return html`${renderStats('All servers together', stats(summary))}
    ${note(versions.length > 1 ? `Mixed versions: ${versions.join(', ')}.` : null, true)}
    ${note(health && `Health is not known. ${health}`, true)} ${note(leaves && `Leaves are not known. ${leaves}`, true)}
    ${note(
      summary.toldOf > 0
        ? `${formatCount(summary.toldOf)} ${summary.toldOf === 1 ? 'server is' : 'servers are'} known from leaf connections alone, without figures: bind a second remote of theirs to the system account to have them answer.`
        : null,
    )}
    ${note(
      unnamed > 0
        ? `${formatCount(unnamed)} leaf ${unnamed === 1 ? 'connection comes' : 'connections come'} from servers that are not named (nats-server names them from 2.9.15 on).`
        : null,
    )}`;
  }

  protected override renderDetail(row: ServerRow): unknown {
    if (!row.varz) return html`<p class="unheard-detail">${unheardWords(row)}</p>`;
    const { health } = row;
    return html`${
      health?.ok === false
        ? html`<p class="unwell">Not well, it says: ${safeText(health.reason ?? 'no reason given', 400)}</p>`
        : nothing
    }${this.#detail.render(row.varz, this.activeConnection, row.missingSince !== null)}`;
  }

  #all(data: ServersData, { completeness }: Snapshot<ServersData>): ServerRow[] {
    const connection = this.activeConnection;
    const offsets = connection ? clockOffsets(connection) : null;
    const now = Date.now();
    return serverRows(data, completeness?.missing ?? [], (name) => offsets?.of(name, now) ?? null);
  }
}

function note(words: string | null, warn = false): TemplateResult | typeof nothing {
  return words === null ? nothing : html`<p class="note ${warn ? 'warn' : ''}">${words}</p>`;
}

/** Why a row has no figures, and what to do. */
function unheardWords(row: ServerRow): string {
  if (row.known === 'unheard')
    return 'It answered other requests, but not VARZ: its figures are unknown. It may have just gone, or its account does not let VARZ through.';
  return `Known from LEAFZ alone: ${stateWords(row) ?? ''}. Its figures are unknown. They can be known when it has a second leaf remote that is bound to the system account on both sides.`;
}

function stats(summary: ServersSummary): Stat[] {
  const { answering, known, toldOf, connections, slowConsumers, inMsgs, outMsgs, unwell, unknownHealth, worstOffset } =
    summary;
  const partial =
    answering < known ? `of ${formatCount(answering)} that ${answering === 1 ? 'answers' : 'answer'}` : undefined;
  const more = partial === undefined ? {} : { more: partial };
  return [
    {
      label: 'Servers',
      value: `${formatCount(answering)} of ${formatCount(known)}`,
      more: `${answering === known ? 'all answer' : `${formatCount(known - answering)} missing`}${toldOf > 0 ? `, ${formatCount(toldOf)} without figures` : ''}`,
      tone: answering < known ? 'bad' : 'good',
    },
    {
      label: 'Not well',
      value: formatCount(unwell),
      title: 'Servers that say themselves that they are not well (HEALTHZ)',
      ...(unknownHealth > 0 ? { more: `${formatCount(unknownHealth)} not known` } : {}),
      ...(unwell ? { tone: 'bad' as const } : {}),
    },
    { label: 'Connections', value: formatCount(connections), ...more },
    { label: 'Messages in', value: formatPerSecond(inMsgs), ...more },
    { label: 'Messages out', value: formatPerSecond(outMsgs), ...more },
    {
      label: 'Slow consumers',
      value: formatCount(slowConsumers),
      more: slowConsumers === null ? 'not said' : (partial ?? 'since each start'),
      ...(slowConsumers ? { tone: 'warn' as const } : {}),
    },
    {
      label: 'Worst clock',
      value: worstOffset ? offsetWords(worstOffset.offset.offsetMs) : UNKNOWN,
      title: 'The server whose clock is furthest from this browser’s, and how wrong that figure may be',
      more: worstOffset
        ? `${boundWords(worstOffset.offset.boundMs)}, ${safeText(worstOffset.name, 48)}`
        : 'no server told its time',
      ...(worstOffset && clockTone(worstOffset.offset) !== 'good' ? { tone: clockTone(worstOffset.offset) } : {}),
    },
  ];
}
