import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatCount } from '../core/element/format.ts';
import { intervalMs } from '../core/element/interval.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { problemsOf, type Problem, type ProblemGroup, type ProblemKind, type ProblemsView } from './problems.model.ts';
import { problemsSource, type ProblemsData } from './problems.source.ts';
import { styles } from './problems.styles.ts';

/** Where a page tells more of a problem, as an address in it; null for none. `name` is `null` for all of this kind. */
export type ProblemLink = (kind: ProblemKind, name: string | null) => string | null;

const USUAL_S = 5;

const KINDS: Readonly<Record<ProblemKind, string>> = {
  'server-missing': 'Missing servers',
  'server-unhealthy': 'Unhealthy servers',
  'slow-consumers': 'Slow consumers',
  'no-leader': 'Without a leader',
  'unit-late': 'Late units',
  'unit-status': 'Units in trouble',
  clock: 'Clocks',
};
/** What may stand once among what is wrong and once among what is to be looked at. */
const TO_LOOK_AT: Readonly<Partial<Record<ProblemKind, string>>> = {
  'unit-status': 'Units to look at',
  clock: 'Clocks to look at',
};

/**
 * What is wrong in the whole system, the worst first: servers that do not answer, that are not healthy or cut off slow
 * consumers, streams without a leader, units that are late or in trouble, clocks that nothing sets. What could not be looked
 * at is said, too: silence is no health.
 *
 * @element nunect-problems
 * @attr interval - seconds from one look at the servers to the next, at least 1; 5 by default
 * @csspart summary - how much is wrong
 * @csspart problem - one thing that is wrong
 * @csspart unknown - what could not be looked at
 */
export class NunectProblems extends NunectElement<ProblemsData> {
  static override styles = [NunectElement.styles, styles];

  @property({ type: Number }) interval = USUAL_S;

  /** Makes names into links. */
  @property({ attribute: false }) linkOf: ProblemLink | null = null;

  protected override readonly defaultHeading = 'What is wrong';

  protected override get pollIntervalMs(): number {
    return intervalMs(this.interval, USUAL_S);
  }

  protected override createSource(connection: Connection): Source<ProblemsData> {
    return problemsSource(connection);
  }

  protected override renderData(data: ProblemsData): TemplateResult {
    const view = problemsOf(data);
    return html`${this.#renderSummary(view, data.main.length)}
    ${
      view.groups.length > 0
        ? html`<ul class="groups">
            ${view.groups.map((group) => this.#renderGroup(group))}
          </ul>`
        : nothing
    }
    ${
      view.unknown.length > 0
        ? html`<div class="unknown" part="unknown">
            <h3>Not looked at</h3>
            <dl>
              ${view.unknown.map(
                ({ what, why }) =>
                  html`<dt>${what}</dt>
                    <dd>${why}</dd>`,
              )}
            </dl>
          </div>`
        : nothing
    }`;
  }

  #renderSummary({ bad, warn, unknown }: ProblemsView, servers: number): TemplateResult {
    const words = [
      bad > 0 ? `${formatCount(bad)} ${bad === 1 ? 'thing is' : 'things are'} wrong` : '',
      warn > 0 ? `${formatCount(warn)} to look at` : '',
    ].filter((each) => each !== '');
    const tone = bad > 0 ? 'bad' : warn > 0 || unknown.length > 0 ? 'warn' : 'good';
    const mark = { bad: '✕', warn: '!', good: '✓' }[tone];
    const fine = `Nothing is wrong ${unknown.length > 0 ? 'as far as is known' : ''} with ${formatCount(servers)} ${servers === 1 ? 'server' : 'servers'}`;
    return html`<p class="summary ${tone}" part="summary" role="status">
      <span class="mark" aria-hidden="true">${mark}</span>${words.length > 0 ? words.join(', ') : fine}
    </p>`;
  }

  #renderGroup({ kind, tone, problems, total }: ProblemGroup): TemplateResult {
    const more = total - problems.length;
    const href = more > 0 ? (this.linkOf?.(kind, null) ?? null) : null;
    const words = `and ${formatCount(more)} more`;
    return html`<li class="group ${tone}">
      <h3>
        ${(tone === 'warn' && TO_LOOK_AT[kind]) || KINDS[kind]}${total > 1 ? html` <span class="count">${formatCount(total)}</span>` : nothing}
      </h3>
      <ul>
        ${problems.map((problem) => this.#renderProblem(problem))}
        ${more > 0 ? html`<li class="more">${href === null ? words : html`<a href=${href}>${words}</a>`}</li>` : nothing}
      </ul>
    </li>`;
  }

  #renderProblem({ kind, tone, name, text, since }: Problem): TemplateResult {
    const shown = name === null ? '' : safeText(name, 128);
    const href = this.linkOf?.(kind, name) ?? null;
    return html`<li class="problem ${tone}" part="problem">
      <span class="mark" aria-hidden="true">${tone === 'bad' ? '✕' : '!'}</span>
      <span
        ><span class="unseen">${tone === 'bad' ? 'Wrong: ' : 'To look at: '}</span>${
          href === null
            ? html`<strong>${shown}</strong> ${text}`
            : shown === ''
              ? html`<a href=${href}>${text}</a>`
              : html`<a href=${href}>${shown}</a> ${text}`
        }${since === null ? nothing : html` for ${age(since)}`}</span
      >
    </li>`;
  }
}
