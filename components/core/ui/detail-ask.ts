import { css, html, nothing, type TemplateResult } from 'lit';
import { age } from '../element/age.ts';
import { errorText } from '../transport/errors.ts';

interface Asked<V> {
  readonly busy: boolean;
  readonly value: V | null;
  /** When it arrived, ms since the epoch. */
  readonly at: number | null;
  readonly failure: string | null;
}

/** Answers that are kept. */
const MOST_KEPT = 32;

/** What is asked for only when a person opens the detail of a row: the answer, its age, why there is none, and a button to ask again. */
export class DetailAsk<V> {
  readonly #requestUpdate: () => void;
  readonly #asked = new Map<string, Asked<V>>();

  /** @param requestUpdate draws the element anew */
  constructor(requestUpdate: () => void) {
    this.#requestUpdate = requestUpdate;
  }

  /** The answer, while it is known. */
  value(key: string): V | null {
    return this.#asked.get(key)?.value ?? null;
  }

  /**
   * Asks, unless an answer is on its way. What was known stays on show until the new answer is there.
   *
   * @param key names what is asked
   */
  async ask(key: string, request: () => Promise<V>): Promise<void> {
    const before = this.#asked.get(key);
    if (before?.busy) return;
    const kept = { value: before?.value ?? null, at: before?.at ?? null };
    this.#set(key, { ...kept, busy: true, failure: null });
    try {
      this.#set(key, { busy: false, value: await request(), at: Date.now(), failure: null });
    } catch (error) {
      this.#set(key, { ...kept, busy: false, failure: errorText(error) });
    }
  }

  /**
   * @param what is asked for, in words: “Interest by account”
   * @param request asks; `null` where nobody can be asked, which `unable` explains
   */
  render(
    key: string,
    what: string,
    draw: (value: V) => unknown,
    request: (() => Promise<V>) | null,
    unable = 'There is no connection to ask through.',
  ): TemplateResult {
    const asked = this.#asked.get(key);
    return html`<section class="asked">
      <h4>
        ${what}${asked?.at != null ? html` <span aria-hidden="true">as of ${age(asked.at)} ago</span>` : nothing}${
          request && !asked?.busy
            ? html`<button type="button" @click=${() => void this.ask(key, request)}>
                ${asked ? 'Ask again' : 'Ask the server'}
              </button>`
            : nothing
        }
      </h4>
      ${asked?.busy && asked.value === null ? html`<p role="status">Asking the server …</p>` : nothing}
      ${asked?.failure ? html`<p class="failed" role="status">Not known: ${asked.failure}</p>` : nothing}
      ${!request && !asked?.value ? html`<p>${unable}</p>` : nothing}
      ${asked?.value != null ? draw(asked.value) : nothing}
    </section>`;
  }

  #set(key: string, asked: Asked<V>): void {
    this.#asked.delete(key);
    this.#asked.set(key, asked);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MOST_KEPT && oldest !== undefined) this.#asked.delete(oldest);
    this.#requestUpdate();
  }
}

export const detailAskStyles = css`
  .asked {
    margin-top: 14px;
  }

  .asked h4 {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    margin: 0 0 6px;
    font-size: 1em;
    font-weight: 650;
  }

  .asked h4 span {
    color: var(--_text-quiet);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }

  .asked p {
    margin: 0;
    color: var(--_text-quiet);
  }

  .asked .failed {
    color: var(--_warn);
  }
`;
