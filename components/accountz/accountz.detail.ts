import { html, nothing, type TemplateResult } from 'lit';
import type { AccountInfo, AccountLimits } from '../../protocol/server/account-info.ts';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import {
  formatBytes,
  formatCount,
  formatDateTime,
  formatNumber,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import { renderMeter } from '../core/ui/stat.ts';
import type { AccountLookup } from './accountz.lookup.ts';
import type { Account, AccountOnServer } from './accountz.model.ts';

/** All that there is to tell of one account. */
export function renderAccount(account: Account, lookup: AccountLookup): TemplateResult {
  const { info, trouble, at } = lookup;
  return html`${renderFigures(account, info)}
  ${
    at === null
      ? html`<p class="quiet" role="status">Asking the servers about this account…</p>`
      : trouble !== null
        ? html`<p class="trouble">${trouble}</p>`
        : nothing
  }
  ${info ? renderInfo(account, info) : nothing} ${renderJetStream(lookup)} ${renderServers(account)}
  ${at === null ? nothing : html`<p class="quiet">Limits, imports and exports were read ${age(at)} ago.</p>`}`;
}

function renderFigures(account: Account, info: AccountInfo | null): TemplateResult {
  return html`<dl class="grid-pairs">
    ${account.name === account.id ? nothing : pair('Public key', html`<span class="subject">${safeText(account.id, 80)}</span>`)}
    ${pair('Connections', formatCount(account.connections))} ${pair('Leaf nodes', formatCount(account.leafnodes))}
    ${pair('Subscriptions', formatCount(account.subscriptions))}
    ${pair('Received', flow(account.received, account.receivedRate))}
    ${pair('Sent', flow(account.sent, account.sentRate))}
    ${account.countsRoutes ? pair('', html`<span class="quiet">What went to other servers of the system is among what was sent: these servers do not tell it apart.</span>`) : nothing}
    ${pair('Slow consumers', formatCount(account.slowConsumers))}
    ${info ? pair('Configured', formatDateTime(info.updated)) : nothing}
    ${info?.expired === true ? pair('State', html`<span class="trouble">expired</span>`) : nothing}
    ${info && info.revoked > 0 ? pair('Revoked users', formatCount(info.revoked)) : nothing}
  </dl>`;
}

function flow(total: Account['sent'], rate: Account['sent']): string {
  return `${formatCount(total.msgs)} messages, ${formatBytes(total.bytes)} · ${formatPerSecond(rate.msgs, formatNumber)}, ${formatPerSecond(rate.bytes, formatBytes)}`;
}

function pair(term: string, value: unknown): TemplateResult {
  return html`<div>
    <dt>${term}</dt>
    <dd>${value}</dd>
  </div>`;
}

function renderInfo(account: Account, info: AccountInfo): TemplateResult {
  return html`<h4>Limits</h4>
    ${info.limits ? renderLimits(account, info.limits) : html`<p class="quiet">Servers tell the limits of accounts that are JWTs, not those of a configuration file.</p>`}
    <h4>Imports</h4>
    ${
      info.imports.length === 0
        ? html`<p class="quiet">None.</p>`
        : html`<table class="part">
            <thead>
              <tr>
                <th>Kind</th>
                <th>Subject here</th>
                <th>From</th>
              </tr>
            </thead>
            <tbody>
              ${info.imports.map(
                (each) =>
                  html`<tr>
                    <td>${each.kind ?? UNKNOWN}</td>
                    <td>
                      <span class="subject">${safeText(each.local)}</span
                      >${each.invalid === true ? html` <span class="trouble">not allowed by the exporter</span>` : nothing}
                    </td>
                    <td>
                      ${safeText(each.from ?? UNKNOWN, 80)}${each.subject === each.local ? nothing : html` <span class="subject">${safeText(each.subject)}</span>`}
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    <h4>Exports</h4>
    ${
      info.exports.length === 0
        ? html`<p class="quiet">None.</p>`
        : html`<table class="part">
            <thead>
              <tr>
                <th>Kind</th>
                <th>Subject</th>
                <th>For</th>
              </tr>
            </thead>
            <tbody>
              ${info.exports.map(
                (each) =>
                  html`<tr>
                    <td>
                      ${each.kind ?? UNKNOWN}${each.responseType !== null && each.responseType !== 'Singleton' ? ` (${safeText(each.responseType, 24)})` : nothing}
                    </td>
                    <td><span class="subject">${safeText(each.subject)}</span></td>
                    <td>
                      ${each.approved.length > 0 ? each.approved.map((name) => safeText(name, 64)).join(', ') : each.tokenRequired === true ? 'accounts with a token' : 'every account'}
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${
      info.mappings.length > 0
        ? html`<h4>Mapped subjects</h4>
            <p class="subject">${info.mappings.map((each) => safeText(each)).join(', ')}</p>`
        : nothing
    }`;
}

function renderLimits(account: Account, limits: AccountLimits): TemplateResult {
  const plain = (
    label: string,
    value: number | null,
    format: (value: number) => string = formatCount,
  ): TemplateResult => pair(label, value === null ? UNKNOWN : value < 0 ? 'no limit' : format(value));
  const used = (label: string, use: number | null, limit: number | null): TemplateResult =>
    limit === null || limit <= 0
      ? plain(label, limit)
      : pair(label, renderMeter({ label, used: use, limit, format: formatCount }));
  return html`<dl class="grid-pairs">
    ${used('Connections', account.connections, limits.connections)}
    ${used('Leaf nodes', account.leafnodes, limits.leafnodes)}
    ${used('Subscriptions', account.subscriptions, limits.subscriptions)}
    ${plain('One message', limits.payload, formatBytes)} ${plain('Imports', limits.imports)}
    ${plain('Exports', limits.exports)}
    ${
      limits.isTiered
        ? pair('JetStream', 'by number of replicas')
        : html`${plain('In memory', limits.memoryStorage, formatBytes)}
          ${plain('On disk', limits.diskStorage, formatBytes)} ${plain('Streams', limits.streams)}
          ${plain('Consumers', limits.consumers)}`
    }
  </dl>`;
}

function renderJetStream({ info, at, jetStream, jetStreamTrouble }: AccountLookup): TemplateResult | typeof nothing {
  if (at === null) return nothing;
  const [first] = jetStream;
  return html`<h4>JetStream</h4>
    ${
      first
        ? html`<dl class="grid-pairs">
              ${pair('Limit in memory', limitWords(first.detail.reservedMemory))}
              ${pair('Limit on disk', limitWords(first.detail.reservedStorage))}
              ${pair('API requests', `${formatCount(first.detail.api.total)}, ${formatCount(first.detail.api.errors)} refused`)}
            </dl>
            <table class="part">
              <thead>
                <tr>
                  <th>Held, replicas included</th>
                  <th class="end">Memory</th>
                  <th class="end">Disk</th>
                </tr>
              </thead>
              <tbody>
                ${jetStream.map(
                  ({ server, detail }) =>
                    html`<tr>
                      <td>${safeText(server, 64)}</td>
                      <td class="end">${formatBytes(detail.memory)}</td>
                      <td class="end">${formatBytes(detail.storage)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
        : jetStreamTrouble !== null
          ? html`<p class="trouble">${jetStreamTrouble}</p>`
          : html`<p class="quiet">
              ${info?.jetstream === true ? 'On; no server holds anything of it.' : info?.jetstream === false ? 'Off.' : UNKNOWN}
            </p>`
    }`;
}

function limitWords(value: number | null): string {
  return value === null ? UNKNOWN : value < 0 ? 'no limit' : formatBytes(value);
}

function renderServers({ servers }: Account): TemplateResult {
  return html`<h4>By server</h4>
    ${
      servers.length === 0
        ? html`<p class="quiet">No server has figures of it.</p>`
        : html`<table class="part">
            <thead>
              <tr>
                <th>Server</th>
                <th class="end">Connections</th>
                <th class="end">Msgs in</th>
                <th class="end">Msgs out</th>
              </tr>
            </thead>
            <tbody>
              ${servers.map(renderServer)}
            </tbody>
          </table>`
    }`;
}

function renderServer({ server, stat, receivedRate, sentRate, missingSince }: AccountOnServer): TemplateResult {
  return html`<tr>
    <td>
      ${safeText(server, 64)}${missingSince === null ? nothing : html` <span class="trouble">silent for ${age(missingSince)}</span>`}
    </td>
    <td class="end">${formatCount(stat.connections)}</td>
    <td class="end">${formatPerSecond(receivedRate.msgs)}</td>
    <td class="end">${formatPerSecond(sentRate.msgs)}</td>
  </tr>`;
}
