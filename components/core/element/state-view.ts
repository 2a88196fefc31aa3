import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../../protocol/decode.ts';
import { unsupportedBy } from '../sources/silence.ts';
import type { Snapshot, SourceStatus } from '../sources/snapshot.ts';
import { age } from './age.ts';
import { formatAge, formatCount } from './format.ts';

const WORDS: Record<SourceStatus, string> = {
  'no-connection': 'no connection',
  waiting: 'waiting',
  live: 'live',
  stale: 'stale',
  empty: 'empty',
  denied: 'denied',
  unsupported: 'unsupported',
  error: 'error',
};

const TITLES: Partial<Record<SourceStatus, string>> = {
  'no-connection': 'No connection',
  waiting: 'Waiting for the first answer',
  empty: 'Nothing here',
  denied: 'Not allowed for this login',
  unsupported: 'Not supported by this server',
  error: 'No data',
};

/**
 * The chip in the heading: state and, for data, its age.
 * @param heading says to a screen reader whose state it is
 * @param announced whether a change is read aloud: not when all elements change at once, with the connection
 */
export function renderStatus(snapshot: Snapshot<unknown>, heading: string, announced: boolean): TemplateResult {
  const { status, receivedAt } = snapshot;
  const aged = receivedAt !== null && (status === 'live' || status === 'stale');
  return html`<span part="status" class="status ${status}" role=${announced ? 'status' : nothing}
    ><span class="unseen">${heading}: </span
    >${WORDS[status]}${aged ? html`<span aria-hidden="true">· ${age(receivedAt)}</span>` : nothing}</span
  >`;
}

/**
 * What stands instead of data. A page may put its own words into the slot named after the state.
 *
 * @param tag of the element, to say what its login would need where it is refused
 */
export function renderNothing(snapshot: Snapshot<unknown>, hint: string | null, tag: string): TemplateResult {
  const { status, error } = snapshot;
  return html`<div class="nothing" part="state">
    <slot name=${status}
      ><strong>${TITLES[status] ?? WORDS[status]}</strong>${sentence(error?.message ?? hint)}${
        status === 'denied'
          ? html`<span>What it needs is printed by <code>npx nunect permissions ${tag}</code>.</span>`
          : nothing
      }</slot
    >
  </div>`;
}

/** Lines between heading and data: stale and why, who is missing, what could not be read. */
export function renderNotices(
  snapshot: Snapshot<unknown>,
  noun: string,
  wantedIntervalMs: number | null = null,
): TemplateResult {
  const { status, error, receivedAt, completeness, problems, intervalMs } = snapshot;
  const missing = completeness?.missing ?? [];
  const unsupported = completeness?.unsupported;
  return html`${
    status === 'stale'
      ? html`<div class="notice stale" part="notice">
          <strong>Stale</strong><span>last data ${age(receivedAt)} ago.</span>${sentence(error?.message)}
        </div>`
      : error
        ? html`<div class="notice stale" part="notice">${sentence(error.message)}</div>`
        : nothing
  }${
    missing.length > 0 && completeness
      ? html`<div class="notice stale" part="notice">
          <strong>${formatCount(completeness.answered)} of ${formatCount(completeness.known)} ${noun} answered.</strong
          ><span>Missing: ${listed(missing)}</span>
        </div>`
      : nothing
  }${
    unsupported
      ? html`<div class="notice" part="notice">
          <span
            >${unsupportedBy(
              unsupported.request,
              unsupported.servers.map(({ version }) => version ?? 'an unknown version'),
            )}</span
          ><span>Too old: ${listed(unsupported.servers.map(({ name }) => name))}</span>
        </div>`
      : nothing
  }${
    intervalMs !== null && wantedIntervalMs !== null && intervalMs > 1.5 * wantedIntervalMs
      ? html`<div class="notice" part="notice">
          <span
            >Asked every ${formatAge(intervalMs)} instead of ${formatAge(wantedIntervalMs)}: the answers are
            large.</span
          >
        </div>`
      : nothing
  }${
    problems.count > 0
      ? html`<div class="notice" part="notice">
          <strong part="problem-count"
            >${formatCount(problems.count)} unreadable ${problems.count === 1 ? 'message' : 'messages'}.</strong
          ><span>Last: ${problems.last}</span>
        </div>`
      : nothing
  }`;
}

function sentence(text: string | null | undefined): TemplateResult | typeof nothing {
  return text ? html`<span>${text}</span>` : nothing;
}

/** The first few by name, the rest by number: the list may be of thousands. */
function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, 5)
    .map((name) => safeText(name, 64))
    .join(', ');
  return names.length > 5 ? `${shown} and ${formatCount(names.length - 5)} more` : shown;
}
