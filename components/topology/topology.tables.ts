import { html, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { formatBytes, formatCount, formatMicroseconds, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import type { ExportTable } from '../core/ui/table-export.ts';
import type { Topology, TopologyLink, TopologyNode } from './topology.model.ts';
import { KIND_WORDS, LINK_WORDS, nameOf, NODE_WORDS } from './topology.words.ts';

export function nodesOf({ clusters, others }: Topology): TopologyNode[] {
  return [...clusters.flatMap(({ nodes }) => nodes), ...others];
}

/** The same as the picture, as two tables. */
export function renderTables(topology: Topology): TemplateResult {
  const head = (labels: readonly string[], figures: readonly string[]): TemplateResult =>
    html`<thead>
      <tr>
        ${labels.map((label) => html`<th scope="col">${label}</th>`)}
        ${figures.map((label) => html`<th scope="col" class="end">${label}</th>`)}
      </tr>
    </thead>`;
  return html`<div class="tables" part="tables">
    <div tabindex="0" role="group" aria-label="Servers">
      <table>
        <caption>
          Servers
        </caption>
        ${head(['Server', 'State', 'Cluster', 'Version'], ['Connections'])}
        <tbody>
          ${nodesOf(topology).map(nodeRow)}
        </tbody>
      </table>
    </div>
    <div tabindex="0" role="group" aria-label="Links">
      <table>
        <caption>
          Links
        </caption>
        ${head(['Link', 'Kind', 'State'], ['Connections', 'Messages', 'Data', 'Round trip'])}
        <tbody>
          ${topology.links.map(linkRow)}
        </tbody>
      </table>
    </div>
  </div>`;
}

function nodeRow({ name, state, cluster, version, statsz }: TopologyNode): TemplateResult {
  return html`<tr>
    <th scope="row">${nameOf(name)}</th>
    <td class=${state === 'missing' ? 'bad' : ''}>${NODE_WORDS[state]}</td>
    <td>${cluster === null ? 'none' : nameOf(cluster)}</td>
    <td>${version === null ? UNKNOWN : nameOf(version, 32)}</td>
    <td class="end">${formatCount(statsz?.connections)}</td>
  </tr>`;
}

function linkRow({ kind, from, to, state, reason, connections, msgs, bytes, rttUs }: TopologyLink): TemplateResult {
  const tone = state === 'down' ? 'bad' : state === 'part' ? 'warn' : '';
  return html`<tr>
    <th scope="row">${nameOf(from)} – ${nameOf(to)}</th>
    <td>${KIND_WORDS[kind]}</td>
    <td><span class=${tone}>${LINK_WORDS[state]}</span>${reason ? `: ${safeText(reason, 300)}` : ''}</td>
    <td class="end">${formatCount(connections)}</td>
    <td class="end">${formatPerSecond(msgs)}</td>
    <td class="end">${formatPerSecond(bytes, formatBytes)}</td>
    <td class="end">${formatMicroseconds(rttUs)}</td>
  </tr>`;
}

/** Servers and links as they leave the page. */
export function exportTopology(topology: Topology): ExportTable {
  return {
    headings: [
      'Kind',
      'From',
      'To',
      'Cluster',
      'Version',
      'State',
      'Why',
      'Connections',
      'Messages per second',
      'Bytes per second',
      'RTT, µs',
    ],
    ids: [
      'kind',
      'from',
      'to',
      'cluster',
      'version',
      'state',
      'reason',
      'connections',
      'msgs_per_s',
      'bytes_per_s',
      'rtt_us',
    ],
    rows: [
      ...nodesOf(topology).map(({ name, cluster, version, state, statsz }) => [
        'server',
        name,
        null,
        cluster,
        version,
        state,
        null,
        statsz?.connections ?? null,
        null,
        null,
        null,
      ]),
      ...topology.links.map(({ kind, from, to, state, reason, connections, msgs, bytes, rttUs }) => [
        kind,
        from,
        to,
        null,
        null,
        state,
        reason,
        connections,
        msgs,
        bytes,
        rttUs,
      ]),
    ],
  };
}
