import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { safeText } from '../../protocol/decode.ts';
import { checkUnitId } from '../../protocol/unit.ts';
import { age } from '../core/element/age.ts';
import { formatCount } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { FixedSource } from '../core/sources/fixed-source.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { clockScale, scaleLabels } from './clock-scale.ts';
import { scaleStyles } from './clock-scale.styles.ts';
import { ClockDetails } from './clock-details.ts';
import {
  boundWords,
  offsetOf,
  offsetWords,
  qualityWords,
  reasonOf,
  summary,
  toneOf,
  worstFirst,
} from './time-status.model.ts';
import { clockSource, type ClockState } from './time-status.source.ts';
import { styles } from './time-status.styles.ts';

const DEFAULT_BUDGET_MS = 1;
/** Rows drawn at first, and with each “show more”. */
const PAGE = 100;

/**
 * The clock of each unit: what disciplines it, how well and why, how far it is off, and by how much it can be off at
 * most. One unit gets a card, several get rows, the worst first.
 *
 * @element nunect-time-status
 * @attr unit - id of the one unit to show; all by default
 * @attr budget-ms - how far off a clock may be, ms; 1 by default, marked on the scale
 * @csspart clock - all about one unit
 * @csspart quality - the chip with source and quality
 * @csspart offset - the offset in words
 * @csspart bound - the error bound in words
 */
export class NunectTimeStatus extends NunectElement<readonly ClockState[]> {
  static override styles = [NunectElement.styles, scaleStyles, styles];

  @property() unit: string | null = null;
  @property({ type: Number, attribute: 'budget-ms' }) budgetMs = DEFAULT_BUDGET_MS;

  protected override readonly defaultHeading = 'Clocks';
  protected override readonly noun = 'units';
  protected override readonly hint =
    'Guardians say on ops.metric.time.{unit}, every 5 s, how their clock is kept. Start one on each machine: nunect-guardian run.';
  readonly #details = new ClockDetails(this);
  #rows = PAGE;

  protected override sourceKey(): string {
    return this.unit ?? '';
  }

  protected override createSource(connection: Connection): Source<readonly ClockState[]> {
    const unit = this.unit || null;
    const checked = unit === null ? null : checkUnitId(unit);
    if (checked && !checked.ok)
      return new FixedSource(`The attribute unit cannot be used: ${safeText(checked.reason)}.`);
    return clockSource(connection, unit);
  }

  protected override renderData(data: readonly ClockState[]): TemplateResult {
    const [only] = data;
    if (only && data.length === 1) return this.#renderCard(only);
    const sorted = worstFirst(data);
    const hidden = sorted.length - this.#rows;
    return html`<p class="summary">${formatCount(data.length)} clocks: ${summary(data)}</p>
      <div class="axis">${scaleLabels(this.#budgetNs)}</div>
      <ul class="rows">
        ${repeat(
          sorted.slice(0, this.#rows),
          (each) => each.unit,
          (each) => this.#renderRow(each),
        )}
      </ul>
      ${
        hidden > 0
          ? html`<button class="more" type="button" @click=${this.#showMore}>
              Show ${formatCount(Math.min(PAGE, hidden))} more of ${formatCount(hidden)}
            </button>`
          : nothing
      }`;
  }

  get #budgetNs(): number {
    const { budgetMs } = this;
    return 1e6 * (budgetMs >= 1e-4 && budgetMs <= 1e3 ? budgetMs : DEFAULT_BUDGET_MS);
  }

  #renderCard(state: ClockState): TemplateResult {
    const { value, unit, late } = state;
    return html`<article class="clock card-like ${toneOf(value)} ${late ? 'late' : ''}" part="clock">
      <header>
        <h3 class="unit">${unit}</h3>
        ${quality(state)}
      </header>
      <p class="figures">${offset(state)} ${bound(state, this.#budgetNs)}</p>
      ${clockScale(offsetOf(value), value.errorBoundNs, this.#budgetNs)} ${scaleLabels(this.#budgetNs)}
      <p class="reason">${safeText(reasonOf(value), 512)}</p>
      ${this.#details.facts(state)} ${this.#details.disclosure(state)}
    </article>`;
  }

  #renderRow(state: ClockState): TemplateResult {
    const { value, unit, late, receivedAt } = state;
    return html`<li>
      <details
        class="clock row ${toneOf(value)} ${late ? 'late' : ''}"
        part="clock"
        @toggle=${(event: Event) => this.#details.toggled(unit, event)}
      >
        <summary>
          <span class="unit">${unit}</span>
          ${quality(state)}
          <span class="figures">${offset(state)} ${bound(state, this.#budgetNs)}</span>
          ${clockScale(offsetOf(value), value.errorBoundNs, this.#budgetNs)}
          <span class="age">${age(receivedAt)}</span>
        </summary>
        ${
          this.#details.isOpen(unit)
            ? html`<div class="inside">
                <p class="reason">${safeText(reasonOf(value), 512)}</p>
                ${this.#details.facts(state)} ${this.#details.content(state)}
              </div>`
            : nothing
        }
      </details>
    </li>`;
  }

  #showMore(): void {
    this.#rows += PAGE;
    this.requestUpdate();
  }
}

function quality({ value, late }: ClockState): TemplateResult {
  return html`<span class="quality" part="quality">${qualityWords(value)}</span>${
      late ? html`<span class="quality late-mark">late</span>` : nothing
    }`;
}

function offset({ value }: ClockState): TemplateResult {
  const known = offsetOf(value);
  return html`<span class="offset ${known ? '' : 'none'}" part="offset"
    >${known ? offsetWords(known) : 'offset unknown'}</span
  >`;
}

function bound({ value, late }: ClockState, budgetNs: number): TemplateResult {
  const { errorBoundNs } = value;
  const over = errorBoundNs !== null && errorBoundNs > budgetNs;
  return html`<span class="bound ${over ? 'over' : ''}" part="bound"
    >${boundWords(value)}${errorBoundNs === null ? '' : ' at most'}${over ? ', over the budget' : ''}${
      late ? ', when last heard' : ''
    }</span
  >`;
}
