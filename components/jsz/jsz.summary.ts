import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import type { RaftPeer } from '../../protocol/server/js-cluster.ts';
import { age } from '../core/element/age.ts';
import { formatAge, formatBytes, formatCount, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import { renderMeter, renderStats, type Stat } from '../core/ui/stat.ts';
import type { ConsumerRow } from './jsz.consumers.ts';
import type { JszServer, JszServers, StreamRow } from './jsz.model.ts';
import { streamHealth } from './jsz.columns.ts';
import { apiView, cutServers, metaGroups, type AccountRow, type MetaView, type ServerRow } from './jsz.system.ts';

/** Servers whose storage is drawn; of more the fullest are. */
const MOST_SERVERS = 12;

/** Everything that stands above the grid. */
export interface SummaryRows {
  readonly streams: readonly StreamRow[];
  readonly consumers: readonly ConsumerRow[];
  readonly accounts: readonly AccountRow[];
  readonly servers: readonly ServerRow[];
}

/** Meta group, totals, and the storage of each server. */
export function renderSystem(servers: JszServers, rows: SummaryRows): TemplateResult {
  const on = servers.filter(({ value }) => !value.disabled);
  const off = servers.filter(({ value }) => value.disabled);
  if (on.length === 0)
    return html`<p class="note">
      JetStream is off on ${off.length === 1 ? 'the one server' : `all ${formatCount(off.length)} servers`} that
      ${off.length === 1 ? 'answers' : 'answer'}: ${names(off)}. A <code>jetstream</code> block in its configuration
      turns it on.
    </p>`;
  const cut = cutServers(on);
  return html`${renderStats('JetStream of all servers together', totals(rows))}
  ${metaGroups(servers).map((view) => renderMeta(view, servers))} ${renderStorage(on)}
  ${off.length > 0 ? html`<p class="note">Without JetStream: ${names(off)}.</p>` : nothing}${
    cut.length > 0
      ? html`<p class="note caution">
          Not all accounts are listed: ${cut.map((name) => safeText(name, 48)).join(', ')}
          ${cut.length === 1 ? 'has' : 'have'} more than one answer holds.
        </p>`
      : nothing
  }`;
}

function names(servers: JszServers): string {
  const shown = servers.slice(0, 6).map(({ server }) => safeText(server.name, 48));
  return servers.length > 6 ? `${shown.join(', ')} and ${formatCount(servers.length - 6)} more` : shown.join(', ');
}

function totals({ streams, consumers, accounts, servers }: SummaryRows): Stat[] {
  const api = apiView(servers);
  const noLeader = streams.filter((row) => streamHealth(row) === 'no leader').length;
  const unwell = streams.filter((row) => streamHealth(row) !== 'ok').length - noLeader;
  const trouble = [
    ...(noLeader > 0 ? [`${formatCount(noLeader)} without leader`] : []),
    ...(unwell > 0 ? [`${formatCount(unwell)} behind or unknown`] : []),
  ];
  const known = consumers.flatMap((row) => row.pending ?? []);
  const pending = known.length === 0 && consumers.length > 0 ? null : known.reduce((sum, value) => sum + value, 0);
  const unknown = consumers.filter((row) => row.pending === null).length;
  return [
    {
      label: 'Streams',
      value: formatCount(streams.length),
      more: trouble.length > 0 ? trouble.join(' · ') : 'each counted once, not per replica',
      ...(noLeader > 0 ? { tone: 'bad' as const } : unwell > 0 ? { tone: 'warn' as const } : {}),
    },
    {
      label: 'Consumers',
      value: formatCount(consumers.length),
      more: `${formatCount(pending)} messages pending${unknown > 0 ? ` · ${formatCount(unknown)} unknown` : ''}`,
    },
    { label: 'Accounts', value: formatCount(accounts.length), more: 'with JetStream' },
    {
      label: 'API requests',
      value: formatPerSecond(api.rate),
      more: `${formatCount(api.total)} since the servers’ starts`,
      title: 'Requests to JetStream’s API, on all servers that answer',
    },
    {
      label: 'API errors',
      value: formatPerSecond(api.errorRate),
      more: `${formatCount(api.errors)} in all`,
      ...((api.errorRate ?? 0) > 0 ? { tone: 'warn' as const } : {}),
    },
  ];
}

function renderMeta(
  { domain, leader, isLeadersWord, saidBy, meta, peers }: MetaView,
  servers: JszServers,
): TemplateResult {
  const leaderMissing =
    leader !== null && servers.some(({ server, missingSince }) => server.name === leader && missingSince !== null);
  const trouble =
    leader === null
      ? renderBadge('bad', '✕', 'no leader')
      : leaderMissing
        ? renderBadge('warn', '?', 'leader does not answer')
        : nothing;
  return html`<div class="meta" part="meta">
    <h3>Meta group${domain ? html` of domain ${safeText(domain, 48)}` : nothing}</h3>
    <p>
      ${trouble}
      ${leader === null ? 'Nothing can be created or changed until one is elected.' : html`Leader <strong>${safeText(leader, 64)}</strong>`}
      · ${meta.size === null ? UNKNOWN : formatCount(meta.size)}
      servers${meta.quorumNeeded === null ? nothing : html` · ${formatCount(meta.quorumNeeded)} must agree`}${
        meta.pending === null
          ? nothing
          : html` ·
              <span class=${meta.pending > 0 ? 'caution' : ''}>${formatCount(meta.pending)} requests pending</span>`
      }
    </p>
    ${
      isLeadersWord
        ? html`<ul class="peers" aria-label="Servers of the meta group">
            <li>${renderBadge('good', '★', `${safeText(leader ?? '', 64)} leads`)}</li>
            ${peers.map((peer) => html`<li>${renderPeer(peer)}</li>`)}
          </ul>`
        : html`<p class="quiet">
            How its servers are is not known: only its leader knows. This is what ${safeText(saidBy, 64)} says.
          </p>`
    }
  </div>`;
}

/** A peer's name, and whether it keeps up. */
export function renderPeer(peer: RaftPeer): TemplateResult {
  const name = safeText(peer.name, 64);
  if (peer.offline === true) return renderBadge('bad', '✕', `${name} offline, last heard of ${heard(peer)}`);
  const lag = peer.lag ? `, ${formatCount(peer.lag)} behind` : '';
  if (peer.current === true && !lag) return renderBadge('good', '✓', `${name} current`);
  if (peer.current === null) return renderBadge('quiet', '?', `${name} unknown`);
  return renderBadge('warn', '▲', `${name} ${peer.current ? 'current' : 'not current'}${lag}, heard of ${heard(peer)}`);
}

function heard({ activeMs }: RaftPeer): string {
  return activeMs === null || activeMs === 0 ? 'never or just now' : `${formatAge(activeMs)} ago`;
}

function share({ value }: JszServer): number {
  const of = (used: number | null, limit: number | null): number => (used !== null && limit ? used / limit : 0);
  return Math.max(of(value.storage, value.maxStorage), of(value.memory, value.maxMemory));
}

function renderStorage(servers: JszServers): TemplateResult {
  const shown =
    servers.length <= MOST_SERVERS ? servers : [...servers].sort((a, b) => share(b) - share(a)).slice(0, MOST_SERVERS);
  return html`<ul class="storage" aria-label="Storage of each server">
      ${shown.map(
        ({ server, value, missingSince }) =>
          html`<li class=${missingSince === null ? '' : 'missing'} part="storage">
            <h3>
              ${safeText(server.name, 64)}
              ${missingSince === null ? nothing : html`<span class="alarm">missing for ${age(missingSince)}</span>`}
            </h3>
            <div>
              <span class="term">File</span>
              ${renderMeter({ label: 'File storage', used: value.storage, limit: value.maxStorage, format: formatBytes })}
              <span class="quiet">${reserved(value.reservedStorage, value.maxStorage)}</span>
            </div>
            <div>
              <span class="term">Memory</span>
              ${renderMeter({ label: 'Memory', used: value.memory, limit: value.maxMemory, format: formatBytes })}
              <span class="quiet">${reserved(value.reservedMemory, value.maxMemory)}</span>
            </div>
          </li>`,
      )}
    </ul>
    ${
      servers.length > MOST_SERVERS
        ? html`<p class="quiet">The fullest ${formatCount(MOST_SERVERS)} of ${formatCount(servers.length)} servers.</p>`
        : nothing
    }`;
}

function reserved(bytes: number | null, limit: number | null): string {
  if (bytes === null) return 'reserved: unknown';
  const percent = limit ? ` (${formatCount((100 * bytes) / limit)} %)` : '';
  return `${formatBytes(bytes)} reserved${bytes > 0 ? percent : ''}`;
}
