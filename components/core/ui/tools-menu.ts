import { css, html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import { errorText } from '../transport/errors.ts';
import { copyText, renderCopyButton } from './copy-button.ts';
import { downloadText, fileName } from './download.ts';
import { closePopover, popoverStyles, renderPopover } from './popover-menu.ts';
import { toCsv, toJson, toTsv, type ExportTable } from './table-export.ts';

/** What the tools of an element work on. */
export interface ToolsOptions {
  /** First word of the files' names. */
  readonly name: () => string;
  /** What is on show, made when it is asked for; `null` while there is nothing. */
  readonly table?: () => ExportTable | null;
  /** The servers' own words, secrets masked; rejects with an error whose message is fit to be shown. */
  readonly raw?: (() => Promise<string>) | null;
}

type Raw = { readonly state: 'loading' } | { readonly state: 'shown' | 'failed'; readonly text: string };

/** How long it is said what came of a tool, ms. */
const SAID_MS = 3_000;

/**
 * A button in an element's heading with what can be done with its data: copy, download, the raw replies. An element
 * renders `renderButton()` in its heading and `renderPanel()` anywhere outside of it.
 */
export class ToolsMenu implements ReactiveController {
  readonly #host: LitElement;
  readonly #options: ToolsOptions;
  #raw: Raw | null = null;
  #round = 0;
  #said = '';
  #saidTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: LitElement, options: ToolsOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostDisconnected(): void {
    clearTimeout(this.#saidTimer);
    this.#raw = null;
    this.#round++;
  }

  hostUpdated(): void {
    const dialog = this.#host.renderRoot.querySelector<HTMLDialogElement>('.raw-dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  renderButton(): TemplateResult {
    const { table, raw } = this.#options;
    const items = html`${
      table
        ? html`<button class="item" type="button" @click=${this.#copy}>Copy table</button>
            <button class="item" type="button" @click=${this.#csv}>Download CSV</button>
            <button class="item" type="button" @click=${this.#json}>Download JSON</button>`
        : nothing
    }${raw ? html`<button class="item" type="button" @click=${this.#openRaw}>Raw JSON</button>` : nothing}`;
    return html`<span class="tools" part="tools"
      ><span class="tools-said" role="status">${this.#said}</span>${renderPopover(
        'tools-panel',
        'Copy, download, raw data',
        html`<span aria-hidden="true">⋯</span>`,
        items,
      )}</span
    >`;
  }

  /** The raw replies, while somebody reads them. */
  renderPanel(): TemplateResult | typeof nothing {
    const raw = this.#raw;
    if (!raw) return nothing;
    const name = this.#options.name();
    return html`<dialog class="raw-dialog" aria-label="Raw JSON of ${name}" @close=${this.#closeRaw}>
      <header>
        <h3>Raw JSON · ${name}</h3>
        ${
          raw.state === 'shown'
            ? html`${renderCopyButton('Copy', () => raw.text)}
                <button
                  type="button"
                  @click=${() => downloadText(fileName(`${name} raw`, 'json'), raw.text, 'application/json')}
                >
                  Download
                </button>`
            : nothing
        }
        <button type="button" ?disabled=${raw.state === 'loading'} @click=${this.#loadRaw}>Ask again</button>
        <form method="dialog"><button>Close</button></form>
      </header>
      ${
        raw.state === 'loading'
          ? html`<p role="status">Asking the servers…</p>`
          : raw.state === 'failed'
            ? html`<p class="failed" role="alert">${raw.text}</p>`
            : html`<pre tabindex="0" aria-label="JSON">${raw.text}</pre>`
      }
    </dialog>`;
  }

  readonly #copy = async (event: Event): Promise<void> => {
    const table = this.#table(event);
    if (!table) return;
    this.#say((await copyText(toTsv(table))) ? `${table.rows.length} rows copied` : 'The browser refused to copy');
  };

  readonly #csv = (event: Event): void => {
    const table = this.#table(event);
    if (table) downloadText(fileName(this.#options.name(), 'csv'), toCsv(table), 'text/csv');
  };

  readonly #json = (event: Event): void => {
    const table = this.#table(event);
    if (table) downloadText(fileName(this.#options.name(), 'json'), toJson(table), 'application/json');
  };

  readonly #openRaw = (event: Event): void => {
    closePopover(event);
    this.#loadRaw();
  };

  readonly #loadRaw = (): void => {
    void this.#load();
  };

  async #load(): Promise<void> {
    const round = ++this.#round;
    this.#show({ state: 'loading' });
    let raw: Raw;
    try {
      raw = { state: 'shown', text: (await this.#options.raw?.()) ?? '' };
    } catch (error) {
      raw = { state: 'failed', text: errorText(error) };
    }
    if (round === this.#round) this.#show(raw);
  }

  readonly #closeRaw = (): void => {
    this.#round++;
    this.#show(null);
  };

  #show(raw: Raw | null): void {
    this.#raw = raw;
    this.#host.requestUpdate();
  }

  #table(event: Event): ExportTable | null {
    closePopover(event);
    const table = this.#options.table?.() ?? null;
    if (!table) this.#say('There is nothing yet');
    return table;
  }

  #say(words: string): void {
    this.#said = words;
    clearTimeout(this.#saidTimer);
    this.#saidTimer = setTimeout(() => {
      this.#said = '';
      this.#host.requestUpdate();
    }, SAID_MS);
    this.#host.requestUpdate();
  }
}

export const toolsStyles = [
  popoverStyles,
  css`
    .tools {
      display: inline-flex;
      align-items: center;
    }

    @container (max-width: 520px) {
      .tools {
        margin-inline-start: auto;
      }
    }

    .tools-said:not(:empty) {
      margin-inline-end: 8px;
    }

    .tools-said {
      color: var(--_text-quiet);
      font-size: 0.9em;
    }

    .raw-dialog {
      width: min(960px, calc(100vw - 24px));
      max-height: min(86vh, 900px);
      border: 1px solid var(--_border);
      border-radius: var(--_radius);
      padding: 0;
      background: var(--_surface);
      color: var(--_text);
      font: 400 var(--_font-size) / 1.45 var(--_font);
    }

    .raw-dialog[open] {
      display: flex;
      flex-direction: column;
    }

    .raw-dialog::backdrop {
      background: rgb(0 0 0 / 0.45);
    }

    .raw-dialog header {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      padding: 10px var(--_space);
      border-bottom: 1px solid var(--_border);
    }

    .raw-dialog h3 {
      flex: 1 1 auto;
      margin: 0;
      font-size: 1em;
      overflow-wrap: anywhere;
    }

    @media (max-width: 520px) {
      .raw-dialog header > :not(h3, form) {
        order: 1;
      }
    }

    .raw-dialog p {
      margin: 0;
      padding: 24px var(--_space);
      color: var(--_text-quiet);
      overflow-wrap: anywhere;
    }

    .raw-dialog p.failed {
      color: var(--_bad);
    }

    .raw-dialog pre {
      margin: 0;
      padding: var(--_space);
      overflow: auto;
      font: 0.92em / 1.5 var(--_font-mono);
      tab-size: 2;
    }
  `,
];
