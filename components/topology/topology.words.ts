import { safeText } from '../../protocol/decode.ts';
import {
  formatBytes,
  formatCount,
  formatMicroseconds,
  formatPercent,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import type { LinkState, NodeState, TopologyLink, TopologyNode } from './topology.model.ts';

export const NODE_WORDS: Record<NodeState, string> = {
  answers: 'answers',
  missing: 'missing',
  told: 'known from its hub alone',
};

export const LINK_WORDS: Record<LinkState, string> = {
  up: 'up',
  part: 'in part',
  down: 'down',
  unknown: 'unknown',
};

export const KIND_WORDS = { route: 'route', gateway: 'gateway', leaf: 'leaf' } as const;

export function nameOf(text: string, max = 64): string {
  return safeText(text, max);
}

export function linkName({ kind, from, to }: TopologyLink): string {
  return `${KIND_WORDS[kind]} ${nameOf(from)} – ${nameOf(to)}`;
}

/** The same as the picture, for a screen reader. */
export function nodeSentence({ name, cluster, state, version, statsz }: TopologyNode): string {
  const where = cluster === null ? '' : `, cluster ${nameOf(cluster)}`;
  const figures = statsz && state === 'answers' ? `, ${formatCount(statsz.connections)} connections` : '';
  return `Server ${nameOf(name)}${where}, ${NODE_WORDS[state]}${version ? `, nats-server ${nameOf(version, 32)}` : ''}${figures}`;
}

export function linkSentence(link: TopologyLink): string {
  const { state, bytes, reason } = link;
  return `${linkName(link)}, ${LINK_WORDS[state]}, ${bytes === null ? 'traffic unknown' : formatPerSecond(bytes, formatBytes)}${reason ? `. ${safeText(reason, 300)}` : ''}`;
}

type Pair = readonly [term: string, value: string];

export function nodePairs({ cluster, state, version, statsz, isLeaf }: TopologyNode): Pair[] {
  const said = state === 'told' ? null : statsz;
  return [
    ['State', NODE_WORDS[state]],
    ['Cluster', cluster === null ? 'none' : nameOf(cluster)],
    ['Leaf', isLeaf ? 'yes' : 'no'],
    ['Version', version === null ? UNKNOWN : nameOf(version, 32)],
    ['CPU', said ? `${formatPercent(said.cpu)} of one processor` : UNKNOWN],
    ['Memory', formatBytes(said?.mem)],
    ['Connections', formatCount(said?.connections)],
    ['Subscriptions', formatCount(said?.subscriptions)],
    ['Slow consumers', formatCount(said?.slowConsumers)],
  ];
}

export function linkPairs(link: TopologyLink): Pair[] {
  const { state, reason, connections, msgs, bytes, rttUs } = link;
  return [
    ['State', LINK_WORDS[state]],
    ...(reason ? ([['Why', safeText(reason, 400)]] as Pair[]) : []),
    ['Connections', formatCount(connections)],
    ['Messages, both ways', formatPerSecond(msgs)],
    ['Data, both ways', formatPerSecond(bytes, formatBytes)],
    ['Round trip, of the quickest', formatMicroseconds(rttUs)],
  ];
}

/** Lines by traffic: from a thin one for silence, one step for each factor of ten. 0 to 5. */
export function widthStep(bytes: number | null): number {
  return bytes === null || bytes < 100 ? 0 : Math.min(5, Math.floor(Math.log10(bytes)) - 1);
}
