import { html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatPerSecond } from '../core/element/format.ts';
import { sparkline } from '../core/ui/sparkline.ts';
import { oneLine } from './subject.model.ts';
import { HISTORY, MOST_OTHERS, type Rates, type SubjectRate } from './subject.rates.ts';

/** Subjects that are listed before somebody asks for more. */
const FEW = 6;

export interface RatesOptions {
  readonly all: boolean;
  /** More was sent than arrived here, because only a part was listened to. */
  readonly sampled: boolean;
  readonly toggle: () => void;
  /** A reader wants to see the messages of this subject alone. */
  readonly choose: (subject: string) => void;
}

/** Messages per second, of all and by subject. */
export function renderRates(rates: Rates, { all, sampled, toggle, choose }: RatesOptions): TemplateResult {
  const rows = all ? rates.subjects : rates.subjects.slice(0, FEW);
  const hidden = rates.subjects.length - rows.length;
  const rate = (value: number | null, format?: (value: number) => string): string =>
    value !== null && rates.estimated
      ? `≈ ${formatPerSecond(Number(value.toPrecision(2)), format)}`
      : formatPerSecond(value, format);
  const others =
    rates.others >= MOST_OTHERS
      ? `${formatCount(MOST_OTHERS)} or more`
      : rates.others > 0
        ? formatCount(rates.others)
        : '';
  const line = ({ total, perSecond, bytesPerSecond, history }: Omit<SubjectRate, 'subject'>): TemplateResult =>
    html`<td class="number">${rate(perSecond)}</td>
      <td class="number wide">${rate(bytesPerSecond, formatBytes)}</td>
      <td class="curve">${sparkline(history, HISTORY)}</td>
      <td class="number">${formatCount(total)}</td>`;
  return html`<div
      class="rates ${all ? 'all' : ''}"
      part="rates"
      tabindex="0"
      role="group"
      aria-label="Messages per second by subject"
    >
      <table>
        <thead>
          <tr>
            <th scope="col">Subject</th>
            <th scope="col" class="number">Messages/s</th>
            <th scope="col" class="number wide">Bytes/s</th>
            <th scope="col" class="curve">Last minute</th>
            <th
              scope="col"
              class="number"
              title=${sampled ? 'More were sent while only a part was listened to' : nothing}
            >
              ${sampled ? 'Arrived here' : 'Messages'}
            </th>
          </tr>
        </thead>
        <tbody>
          ${
            rates.subjects.length === 1
              ? nothing
              : html`<tr class="sum">
                  <th scope="row">All</th>
                  ${line(rates.all)}
                </tr>`
          }
          ${rows.map(
            (row) =>
              html`<tr>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    title="Show messages of this subject only"
                    @click=${() => choose(row.subject)}
                  >
                    ${oneLine(row.subject)}
                  </button>
                </th>
                ${line(row)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      hidden > 0 || all || others
        ? html`<p class="more">
            ${
              hidden > 0
                ? html`<button type="button" class="link" @click=${toggle}>
                    and ${formatCount(hidden)} more subjects
                  </button>`
                : all && rates.subjects.length > FEW
                  ? html`<button type="button" class="link" @click=${toggle}>Show fewer</button>`
                  : nothing
            }${others ? html`<span>and ${others} subjects that are not counted one by one</span>` : nothing}
          </p>`
        : nothing
    }`;
}
