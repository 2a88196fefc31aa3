import { css, html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { formatCount } from '../element/format.ts';

/** Entries drawn at first, and with each “show more”: thousands at once would stop the page. */
export const PAGE = 100;

/** How much of a long list is drawn. */
export class Paging {
  readonly #host: ReactiveControllerHost;
  #limit = PAGE;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** The entries to draw: the first ones, and of the others those that must not vanish under a reader. */
  of<T>(all: readonly T[], isHeld: (each: T) => boolean = () => false): readonly T[] {
    return all.filter((each, index) => index < this.#limit || isHeld(each));
  }

  /** The button that draws more; stands right behind the list. Nothing where all are drawn. */
  renderMore(shown: number, total: number): TemplateResult | typeof nothing {
    const hidden = total - shown;
    if (hidden <= 0) return nothing;
    return html`<button class="show-more" type="button" @click=${(event: Event) => void this.#more(event, shown)}>
      Show ${formatCount(Math.min(PAGE, hidden))} more of ${formatCount(hidden)}
    </button>`;
  }

  async #more({ currentTarget: button }: Event, shown: number): Promise<void> {
    const list = button instanceof HTMLElement ? button.previousElementSibling : null;
    this.#limit += PAGE;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    if (!(list instanceof HTMLElement) || (button instanceof HTMLElement && button.isConnected)) return;
    // the button went with the last page: on to what it brought
    (list.children[shown]?.querySelector('summary') ?? list).focus();
  }
}

export const pagingStyles = css`
  .show-more {
    width: 100%;
    margin-top: 8px;
  }
`;
