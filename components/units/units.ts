import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { age } from '../core/element/age.ts';
import { formatDateTime } from '../core/element/format.ts';
import type { Snapshot, SourceStatus } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import { unitRoster, type UnitRosterData } from '../core/sources/unit-roster.ts';
import { unitSource } from '../core/sources/unit-source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { renderBadge } from '../core/ui/badge.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { historyRemark } from '../core/ui/history-remark.ts';
import { Pace } from '../core/ui/pace.ts';
import { Paging, pagingStyles } from '../core/ui/paging.ts';
import { COLUMNS } from './units.columns.ts';
import { inOrder, summaryOf, viewOf, type Figure, type UnitHeartbeat } from './units.model.ts';
import { styles } from './units.styles.ts';

const DRAW_INTERVAL_MS = 100;

/** More units than this are a table. */
const MOST_CARDS = 12;

/**
 * Every unit that sends heartbeats, and those that the stream OPS remembers but that are silent: state and why, since
 * when, when it was last heard, losses, restarts, clock, round trips, machine. A few are cards, more are a table with
 * sorting and filters, ten thousand of them too. Those in trouble stand first.
 *
 * @element nunect-units
 * @attr unit - id of the one unit to show; all by default
 * @attr view - `cards` or `table`; by default cards up to twelve units
 * @csspart summary - the line that counts the units by state
 * @csspart units - the list of cards
 * @csspart unit - one of them
 * @cssprop [--nunect-units-height=70vh] - height beyond which the cards scroll
 */
export class NunectUnits extends GridElement<UnitRosterData, UnitHeartbeat> {
  static override styles = [GridElement.styles, pagingStyles, styles];

  /** Shows this unit alone. What is no unit id is reported, and nothing is shown. */
  @property() unit: string | null = null;
  @property() view: string | null = null;

  protected override readonly defaultHeading = 'Units';
  protected override readonly noun = 'units';
  protected override readonly hint =
    'A unit appears here with its first heartbeat. To watch a machine, run a guardian on it: nunect-guardian run';
  protected override readonly columns = COLUMNS;
  protected override readonly fileName = 'units';
  protected override readonly rowNoun = 'units';
  /** Once a table, it stays one: a list that changes its looks back and forth cannot be read. */
  #isTable = false;

  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  /** Of the units that are drawn. */
  #beats: ReadonlyMap<string, Beat> = new Map<string, Beat>();
  readonly #paging = new Paging(this);
  #drawnStatus: SourceStatus | null = null;

  protected override createSource(connection: Connection): Source<UnitRosterData> {
    return unitSource(this.unit, (unit) => unitRoster(connection, unit));
  }

  protected override sourceKey(): string {
    return this.unit ?? '';
  }

  protected override snapshotChanged({ status }: Snapshot<UnitRosterData>): void {
    if (status !== this.#drawnStatus) this.#pace.hurry();
    this.#drawnStatus = status;
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.turn();
    await super.scheduleUpdate();
  }

  protected override rowsOf({ units }: UnitRosterData): readonly UnitHeartbeat[] {
    return inOrder(units);
  }

  /** Cards have no filter: all of them are taken away. */
  protected override get shownRows(): readonly UnitHeartbeat[] {
    return this.#showsTable ? super.shownRows : inOrder(this.snapshot.data?.units ?? []);
  }

  /** The heartbeats as they were read. */
  protected override rawJson(): Promise<string> {
    return Promise.resolve(
      JSON.stringify(
        this.shownRows.map(({ value }) => value),
        null,
        2,
      ),
    );
  }

  protected override rowId({ unit }: UnitHeartbeat): string {
    return unit;
  }

  protected override rowClass({ late }: UnitHeartbeat): string {
    return late ? 'aged' : '';
  }

  protected override renderSummary({ units }: UnitRosterData): TemplateResult {
    return html`<p class="line" part="summary">${summaryOf(inOrder(units))}</p>`;
  }

  protected override renderDetail(unit: UnitHeartbeat): TemplateResult {
    return html`<div class="unit detail">${this.#renderFigures(unit)}</div>`;
  }

  protected override renderData(data: UnitRosterData, snapshot: Snapshot<UnitRosterData>): TemplateResult {
    const remark = historyRemark(data.history, 'units');
    const foot = remark === '' ? nothing : html`<p class="units-foot">${remark}</p>`;
    this.#isTable ||= data.units.length > MOST_CARDS;
    return html`${this.#showsTable ? super.renderData(data, snapshot) : this.#renderCards(data.units)}${foot}`;
  }

  get #showsTable(): boolean {
    return this.view === 'table' || (this.#isTable && this.view !== 'cards' && !this.unit);
  }

  #renderCards(units: readonly UnitHeartbeat[]): TemplateResult {
    const sorted = inOrder(units);
    const shown = this.#paging.of(sorted);
    this.#beats = new Map(shown.map((state) => [state.unit, this.#beat(state)]));
    return html`${units.length > 1 ? html`<p class="line" part="summary">${summaryOf(sorted)}</p>` : nothing}
      <ul class="units" part="units" tabindex="0" aria-label="Units, those in trouble first">
        ${repeat(
          shown,
          ({ unit }) => unit,
          (unit) => this.#renderUnit(unit),
        )}
      </ul>
      ${this.#paging.renderMore(shown.length, units.length)}`;
  }

  #renderUnit(state: UnitHeartbeat): TemplateResult {
    const view = viewOf(state);
    return html`<li class="unit ${view.tone}" part="unit">
      <h3>
        <span class="pulse ${this.#beats.get(state.unit)?.name}" aria-hidden="true"></span
        ><span class="name">${state.unit}</span>
        ${renderBadge(view.tone, view.mark, view.words)}
      </h3>
      ${this.#renderFigures(state)}
    </li>`;
  }

  #renderFigures(state: UnitHeartbeat): TemplateResult {
    const view = viewOf(state);
    const { value, receivedAt, late, isRemembered } = state;
    return html`${late ? html`<p class="late">Nothing for ${age(receivedAt)}; it sends ${view.rhythm}.${isRemembered ? ' The stream has this of it.' : ''}</p>` : nothing}
      ${
        view.reasons.length > 0
          ? html`<ul class="reasons">
              ${view.reasons.map((reason) => html`<li>${reason}</li>`)}
            </ul>`
          : nothing
      }
      <dl class="main">
        <div>
          <dt>Last seen</dt>
          <dd title="sent ${formatDateTime(value.ts)} (its clock), ${view.rhythm}">${age(receivedAt)} ago</dd>
        </div>
        ${view.main.map(renderFigure)}
      </dl>
      <dl class="more">${view.more.map(renderFigure)}</dl>`;
  }

  /** With each arrival another one. */
  #beat({ unit, receivedAt }: UnitHeartbeat): Beat {
    const known = this.#beats.get(unit);
    if (known?.at === receivedAt) return known;
    return { at: receivedAt, name: known?.name === 'tick' ? 'tock' : 'tick' };
  }
}

/** When a unit was last heard, and which of two like animations shows it: another name starts it anew. */
interface Beat {
  readonly at: number;
  readonly name: 'tick' | 'tock';
}

function renderFigure({ name, value, beyond }: Figure): TemplateResult {
  const shown = value !== null && beyond ? renderBadge(beyond.tone, beyond.mark, value) : (value ?? 'not measured');
  return html`<div>
    <dt>${name}</dt>
    <dd class=${value === null ? 'none' : ''} title=${beyond?.why ?? nothing}>${shown}</dd>
  </div>`;
}
