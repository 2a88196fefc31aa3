import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { safeText } from '../../protocol/decode.ts';
import type { Heartbeat } from '../../protocol/heartbeat.ts';
import { checkUnitId } from '../../protocol/unit.ts';
import { textOr } from '../core/element/attributes.ts';
import { intervalMs } from '../core/element/interval.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { CombinedSource, sideTrouble, type Combined } from '../core/sources/combined.ts';
import { FixedSource, IdleSource } from '../core/sources/fixed-source.ts';
import { heartbeatFeed } from '../core/sources/heartbeats.ts';
import type { Source } from '../core/sources/source.ts';
import type { UnitState } from '../core/sources/unit-feed.ts';
import type { Connection } from '../core/transport/connection.ts';
import { pageClock, wallDifferenceMs } from '../core/transport/page-clock.ts';
import { statStyles } from '../core/ui/stat.ts';
import { timeChartStyles } from '../core/ui/time-chart.ts';
import { echoSource, type EchoData, type EchoSource } from './echo.source.ts';
import { styles } from './echo.styles.ts';
import { renderFigures, renderInvitation } from './echo.view.ts';

const DEFAULT_INTERVAL_S = 5;
const DEFAULT_MINUTES = 5;
const MOST_MINUTES = 60;
/** Names that the field offers. */
const MOST_OFFERED = 200;

type Units = readonly UnitState<Heartbeat>[];
type Data = Combined<EchoData, { units: Units }>;

const NOTHING: EchoData = Object.freeze({
  unit: '',
  running: false,
  samples: [],
  bursts: { at: new Float64Array(), p50: new Float64Array(), p99: new Float64Array() },
  offset: null,
  resolutionUs: 0,
});

/**
 * From this browser to a unit and back, live: round trips by bursts of eight small messages, what of them is lost, and how
 * far the unit's clock is from this browser's, always with its bound. Asks nobody before it is started, nor while it
 * cannot be seen.
 *
 * @element nunect-echo
 * @attr unit - the unit that is asked; without it, those that are heard are offered
 * @attr running - measures from the beginning
 * @attr interval - seconds from burst to burst, 1 to 3,600; 5 by default
 * @attr minutes - length of the time axis, 1 to 60; 5 by default
 * @fires nunect-view-change - a person has chosen another unit; detail `{unit}`
 * @csspart clock - how the two clocks stand
 * @csspart offset - the offset with its bound
 * @csspart chart - the chart, without the figures
 * @csspart stat - a tile with one figure
 * @cssprop [--nunect-chart-height=220px] - height of the chart
 */
export class NunectEcho extends NunectElement<Data> {
  static override styles = [NunectElement.styles, timeChartStyles, statStyles, styles];

  /** The unit that is asked. Empty: none. */
  @property(textOr('')) unit = '';

  /** Whether it measures. */
  @property({ type: Boolean }) running = false;

  /** Seconds from burst to burst, 1 to 3,600. */
  @property({ type: Number }) interval = DEFAULT_INTERVAL_S;

  /** Length of the time axis, minutes, 1 to 60. */
  @property({ type: Number }) minutes = DEFAULT_MINUTES;

  /** Somebody is choosing: every unit is listened to. */
  @state() private choosing = false;
  /** Why what was typed cannot be asked. */
  @state() private refusal: string | null = null;

  #echo: EchoSource | null = null;
  #heard: Source<Units> | null = null;

  protected override readonly defaultHeading = 'Echo';
  protected override readonly noun = 'units';

  /** Begins to measure; with a unit, that one. */
  start(unit = this.unit): void {
    this.unit = unit;
    this.running = true;
  }

  /** Ends measuring; what was measured stays on show. */
  stop(): void {
    this.running = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#echo?.want(this, false);
    this.#echo = null;
  }

