import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { adoptStyles } from '../core/element/adopt-styles.ts';
import { rawReplies } from '../core/sources/ask.ts';
import type { VarzServer } from '../core/sources/varz.ts';
import { varzHistory } from '../core/sources/varz-history.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { ServerDetail, serverDetailStyles } from '../core/ui/server-detail.ts';
import { sparkline, sparklineStyles } from '../core/ui/sparkline.ts';
import { exportTable } from '../core/ui/table-export.ts';
import { ToolsMenu, toolsStyles } from '../core/ui/tools-menu.ts';
import { SPANS } from './varz-charts.model.ts';
import { chartsStyles, VarzCharts } from './varz-charts.ts';
import { varzRates } from './varz.model.ts';

/** What the extras need to know of their element. */
export interface ExtrasHost {
  readonly data: () => readonly VarzServer[] | null;
  readonly connection: () => Connection | null;
  /** A person wants to see it otherwise. */
  readonly choose: (view: VarzView, minutes: number) => void;
}

export type VarzView = 'figures' | 'charts';

/** Readings in the little curves. */
const CURVE_LENGTH = 60;

/**
 * What comes after the first figures are on screen, so that they are there sooner: curves, charts, the detail of a
 * server, and the tools.
 */
export class VarzExtras {
  readonly #element: LitElement;
  readonly #host: ExtrasHost;
  readonly #charts: VarzCharts;
  readonly #detail: ServerDetail;
  readonly #tools: ToolsMenu;
  readonly #open = new Set<string>();

  constructor(element: LitElement, host: ExtrasHost) {
    this.#element = element;
    this.#host = host;
    this.#charts = new VarzCharts(element);
    this.#detail = new ServerDetail(() => element.requestUpdate());
    this.#tools = new ToolsMenu(element, {
      name: () => 'varz',
      table: () => {
        const servers = host.data();
        return servers && exportTable(COLUMNS, servers);
      },
      raw: () => {
        const connection = host.connection();
        return connection
          ? rawReplies(connection, 'varz')
          : Promise.reject(new Error('There is no connection to ask through.'));
      },
    });
    adoptStyles(element, [sparklineStyles, serverDetailStyles, ...toolsStyles, ...chartsStyles]);
  }

  renderControls(view: VarzView, minutes: number): TemplateResult {
    const { choose } = this.#host;
    const button = (each: VarzView, label: string): TemplateResult =>
      html`<button type="button" aria-pressed=${view === each} @click=${() => choose(each, minutes)}>${label}</button>`;
    return html`<span class="switch" role="group" aria-label="How the figures are shown"
        >${button('figures', 'Figures')}${button('charts', 'Charts')}</span
      >${
        view === 'charts'
          ? html`<label class="span"
              ><span class="unseen">Time span</span
              ><select
                @change=${(event: Event) => choose(view, Number((event.currentTarget as HTMLSelectElement).value))}
              >
                ${[...new Set([...SPANS, minutes])]
                  .sort((a, b) => a - b)
                  .map((each) => html`<option value=${each} ?selected=${each === minutes}>${each} min</option>`)}
              </select></label
            >`
          : nothing
      }${this.#tools.renderButton()}`;
  }

  renderPanel(): TemplateResult | typeof nothing {
    return this.#tools.renderPanel();
  }

  /** @param end of the time axis, ms since the epoch */
  renderCharts(servers: readonly VarzServer[], minutes: number, end: number): TemplateResult | typeof nothing {
    const connection = this.#host.connection();
    return connection ? this.#charts.render(servers, varzHistory(connection), minutes, end) : nothing;
  }

  /** The course of one figure of one server, small. */
  renderCurve(name: string, figure: 'inMsgs' | 'outMsgs' | 'inBytes' | 'outBytes'): TemplateResult | typeof nothing {
    const connection = this.#host.connection();
    const values = connection && varzHistory(connection).of(name)?.figures[figure];
    if (!values) return nothing;
    const recent = Array.from(values.subarray(-CURVE_LENGTH), (value) => (Number.isNaN(value) ? null : value));
    return sparkline(recent, CURVE_LENGTH);
  }

  /** The button that opens all figures of a server. */
  renderMore({ server: { name } }: VarzServer): TemplateResult {
    const open = this.#open.has(name);
    return html`<button class="all" type="button" aria-expanded=${open} @click=${() => this.#toggle(name)}>
      ${open ? 'Fewer figures' : 'All figures'}
    </button>`;
  }

  renderDetail({ server, value, missingSince }: VarzServer): TemplateResult | typeof nothing {
    if (!this.#open.has(server.name)) return nothing;
    return this.#detail.render(value, this.#host.connection(), missingSince !== null);
  }

  #toggle(name: string): void {
    if (!this.#open.delete(name)) this.#open.add(name);
    this.#element.requestUpdate();
  }
}

function column(id: string, label: string, value: GridColumn<VarzServer>['value']): GridColumn<VarzServer> {
  return { id, label, value };
}

/** What copy and download take: unrounded, in the units that the headings name. */
const COLUMNS: readonly GridColumn<VarzServer>[] = [
  column('name', 'Server', ({ server }) => server.name),
  column('id', 'Id', ({ server }) => server.id),
  column('cluster', 'Cluster', ({ value }) => value.cluster),
  column('version', 'Version', ({ value }) => value.version),
  column('missing_since', 'Missing since', ({ missingSince }) =>
    missingSince === null ? null : new Date(missingSince).toISOString(),
  ),
  column('uptime_s', 'Up for, s', ({ value }) => value.uptimeS),
  column('cpu_percent', 'CPU, % of one processor', ({ value }) => value.cpu),
  column('mem_bytes', 'Memory, bytes', ({ value }) => value.mem),
  column('connections', 'Connections', ({ value }) => value.connections),
  column('subscriptions', 'Subscriptions', ({ value }) => value.subscriptions),
  column('slow_consumers', 'Slow consumers', ({ value }) => value.slowConsumers),
  column('routes', 'Routes', ({ value }) => value.routes),
  column('gateways', 'Gateways', ({ value }) => value.remotes),
  column('leafnodes', 'Leaf nodes', ({ value }) => value.leafnodes),
  ...(['in', 'out'] as const).flatMap((way) => {
    const [msgs, bytes] = way === 'in' ? (['inMsgs', 'inBytes'] as const) : (['outMsgs', 'outBytes'] as const);
    return [
      column(`${way}_msgs`, `Messages ${way}`, ({ value }) => value[msgs]),
      column(`${way}_msgs_per_s`, `Messages ${way}, per second`, (each) => varzRates(each)[msgs]),
      column(`${way}_bytes`, `Bytes ${way}`, ({ value }) => value[bytes]),
      column(`${way}_bytes_per_s`, `Bytes ${way}, per second`, (each) => varzRates(each)[bytes]),
    ];
  }),
];
