import { html, nothing, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { textOr } from '../core/element/attributes.ts';
import { intervalMs } from '../core/element/interval.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { rawReplies } from '../core/sources/ask.ts';
import { sideTrouble } from '../core/sources/combined.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { ToolsMenu, toolsStyles } from '../core/ui/tools-menu.ts';
import { layoutOf, type Layout } from './topology.layout.ts';
import { topologyOf, type Topology } from './topology.model.ts';
import { orderOf, renderPicture } from './topology.picture.ts';
import { topologySource, type TopologyData } from './topology.source.ts';
import { styles } from './topology.styles.ts';
import { exportTopology, nodesOf, renderTables } from './topology.tables.ts';
import { unnamedLeaves, unnamedWords } from './topology.unnamed.ts';
import { linkName, linkPairs, nameOf, nodePairs } from './topology.words.ts';

export type TopologyView = 'picture' | 'table';

/** A person has chosen picture or table. */
export type TopologyViewChangeEvent = CustomEvent<{ readonly view: TopologyView }>;

const ZOOMS = [0.5, 0.75, 1, 1.5, 2] as const;

/**
 * Clusters, servers, routes, gateways and leaves as a picture: as wide as their traffic, coloured and dashed by state. A
 * server that stopped answering stays, a route that one side alone tells of is marked, and so is a gateway that is
 * configured and down. The same as a table.
 *
 * @element nunect-topology
 * @attr view - `picture` (default) or `table`
 * @attr interval - seconds from one request to the next, at least 1; 5 by default
 * @csspart picture - the picture
 * @csspart tables - the tables
 * @csspart unnamed - how many leaves have no name, where there are any
 * @csspart detail - what there is to say of one server or link
 * @cssprop [--nunect-topology-height=640px] - most height of the picture, which scrolls
 * @fires nunect-view-change - a person has chosen picture or table; detail `{view}`
 */
export class NunectTopology extends NunectElement<TopologyData> {
  static override styles = [NunectElement.styles, toolsStyles, styles];

  @property(textOr('picture')) view: TopologyView = 'picture';
  @property({ type: Number }) interval = 5;

  protected override readonly defaultHeading = 'Topology';
  protected override readonly hint = 'Asking who is there ($SYS.REQ.SERVER.PING).';
  readonly #tools = new ToolsMenu(this, {
    name: () => 'topology',
    table: () => this.#topology && exportTopology(this.#topology),
    raw: () =>
      this.#asked
        ? rawReplies(this.#asked, 'routez')
        : Promise.reject(new Error('There is no connection to ask through.')),
  });
  readonly #resized = new ResizeObserver(([entry]) => this.#measured(entry?.contentRect.width ?? 0));
  #width = 0;
  #zoom = 2;
  #selected: string | null = null;
  #stop: string | null = null;
  #topology: Topology | null = null;
  #of: TopologyData | null = null;
  #asked: Connection | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override get pollIntervalMs(): number {
    return intervalMs(this.interval, 5);
  }

  protected override createSource(connection: Connection): Source<TopologyData> {
    this.#asked = connection;
    return topologySource(connection);
  }

  protected override renderControls(): TemplateResult {
    const button = (view: TopologyView, label: string): TemplateResult =>
      html`<button type="button" aria-pressed=${this.#view === view} @click=${() => this.#choose(view)}>
        ${label}
      </button>`;
    return html`<span class="switch" role="group" aria-label="How it is shown"
        >${button('picture', 'Picture')}${button('table', 'Table')}</span
      >${this.#tools.renderButton()}`;
  }

  protected override renderData(data: TopologyData, snapshot: Snapshot<TopologyData>): TemplateResult {
    if (data !== this.#of || !this.#topology) this.#topology = topologyOf(data);
    this.#of = data;
    const topology = this.#topology;
    return html`${this.#view === 'table' ? renderTables(topology) : this.#renderPicture(topology)}
    ${this.#renderAbout(topology)}${renderNotes(data, snapshot)}${this.#tools.renderPanel()}`;
  }

  get #view(): TopologyView {
    return this.view === 'table' ? 'table' : 'picture';
  }

  #renderPicture(topology: Topology): TemplateResult | typeof nothing {
    if (this.#width === 0) return nothing;
    const layout = layoutOf(topology, this.#width);
    const order = orderOf(layout);
    const stop = this.#stop !== null && order.includes(this.#stop) ? this.#stop : (order[0] ?? null);
    return html`${this.#renderBar()}
    ${renderPicture(
      layout,
      { selected: this.#selected, stop, zoom: ZOOMS[this.#zoom] ?? 1 },
      {
        open: (id) => this.#open(id),
        move: (from, step) => this.#move(layout, from, step),
      },
    )}`;
  }

  #renderBar(): TemplateResult {
    const sample = (className: string, words: string): TemplateResult =>
      html`<span
        ><svg class="link ${className}" viewBox="0 0 30 12" aria-hidden="true">
          ${svg`<path class="line" d="M2 6L28 6" />`}</svg
        >${words}</span
      >`;
    return html`<div class="bar">
      <span class="legend"
        >${sample('up w2', 'up, wider with traffic')}${sample('leaf up w1', 'leaf')}${sample('part', 'in part')}${sample(
          'down',
          'down',
        )}${sample('unknown', 'unknown')}</span
      >
      <span class="zoom" role="group" aria-label="Size">
        <button
          type="button"
          aria-label="Smaller"
          ?disabled=${this.#zoom === 0}
          @click=${() => this.#resize(this.#zoom - 1)}
        >
          −
        </button>
        <button type="button" @click=${() => this.#resize(2)}>Fit</button>
        <button
          type="button"
          aria-label="Larger"
          ?disabled=${this.#zoom === ZOOMS.length - 1}
          @click=${() => this.#resize(this.#zoom + 1)}
        >
          +
        </button>
      </span>
    </div>`;
  }

  #renderAbout(topology: Topology): TemplateResult | typeof nothing {
    const node = nodesOf(topology).find(({ id }) => id === this.#selected);
    const link = topology.links.find(({ id }) => id === this.#selected);
    const pairs = node ? nodePairs(node) : link ? linkPairs(link) : null;
    if (!pairs) return nothing;
    return html`<section class="about" part="detail" role="status">
      <header>
        <h3>${node ? nameOf(node.name) : link ? linkName(link) : ''}</h3>
        <button type="button" @click=${() => this.#open(null)}>Close</button>
      </header>
      <dl>
        ${pairs.map(
          ([term, value]) =>
            html`<div>
              <dt>${term}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </section>`;
  }

  #open(id: string | null): void {
    const before = this.#selected;
    this.#selected = id === before ? null : id;
    this.#stop = id ?? before ?? this.#stop;
    this.requestUpdate();
    // the button that closed it is gone
    if (id === null) void this.#focusStop();
  }

  #move(layout: Layout, from: string, step: 'next' | 'previous' | 'first' | 'last'): void {
    const order = orderOf(layout);
    const place = order.indexOf(from);
    const to = { next: place + 1, previous: place - 1, first: 0, last: order.length - 1 }[step];
    this.#stop = order[Math.max(0, Math.min(order.length - 1, to))] ?? null;
    this.requestUpdate();
    void this.#focusStop();
  }

  async #focusStop(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<SVGElement>('.picture [tabindex="0"]')?.focus();
  }

  #resize(zoom: number): void {
    this.#zoom = Math.max(0, Math.min(ZOOMS.length - 1, zoom));
    this.requestUpdate();
  }

  #measured(width: number): void {
    // frame and padding
    const room = Math.max(0, Math.round(width) - 28);
    if (room === this.#width) return;
    this.#width = room;
    // in the observer's own turn another size would be one change too many
    requestAnimationFrame(() => this.requestUpdate());
  }

  #choose(view: TopologyView): void {
    if (view === this.#view) return;
    this.view = view;
    this.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { view } }) satisfies TopologyViewChangeEvent);
  }
}

/** Feeds that say nothing: their links are unknown, not absent. */
function renderNotes(data: TopologyData, { status }: Snapshot<TopologyData>): TemplateResult[] {
  const { sides } = data;
  const unnamed = unnamedWords(unnamedLeaves(data));
  const said = unnamed === null ? [] : [html`<p class="note quiet" part="unnamed">${unnamed}</p>`];
  // the banner has said why for all of them, and the picture is the last that was known
  if (status === 'stale') return said;
  const feeds = [
    ['Routes are not known.', sides.routez],
    ['Gateways are not known.', sides.gatewayz],
    ['Leaves are not known.', sides.leafz],
    ['Which gateways are configured is not known.', sides.configured],
  ] as const;
  const troubles = feeds.flatMap(([words, snapshot]) => {
    const why = sideTrouble(snapshot);
    return why === null ? [] : [html`<p class="note">${words} ${why}</p>`];
  });
  return [...said, ...troubles];
}