  protected override createSource(connection: Connection): Source<Data> {
    const before = this.#echo;
    this.#echo = null;
    const main = this.#createMain(connection);
    if (before !== this.#echo) before?.want(this, false);
    const units = heartbeatFeed(connection, this.#listensToAll ? null : this.unit);
    this.#heard = units;
    return new CombinedSource<EchoData, { units: Units }>(main, { units: { source: units } });
  }

  protected override sourceKey(): string {
    return `${this.unit ?? ''} ${this.#pace} ${this.#listensToAll}`;
  }

  protected override isEmpty({ main }: Data): boolean {
    return main.samples.length === 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('unit')) this.refusal = null;
    super.willUpdate(changed);
    if (this.isConnected) this.#echo?.want(this, this.running);
  }

  protected override renderControls(): TemplateResult {
    const units = this.#heard?.snapshot.data ?? [];
    return html`<form class="choose" @submit=${this.#submit}>
      <input
        name="unit"
        type="text"
        list="units"
        aria-label="Unit to ask"
        aria-invalid=${this.refusal !== null}
        aria-describedby="refusal"
        placeholder="leaf-1"
        spellcheck="false"
        autocapitalize="none"
        autocomplete="off"
        .value=${live(this.unit ?? '')}
        @focus=${() => (this.choosing = true)}
        @blur=${() => (this.choosing = false)}
        @change=${this.#changed}
      />
      <datalist id="units">
        ${units.slice(0, MOST_OFFERED).map(({ unit }) => html`<option value=${unit}></option>`)}
      </datalist>
      <button type="submit" class=${this.running ? nothing : 'primary'}>${this.running ? 'Stop' : 'Start'}</button>
      <span id="refusal" role="alert">${this.refusal ?? nothing}</span>
    </form>`;
  }

  protected override renderData({ main, sides }: Data): TemplateResult {
    const units = sides.units.data ?? [];
    if (main.samples.length === 0)
      return renderInvitation(main.unit, units, sideTrouble(sides.units), (unit) => this.#choose(unit, true));
    return renderFigures(main, units.find(({ unit }) => unit === main.unit) ?? null, {
      windowMs: this.#windowMs,
      reachMs: this.#pace,
      wallMs: wallDifferenceMs(),
    });
  }

  #createMain(connection: Connection): Source<EchoData> {
    const unit = this.unit ?? '';
    if (unit === '') return new IdleSource({ ...NOTHING, resolutionUs: pageClock().resolutionUs });
    const checked = checkUnitId(unit);
    if (!checked.ok) return new FixedSource(`The attribute unit cannot be used: ${safeText(checked.reason)}.`);
    this.#echo = echoSource(connection, unit, this.#pace);
    return this.#echo;
  }

  /** All units are heard while one is being chosen; afterwards that one alone, for what it says of its clock. */
  get #listensToAll(): boolean {
    return this.choosing || !checkUnitId(this.unit).ok;
  }

  get #pace(): number {
    return intervalMs(this.interval, DEFAULT_INTERVAL_S);
  }

  get #windowMs(): number {
    const { minutes } = this;
    const asked = Number.isFinite(minutes) && minutes > 0 ? minutes : DEFAULT_MINUTES;
    return 60_000 * Math.min(MOST_MINUTES, Math.max(1, asked));
  }

  /** @returns whether it can be asked */
  #choose(text: string, start: boolean): boolean {
    const unit = text.trim();
    const checked = checkUnitId(unit);
    this.refusal = checked.ok || (unit === '' && !start) ? null : `No unit: ${safeText(checked.reason)}.`;
    if (this.refusal !== null) return false;
    if (start) this.running = true;
    if (unit === this.unit) return true;
    this.unit = unit;
    this.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { unit } }));
    return true;
  }

  readonly #changed = (event: Event): void => {
    this.#choose((event.currentTarget as HTMLInputElement).value, false);
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('unit');
    if (!(field instanceof HTMLInputElement)) return;
    // the key that submits has not left the field: what is typed there is chosen now
    const another = field.value.trim() !== this.unit;
    if (this.running && !another) this.running = false;
    else this.#choose(field.value, true);
  };
}
