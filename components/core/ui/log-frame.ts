/** What stands around the list of every log: the buttons above it, and the way back to its newest line. */
import { html, nothing, type TemplateResult } from 'lit';
import { formatCount } from '../element/format.ts';

/** Whether a list is held still, and how many came meanwhile. */
interface Held {
  readonly paused: boolean;
  readonly waiting: number;
}

interface LogButtons {
  /** How many are kept, and what they are: “events”. */
  readonly kept: number;
  readonly many: string;
  readonly on: { pause(): void; resume(): void; clear(): void };
  readonly download: () => void;
}

/** Pause or resume, clear, download. */
export function renderLogButtons({ paused, waiting }: Held, { kept, many, on, download }: LogButtons): TemplateResult {
  return html`<span class="actions">
    ${
      paused
        ? html`<button type="button" class="primary" @click=${() => on.resume()}>
            Resume · ${formatCount(waiting)} waiting
          </button>`
        : html`<button type="button" @click=${() => on.pause()}>Pause</button>`
    }
    <button type="button" @click=${() => on.clear()}>Clear</button>
    <button type="button" title="All kept ${many}, one JSON a line" ?disabled=${kept === 0} @click=${download}>
      Download
    </button>
  </span>`;
}

/** For who has scrolled away from the end; nothing for who has not. */
export function renderNewest(list: { readonly following: boolean; follow(): void }): TemplateResult | typeof nothing {
  return list.following
    ? nothing
    : html`<button type="button" class="primary newest" @click=${() => list.follow()}>↓ Newest</button>`;
}
