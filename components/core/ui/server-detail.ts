import { css, html, nothing, type TemplateResult } from 'lit';
import { decodeVarzDetailReply, type VarzDetail } from '../../../protocol/server/varz-detail.ts';
import type { Varz } from '../../../protocol/server/varz.ts';
import { age } from '../element/age.ts';
import { askServer } from '../sources/ask.ts';
import type { Connection } from '../transport/connection.ts';
import { errorText } from '../transport/errors.ts';
import { serverGroups } from './server-groups.ts';

interface Asked {
  /** Of the start that was asked: another one has other answers. */
  readonly id: string;
  readonly busy: boolean;
  readonly detail: VarzDetail | null;
  /** When it arrived, ms since the epoch. */
  readonly at: number | null;
  readonly failure: string | null;
}

/** Servers whose answers are kept. */
const MOST_KEPT = 32;

/** All figures of a server, asked for when they are looked at; until then, and where that is refused, the polled ones. */
export class ServerDetail {
  readonly #requestUpdate: () => void;
  readonly #asked = new Map<string, Asked>();

  /** @param requestUpdate draws the element anew */
  constructor(requestUpdate: () => void) {
    this.#requestUpdate = requestUpdate;
  }

  render(varz: Varz, connection: Connection | null, missing: boolean): TemplateResult {
    const known = this.#asked.get(varz.name);
    const asked = known?.id === varz.id ? known : null;
    if (!asked && connection && !missing) void this.#ask(varz, connection);
    return html`<div class="facts" part="detail">
      ${serverGroups(varz, asked?.detail ?? null).map(
        ({ title, facts }) =>
          html`<section>
            <h4>${title}</h4>
            <dl>
              ${facts.map(
                ({ label, value }) =>
                  html`<div>
                    <dt>${label}</dt>
                    <dd>${value}</dd>
                  </div>`,
              )}
            </dl>
          </section>`,
      )}
      ${this.#renderFoot(asked, varz, connection, missing)}
    </div>`;
  }

  #renderFoot(asked: Asked | null, varz: Varz, connection: Connection | null, missing: boolean): TemplateResult {
    return html`<p class="facts-foot" role="status">
      ${
        asked?.failure
          ? html`<span class="failed">Limits, listeners and JetStream are not known: ${asked.failure}</span>`
          : missing && !asked?.detail
            ? 'It does not answer: limits, listeners and JetStream cannot be asked for.'
            : asked?.at != null
              ? html`<span
                  >Limits, listeners and JetStream as of <span aria-hidden="true">${age(asked.at)} ago</span></span
                >`
              : 'Asking the server for everything …'
      }
      ${
        connection && !missing && asked && !asked.busy
          ? html`<button type="button" @click=${() => void this.#ask(varz, connection)}>Ask again</button>`
          : nothing
      }
    </p>`;
  }

  async #ask(varz: Varz, connection: Connection): Promise<void> {
    const { name, id } = varz;
    const before = this.#asked.get(name);
    const kept = before?.id === id ? before : { detail: null, at: null };
    if (before?.id === id && before.busy) return;
    this.#set(name, { id, busy: true, detail: kept.detail, at: kept.at, failure: null });
    try {
      const { data } = await askServer(connection, 'varz', id, decodeVarzDetailReply);
      this.#set(name, { id, busy: false, detail: data, at: Date.now(), failure: null });
    } catch (error) {
      this.#set(name, { id, busy: false, detail: kept.detail, at: kept.at, failure: errorText(error) });
    }
    this.#requestUpdate();
  }

  #set(name: string, asked: Asked): void {
    this.#asked.delete(name);
    this.#asked.set(name, asked);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MOST_KEPT && oldest !== undefined) this.#asked.delete(oldest);
  }
}

export const serverDetailStyles = css`
  .facts {
    columns: 300px auto;
    column-gap: 24px;
    font-size: 0.93em;
  }

  .facts section {
    margin-bottom: 12px;
    break-inside: avoid;
  }

  .facts h4 {
    margin: 0 0 4px;
    border-bottom: 1px solid var(--_border);
    padding-bottom: 2px;
    font-size: 1em;
    font-weight: 650;
  }

  .facts dl {
    margin: 0;
  }

  .facts dl > div {
    display: grid;
    grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
    gap: 8px;
    padding: 1px 0;
  }

  .facts dt {
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
  }

  .facts dd {
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .facts-foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    margin: 0;
    color: var(--_text-quiet);
    column-span: all;
  }

  .facts-foot .failed {
    color: var(--_warn);
  }
`;
