import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { age } from '../core/element/age.ts';
import { formatDateTime } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { Snapshot, SourceStatus } from '../core/sources/snapshot.ts';
import { heartbeatFeed } from '../core/sources/heartbeats.ts';
import type { Source } from '../core/sources/source.ts';
import { unitSource } from '../core/sources/unit-source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { badge, renderBadge } from '../core/ui/badge.ts';
import { Pace } from '../core/ui/pace.ts';
import { Paging, pagingStyles } from '../core/ui/paging.ts';
import { inOrder, summaryOf, viewOf, type Figure, type UnitHeartbeat } from './units.model.ts';

import { styles } from './units.styles.ts';

const DRAW_INTERVAL_MS = 100;

/**
 * Every unit that sends heartbeats: its state and why, when it was last heard, its round trips, its clock, its machine.
 * Those in trouble stand first; of many, the others are drawn on demand.
 *
 * @element nunect-units
 * @attr unit - id of the one unit to show; all by default
 * @csspart summary - the line that counts the units by state
 * @csspart units - the list
 * @csspart unit - one of them
 * @cssprop [--nunect-units-height=70vh] - height beyond which the list scrolls
 */
export class NunectUnits extends NunectElement<readonly UnitHeartbeat[]> {
  static override styles = [NunectElement.styles, badge, pagingStyles, styles];

  /** Shows this unit alone. What is no unit id is reported, and nothing is shown. */
  @property() unit: string | null = null;

  protected override readonly defaultHeading = 'Units';
  protected override readonly noun = 'units';
  protected override readonly hint =
    'A unit appears here with its first heartbeat. To watch a machine, run a guardian on it: nunect-guardian run';

  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  /** Of the units that are drawn. */
  #beats: ReadonlyMap<string, Beat> = new Map<string, Beat>();
  readonly #paging = new Paging(this);
  #drawnStatus: SourceStatus | null = null;

  protected override createSource(connection: Connection): Source<readonly UnitHeartbeat[]> {
    return unitSource(this.unit, (unit) => heartbeatFeed(connection, unit));
  }

  protected override sourceKey(): string {
    return this.unit ?? '';
  }

  protected override snapshotChanged({ status }: Snapshot<readonly UnitHeartbeat[]>): void {
    if (status !== this.#drawnStatus) this.#pace.hurry();
    this.#drawnStatus = status;
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.turn();
    await super.scheduleUpdate();
  }

  protected override renderData(units: readonly UnitHeartbeat[]): TemplateResult {
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
    const { value } = state;
    return html`<li class="unit ${view.tone}" part="unit">
      <h3>
        <span class="pulse ${this.#beats.get(state.unit)?.name}" aria-hidden="true"></span
        ><span class="name">${state.unit}</span>
        ${renderBadge(view.tone, view.mark, view.words)}
      </h3>
      ${state.late ? html`<p class="late">Nothing for ${age(state.receivedAt)}; it sends ${view.rhythm}.</p>` : nothing}
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
          <dd title="sent ${formatDateTime(value.ts)} (its clock), ${view.rhythm}">${age(state.receivedAt)} ago</dd>
        </div>
        ${view.main.map(renderFigure)}
      </dl>
      <dl class="more">${view.more.map(renderFigure)}</dl>
    </li>`;
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

function renderFigure({ name, value }: Figure): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd class=${value === null ? 'none' : ''}>${value ?? 'not measured'}</dd>
  </div>`;
}
