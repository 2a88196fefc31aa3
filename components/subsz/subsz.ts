import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { safeText } from '../../protocol/decode.ts';
import { decodeSubszReply } from '../../protocol/server/subsz.ts';
import { textOr } from '../core/element/attributes.ts';
import { age } from '../core/element/age.ts';
import { formatCount, formatPerSecond } from '../core/element/format.ts';
import { rawReplies } from '../core/sources/ask.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { factsStyles, renderNote, renderUnreadable } from '../core/ui/facts.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { renderStats, type Stat } from '../core/ui/stat.ts';
import { LIST_COLUMNS, percent, SERVER_COLUMNS } from './subsz.columns.ts';
import { SubscriptionList, type ListState } from './subsz.list.ts';
import {
  optionsOf,
  serverRows,
  subjectProblem,
  summarize,
  type ListRequest,
  type ServerRow,
  type SubszRow,
  type SubszServer,
} from './subsz.model.ts';
import { styles } from './subsz.styles.ts';

type Data = readonly SubszServer[];

/** How many subscriptions of each server may be asked for at once. Servers say 1,024 by default, and have no upper bound. */
const LIMITS = [1_024, 10_000, 100_000] as const;

/**
 * How servers route by subject: subscriptions, lookups, cache, receivers. On demand the subscriptions of their clients, by
 * account, or those that a message on a subject would reach.
 *
 * @element nunect-subsz
 * @attr interval - seconds from one request for statistics to the next, at least 1; 5 by default
 * @attr server - shows what the server of this name says only
 * @attr view - `servers`: statistics, the default; `subscriptions`: the list, which is asked for at once
 * @attr account - lists subscriptions of this account only
 * @attr test - lists only what a message on this subject would reach
 */
export class NunectSubsz extends GridElement<Data, SubszRow> {
  static override styles = [GridElement.styles, factsStyles, styles];

  @property(textOr('servers')) view = 'servers';
  @property(textOr('')) account = '';
  @property(textOr('')) test = '';

  protected override readonly defaultHeading = 'Subscriptions';
  protected override readonly hint = 'Asking every server for its subscription figures ($SYS.REQ.SERVER.PING.SUBSZ).';
  protected override readonly fileName = 'subscriptions';
  protected override readonly rawFeed = 'subsz';
  protected override rowNoun = 'servers';
  readonly #list = new SubscriptionList(() => this.requestUpdate());
  #limit: number = LIMITS[0];
  /** Through this connection: a page's own wish is asked for once, what is typed only when it is sent. */
  #isAsked = false;
  /** Why the subject in the field is none. */
  #refused: string | null = null;

  protected override get columns(): typeof SERVER_COLUMNS {
    return this.#isList ? LIST_COLUMNS : SERVER_COLUMNS;
  }

