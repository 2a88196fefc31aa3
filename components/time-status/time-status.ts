import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatCount } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { Source } from '../core/sources/source.ts';
import { unitSource } from '../core/sources/unit-source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { Paging, pagingStyles } from '../core/ui/paging.ts';
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
  static override styles = [NunectElement.styles, scaleStyles, pagingStyles, styles];

  @property() unit: string | null = null;
  @property({ type: Number, attribute: 'budget-ms' }) budgetMs = DEFAULT_BUDGET_MS;

  protected override readonly defaultHeading = 'Clocks';
  protected override readonly noun = 'units';
  protected override readonly hint =
    'Guardians say on ops.metric.time.{unit}, every 5 s, how their clock is kept. Start one on each machine: nunect-guardian run.';
  readonly #details = new ClockDetails(this);
  readonly #paging = new Paging(this);
  #focus: ClockFocus | null = null;

  protected override sourceKey(): string {
    return this.unit ?? '';
  }

  protected override createSource(connection: Connection): Source<readonly ClockState[]> {
    return unitSource(this.unit, (unit) => clockSource(connection, unit));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const on = this.shadowRoot?.activeElement;
    const unit = on?.closest<HTMLElement>('.clock')?.dataset['unit'];
    this.#focus = on instanceof HTMLElement && unit !== undefined ? { unit, on } : null;
  }

  protected override updated(): void {
    this.#keepFocus();
  }

  protected override renderData(data: readonly ClockState[]): TemplateResult {
    const [only] = data;
    if (only && data.length === 1) return this.#renderCard(only);
    const sorted = worstFirst(data);
    const shown = this.#paging.of(sorted, ({ unit }) => this.#details.isOpen(unit) || this.#focus?.unit === unit);
    return html`<p class="summary">${formatCount(data.length)} clocks: ${summary(data)}</p>
      <div class="axis">${scaleLabels(this.#budgetNs)}</div>
      <ul class="rows">
        ${repeat(
          shown,
          (each) => each.unit,
          (each) => this.#renderRow(each),
        )}
      </ul>
      ${this.#paging.renderMore(shown.length, sorted.length)}`;
  }

  get #budgetNs(): number {
    const { budgetMs } = this;
    return 1e6 * (budgetMs >= 1e-4 && budgetMs <= 1e3 ? budgetMs : DEFAULT_BUDGET_MS);
  }

  /** A row that is moved to its new rank, and a card that becomes a row, lose the focus: it is put back where it was. */
  #keepFocus(): void {
    const root = this.shadowRoot;
    if (!this.#focus || !root || root.activeElement) return;
    const { unit, on } = this.#focus;
    const same = on.isConnected
      ? on
      : root.querySelector<HTMLElement>(`.clock[data-unit="${CSS.escape(unit)}"] ${on.localName}`);
    same?.focus({ preventScroll: true });
  }

  #renderCard(state: ClockState): TemplateResult {
    const { value, unit, late } = state;
    return html`<article class="clock card-like ${toneOf(value)} ${late ? 'late' : ''}" part="clock" data-unit=${unit}>
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
        data-unit=${unit}
        ?open=${this.#details.isOpen(unit)}
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
}

/** Where in which clock the focus stands. */
interface ClockFocus {
  readonly unit: string;
  readonly on: HTMLElement;
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
