import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import {
  formatAge,
  formatCount,
  formatDateTime,
  formatNanoseconds,
  formatTime,
  UNKNOWN,
} from '../core/element/format.ts';
import { renderCopyButton } from '../core/ui/copy-button.ts';
import { correctionCurve } from './clock-scale.ts';
import { changedAt, leapAlarm, offsetWords, referenceOf, stratumOf } from './time-status.model.ts';
import type { ClockState } from './time-status.source.ts';

/** A time stamp that differs by less than this from ours says nothing: it has travelled. */
const CLOCKS_DIFFER_MS = 1_000;
const CORRECTIONS_LISTED = 8;

/** What is shown of a clock on demand: errors, corrections, the message itself. Holds which units are unfolded. */
export class ClockDetails {
  readonly #host: ReactiveControllerHost;
  readonly #open = new Set<string>();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  isOpen(unit: string): boolean {
    return this.#open.has(unit);
  }

  toggled(unit: string, event: Event): void {
    const isOpen = event.currentTarget instanceof HTMLDetailsElement && event.currentTarget.open;
    if (isOpen === this.#open.has(unit)) return;
    if (isOpen) this.#open.add(unit);
    else this.#open.delete(unit);
    this.#host.requestUpdate();
  }

  /** The facts that are always shown of a clock that has room. */
  facts(state: ClockState): TemplateResult {
    const { value, receivedAt } = state;
    const reference = referenceOf(value);
    const leap = leapAlarm(value.leap);
    const since = changedAt(state);
    return html`<dl class="facts">
      ${reference ? fact(reference.term, safeText(reference.name, 80)) : fact('Server', 'none')}
      ${fact('Stratum', formatCount(stratumOf(value)))}
      ${fact('Leap second', leap ? safeText(leap, 40) : value.leap === null ? UNKNOWN : 'none announced', leap !== null)}
      ${fact('Since', since === null ? UNKNOWN : html`${age(since)}`)}
      ${fact('Last heard', html`${age(receivedAt)} ago`)}
    </dl>`;
  }

  /** {@link content} behind a line that unfolds it. */
  disclosure(state: ClockState): TemplateResult {
    return html`<details
      class="more-details"
      ?open=${this.isOpen(state.unit)}
      @toggle=${(event: Event) => this.toggled(state.unit, event)}
    >
      <summary>Details</summary>
      ${this.isOpen(state.unit) ? this.content(state) : nothing}
    </details>`;
  }

  content(state: ClockState): TemplateResult {
    const { value, receivedAt, lost, restarts, intervalMs } = state;
    const { ptp, ntp } = value;
    const skew = value.ts - receivedAt;
    return html`${lines('Errors', value.errors)} ${lines('Fields that could not be read', value.problems)}
      <dl class="facts">
        ${
          ptp.enabled || ptp.state !== null
            ? html`${fact('PTP port', safeText(ptp.state ?? UNKNOWN, 40))} ${fact('PTP offset', signed(ptp.offsetNs))}
              ${fact('Path delay', formatNanoseconds(ptp.pathDelayNs))}
              ${fact('Time stamping', safeText(value.timestamping ?? UNKNOWN, 40))}`
            : nothing
        }
        ${ntp.enabled ? fact('NTP offset', signed(ntp.offsetMs === null ? null : ntp.offsetMs * 1e6)) : nothing}
        ${ntp.servers.length > 0 ? fact('NTP servers', ntp.servers.map((each) => safeText(each, 80)).join(', ')) : nothing}
        ${fact(
          'Its time stamp',
          `${formatDateTime(value.ts)}${
            Math.abs(skew) < CLOCKS_DIFFER_MS
              ? ''
              : `, ${formatAge(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} this browser’s clock`
          }`,
        )}
        ${fact('Messages', `${intervalMs === null ? '' : `every ${formatAge(intervalMs)}, `}${formatCount(lost)} lost`)}
        ${restarts > 0 ? fact('Restarts', formatCount(restarts)) : nothing}
      </dl>
      ${this.#corrections(state)} ${this.#raw(state)}`;
  }

  #corrections({ value }: ClockState): TemplateResult | typeof nothing {
    const log = value.ntp.syncLog;
    if (log.length === 0) return nothing;
    return html`<p class="title">Last corrections</p>
      ${correctionCurve(log)}
      <ol class="log">
        ${log.slice(-CORRECTIONS_LISTED).map(
          ({ ts, offsetMs, source }) =>
            html`<li>
              <time>${formatTime(ts)}</time>
              <span>${signed(offsetMs === null ? null : offsetMs * 1e6)}</span>
              <span>${safeText(source, 80)}</span>
            </li>`,
        )}
      </ol>`;
  }

  #raw({ unit, value }: ClockState): TemplateResult {
    if (!value.raw) return html`<p class="quiet">The message was too large to be kept.</p>`;
    const text = new TextDecoder().decode(value.raw);
    return html`<div class="title with-button">The message ${renderCopyButton('Copy JSON', () => text)}</div>
      <pre tabindex="0" role="region" aria-label="Message of ${unit}">${shownText(text)}</pre>`;
  }
}

function fact(term: string, text: unknown, alarm = false): TemplateResult {
  return html`<div>
    <dt>${term}</dt>
    <dd class=${alarm ? 'alarm' : ''}>${text}</dd>
  </div>`;
}

function lines(title: string, texts: readonly string[]): TemplateResult | typeof nothing {
  return texts.length === 0
    ? nothing
    : html`<p class="title">${title}</p>
        <ul class="errors">
          ${texts.map((each) => html`<li>${safeText(each)}</li>`)}
        </ul>`;
}

function signed(ns: number | null): string {
  return offsetWords(ns === null ? null : { ns, of: 'NTP' });
}

/** Deeper than this, indenting a message would make it many times as long. */
const DEEPEST_INDENTED = 16;

/** Indented, with characters that reorder or hide text made visible. */
function shownText(raw: string): string {
  if (depthOf(raw) > DEEPEST_INDENTED) return safeText(raw, 20_000);
  return JSON.stringify(JSON.parse(raw), null, 2)
    .split('\n')
    .map((line) => safeText(line, 2_000))
    .join('\n');
}

/** Brackets within brackets, at most; those in strings count too. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const each of text) {
    if (each === '{' || each === '[') deepest = Math.max(deepest, ++depth);
    else if (each === '}' || each === ']') depth--;
  }
  return deepest;
}