  get #isList(): boolean {
    return this.view === 'subscriptions';
  }

  protected override createSource(connection: Connection): Source<Data> {
    this.#list.forget();
    this.#isAsked = false;
    return serverPoll(connection, 'subsz', decodeSubszReply);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.rowNoun = this.#isList ? 'subscriptions' : 'servers';
    // a page that says what to list has it listed once somebody can be asked
    if (this.#isList && !this.#isAsked && this.status === 'live') this.#ask();
  }

  protected override rowsKey(): unknown {
    return this.#isList ? (this.#list.state ?? 'list') : this.server;
  }

  protected override rowsOf(data: Data): readonly SubszRow[] {
    const rows: readonly SubszRow[] = this.#isList ? (this.#list.state?.result?.rows ?? []) : serverRows(data);
    return this.server ? rows.filter(({ server }) => server === this.server) : rows;
  }

  /** A list of nothing is an answer about subscriptions, not about the servers. */
  protected override isEmpty(data: Data): boolean {
    return data.length === 0;
  }

  protected override rowId({ id }: SubszRow): string {
    return id;
  }

  protected override rowClass(row: SubszRow): string {
    return row.kind === 'server' && row.missingSince !== null ? 'missing' : '';
  }

  protected override rawJson(): Promise<string> {
    const connection = this.activeConnection;
    const asked = this.#list.state;
    if (!connection || !this.#isList || !asked) return super.rawJson();
    return rawReplies(connection, 'subsz', optionsOf(asked.request));
  }

  /** While a list is not known there is no grid: an empty one would say that there are none. */
  protected override renderData(data: Data, snapshot: Snapshot<Data>): TemplateResult {
    if (!this.#isList || this.#list.state?.result) return super.renderData(data, snapshot);
    return html`<div class="unlisted">${this.renderSummary(data, snapshot)}</div>`;
  }

  protected override renderSummary(data: Data, snapshot: Snapshot<Data>): TemplateResult {
    return html`${renderStats('All servers together', stats(serverRows(data)))} ${this.#renderForm()}
      <div class="views" role="group" aria-label="What is listed">
        <button type="button" aria-pressed=${!this.#isList} @click=${() => this.#show('servers')}>Servers</button>
        <button type="button" aria-pressed=${this.#isList} @click=${() => this.#show('subscriptions')}>
          Subscriptions
        </button>
        ${this.#isList ? this.#renderAge() : nothing}
      </div>
      ${this.#isList ? this.#renderSaid(snapshot) : nothing}`;
  }

  #renderForm(): TemplateResult {
    return html`<form class="ask" @submit=${this.#submit}>
      <label class="wide"
        >Test a subject
        <input
          name="test"
          placeholder="all subscriptions, or who gets orders.new"
          autocomplete="off"
          spellcheck="false"
          aria-invalid=${this.#refused !== null}
          aria-describedby=${this.#refused === null ? nothing : 'refused'}
          .value=${live(this.test)}
          @input=${(event: Event) => this.#edit((event.target as HTMLInputElement).value)}
        />
      </label>
      <label
        >Account
        <input
          name="account"
          placeholder="all"
          autocomplete="off"
          spellcheck="false"
          .value=${live(this.account)}
          @input=${(event: Event) => (this.account = (event.target as HTMLInputElement).value)}
        />
      </label>
      <label
        >Most of each server
        <select @change=${(event: Event) => (this.#limit = Number((event.target as HTMLSelectElement).value))}>
          ${LIMITS.map((limit) => html`<option value=${limit} ?selected=${limit === this.#limit}>${formatCount(limit)}</option>`)}
        </select>
      </label>
      <button class="primary" type="submit">${this.test.trim() ? 'Who gets it?' : 'List'}</button>
      ${this.#refused === null ? nothing : html`<p class="refused" id="refused" role="alert">${this.#refused}</p>`}
    </form>`;
  }

  #renderAge(): TemplateResult | typeof nothing {
    const at = this.#list.state?.at;
    return at == null ? nothing : html`<span class="quiet">as of <span aria-hidden="true">${age(at)}</span> ago</span>`;
  }

  #renderSaid(snapshot: Snapshot<Data>): TemplateResult {
    const { state } = this.#list;
    if (!state) return html`${nothing}`;
    const { busy, failure, result, request } = state;
    if (busy) return html`<p class="said" role="status">Asking every server for its subscriptions …</p>`;
    if (!result) return html`<p class="said warn" role="status">The list is not known. ${failure}</p>`;
    const silent = silentServers(snapshot, result.servers);
    return html`<p class="said" role="status">${saidWords(state)}</p>
      ${renderNote(result.cut ? cutWords(state) : null, true)}
      ${renderNote(
        silent.length > 0
          ? `Without ${silent
              .slice(0, 5)
              .map((name) => safeText(name, 64))
              .join(', ')}${silent.length > 5 ? ` and ${formatCount(silent.length - 5)} more` : ''}: not answering.`
          : null,
        true,
      )}
      ${renderUnreadable(state.unreadable, 'answer', 'answers')}
      ${renderUnreadable(result.unreadable, 'subscription', 'subscriptions')}
      ${renderNote(
        request.test
          ? 'Of each queue group one member gets a message. Only the account that it is published in counts, and those that import it.'
          : 'Subscriptions of clients, and of servers themselves. Interest that routes, gateways and leaves told of is counted above, and not listed.',
      )}`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.view = 'subscriptions';
    this.#ask();
  };

  #edit(test: string): void {
    this.test = test;
    if (this.#refused !== null && (test.trim() === '' || subjectProblem(test.trim()) === null)) this.#refused = null;
  }

  #show(view: 'servers' | 'subscriptions'): void {
    this.view = view;
  }

  #ask(): void {
    this.#isAsked = true;
    const connection = this.activeConnection;
    const test = this.test.trim();
    this.#refused = test === '' ? null : subjectProblem(test);
    this.requestUpdate();
    if (!connection || this.#refused !== null) return;
    const request: ListRequest = { account: this.account.trim(), test, limit: this.#limit };
    void this.#list.ask(connection, request);
  }
}

/** Servers that are known and are not in the list. */
function silentServers({ data, completeness }: Snapshot<Data>, answered: readonly string[]): readonly string[] {
  const known = new Set([...(data ?? []).map(({ server }) => server.name), ...(completeness?.missing ?? [])]);
  for (const name of answered) known.delete(name);
  return [...known];
}

function saidWords({ request, result }: ListState): string {
  if (!result) return '';
  const { rows, servers } = result;
  const of = request.account ? ` of account ${safeText(request.account, 64)}` : '';
  const at = `${formatCount(servers.length)} ${servers.length === 1 ? 'server' : 'servers'}`;
  const count = `${formatCount(rows.length)} ${rows.length === 1 ? 'subscription' : 'subscriptions'}`;
  if (!request.test) return `${count}${of} at ${at}.`;
  const subject = safeText(request.test, 128);
  if (rows.length === 0)
    return `Nobody${of ? ` in account ${safeText(request.account, 64)}` : ''} who is connected to the ${at} that answered subscribes to what “${subject}” matches.`;
  return `A message on “${subject}” would reach ${result.cut ? 'at least ' : ''}${count}${of}, at ${formatCount(new Set(rows.map(({ server }) => server)).size)} of ${at}.`;
}

function cutWords({ result, request }: ListState): string {
  if (!result) return '';
  const shown = formatCount(result.rows.length);
  return result.total === null
    ? `More than ${shown}: at least one server stopped at ${formatCount(request.limit)}, and does not say of how many (nats-server 2.11.6 and later do). Ask for more of each.`
    : `${shown} of ${formatCount(result.total)} are shown: ask for more of each server, or for one account.`;
}

function stats(rows: readonly ServerRow[]): Stat[] {
  const { subscriptions, cache, insertsRate, removesRate, matchesRate, hitRate, maxFanout } = summarize(rows);
  return [
    {
      label: 'Subscriptions',
      value: formatCount(subscriptions),
      title: 'What servers route by, each server’s own count added up: what one told another is counted at both',
      more: 'counted at each server',
    },
    {
      label: 'Lookups',
      value: formatPerSecond(matchesRate),
      title: 'Lookups of receivers, one for each message at each server',
      more: 'of receivers',
    },
    {
      label: 'Cache hits',
      value: percent(hitRate),
      title: 'Share of all lookups since the servers’ starts that the cache answered',
      more: `${formatCount(cache)} subjects in cache`,
    },
    { label: 'Added', value: formatPerSecond(insertsRate), title: 'Subscriptions added', more: 'subscriptions' },
    { label: 'Removed', value: formatPerSecond(removesRate), title: 'Subscriptions removed', more: 'subscriptions' },
    {
      label: 'Most receivers',
      value: formatCount(maxFanout),
      title: 'Receivers of one subject in the caches, at most',
      more: 'of one subject',
    },
  ];
}
