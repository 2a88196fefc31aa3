import { html, nothing, type TemplateResult } from 'lit';
import type { Heartbeat } from '../../protocol/heartbeat.ts';
import {
  formatAge,
  formatCount,
  formatMicroseconds,
  formatNanoseconds,
  formatPercent,
} from '../core/element/format.ts';
import type { UnitState } from '../core/sources/unit-feed.ts';
import { renderStats, type Stat } from '../core/ui/stat.ts';
import { timeChart } from '../core/ui/time-chart.ts';
import { figuresOf, offsetText, offsetWords } from './echo.model.ts';
import type { EchoData } from './echo.source.ts';

/** The machine's clock and the page's may be so far apart without a word, ms: slewing and coarse clocks make as much. */
const WALL_DIFFERENCE_MS = 50;
/** Names that are offered as buttons. */
const OFFERED = 12;

type Units = readonly UnitState<Heartbeat>[];

/** What stands there before anything was measured: which units there are, and what to do. */
export function renderInvitation(
  unit: string,
  units: Units,
  trouble: string | null,
  choose: (unit: string) => void,
): TemplateResult {
  if (unit !== '')
    return html`<div class="nothing">
      <slot name="empty"
        ><strong>Nothing measured yet</strong
        ><span>Press Start: eight small messages to ${unit} and back, again and again.</span></slot
      >
    </div>`;
  return html`<div class="nothing">
    <slot name="empty"
      ><strong>Which unit?</strong
      ><span
        >${
          units.length > 0
            ? 'Choose one, or type its name above. Nobody is asked until then.'
            : (trouble ?? 'No unit has been heard yet. Type the name of one above.')
        }</span
      ><span class="offered"
        >${units
          .slice(0, OFFERED)
          .map(
            ({ unit: name, late }) =>
              html`<button type="button" @click=${() => choose(name)}>${name}${late ? ' (late)' : ''}</button>`,
          )}</span
      >${units.length > OFFERED ? html`<span>and ${formatCount(units.length - OFFERED)} more</span>` : nothing}</slot
    >
  </div>`;
}

/** Everything that was measured. @param wallMs the machine's clock less the page's, ms */
export function renderFigures(
  data: EchoData,
  heartbeat: UnitState<Heartbeat> | null,
  { windowMs, reachMs, wallMs }: { readonly windowMs: number; readonly reachMs: number; readonly wallMs: number },
): TemplateResult {
  const { unit, samples, bursts, resolutionUs } = data;
  const { sent, lost, min, p50, p99, max, jitter, responder } = figuresOf(samples);
  const [first] = samples;
  const since = first ? formatAge(Date.now() - first.at) : '';
  const share = sent > 0 ? (100 * lost) / sent : null;
  const stats: Stat[] = [
    {
      label: 'Round trip, p50',
      value: formatMicroseconds(p50),
      more: `min ${formatMicroseconds(min)}`,
      title: 'From this page to the unit and back: half of the round trips took no longer',
    },
    {
      label: 'p99',
      value: formatMicroseconds(p99),
      more: `max ${formatMicroseconds(max)}`,
      title: '99 of 100 round trips took no longer',
    },
    {
      label: 'Jitter',
      value: formatMicroseconds(jitter),
      title: 'Mean difference of one round trip from the next (RFC 3550, unsmoothed)',
    },
    {
      label: 'Lost',
      value: formatPercent(share),
      more: `${formatCount(lost)} of ${formatCount(sent)}`,
      ...(lost > 0 ? { tone: 'warn' as const } : {}),
      title: 'Not answered within 2 s',
    },
    {
      label: 'In the unit',
      // its times are whole µs
      value: responder !== null && responder < 1 ? '< 1 µs' : formatMicroseconds(responder),
      title: 'What the unit itself took, by its own clock: half of the times no longer',
    },
  ];
  const series = [
    { key: 'p50', label: 'p50', values: bursts.p50, colour: 0, dashed: false },
    { key: 'p99', label: 'p99', values: bursts.p99, colour: 1, dashed: true },
  ].map((each) => ({ ...each, at: bursts.at, reachMs }));
  const label = `Round trips to ${unit} of the last ${formatAge(windowMs)}, two curves. Arrow keys read values; the figures stand below.`;
  return html`${renderClock(data, heartbeat, wallMs)}
    <div
      class="chart"
      part="chart"
      ${timeChart({ series, windowMs, label, format: formatMicroseconds, focused: null })}
    ></div>
    <p class="legend" aria-hidden="true">
      <span><span class="swatch series-0"></span>p50 of a burst</span>
      <span><span class="swatch series-1 dashed"></span>p99</span>
    </p>
    ${renderStats(`Round trips to ${unit}`, stats)}
    <p class="note">
      Of the last ${formatCount(sent)} round trips${since === '' ? '' : `, ${since}`}. Times are good to
      ${formatMicroseconds(resolutionUs)}, the step of the clock that this browser shows to pages.
    </p>`;
}

/** The unit's clock beside this browser's: the offset never without its bound. */
function renderClock(
  { unit, offset, resolutionUs }: EchoData,
  heartbeat: UnitState<Heartbeat> | null,
  wallMs: number,
): TemplateResult {
  const { clockSource = null, clockQuality = null } = heartbeat?.value ?? {};
  const own =
    clockSource === null && clockQuality === null
      ? nothing
      : html` ${unit} says of its clock:
        ${[clockSource === 'unsynced' ? clockSource : clockSource?.toUpperCase(), clockQuality].filter(Boolean).join(', ')}.`;
  if (offset === null)
    return html`<div class="clock" part="clock">
      <strong>Clock offset unknown</strong>
      <span>${unit} does not say in its echo what time it is.${own}</span>
    </div>`;
  const { offsetMs, boundMs } = offset;
  const bound = formatNanoseconds(boundMs * 1e6);
  const words = offsetWords(offsetMs, boundMs);
  return html`<div class="clock" part="clock">
    <strong>
      ${
        words === 'none'
          ? html`${unit}’s clock and this browser’s: no difference that can be told`
          : html`${unit}’s clock is ${words} of this browser’s`
      }
    </strong>
    <span class="offset" part="offset">${offsetText(offsetMs, boundMs)} <span class="bound">± ${bound}</span></span>
    <span
      >By the round trip of the last minute that says most: the bound is half of it, and
      ${formatMicroseconds(resolutionUs)} for this browser’s clock.${own}</span
    >
    ${
      Math.abs(wallMs) > WALL_DIFFERENCE_MS
        ? html`<span class="wall"
            >This device’s own clock is ${formatNanoseconds(Math.abs(wallMs) * 1e6)}
            ${wallMs > 0 ? 'ahead of' : 'behind'} the page’s, with which this is measured: it was set, or the device
            slept, since the page was loaded. Reload the page to measure with it.</span
          >`
        : nothing
    }
  </div>`;
}
