import { formatCount } from '../core/element/format.ts';
import type { TopologyData } from './topology.source.ts';
import { nameOf } from './topology.words.ts';

interface Unnamed {
  readonly server: string;
  readonly count: number;
}

/** Leaf connections whose other end has no name, and so no place in the picture, by the server that tells of them. */
export function unnamedLeaves({ sides }: TopologyData): readonly Unnamed[] {
  return (sides.leafz.data ?? [])
    .filter(({ missingSince }) => missingSince === null)
    .map(({ server, value }) => ({
      server: server.name,
      count: value.leafs.filter(({ name, isSpoke }) => name === null && isSpoke !== true).length,
    }))
    .filter(({ count }) => count > 0);
}

/** What the picture cannot show; `null`: every leaf has a name. */
export function unnamedWords(unnamed: readonly Unnamed[]): string | null {
  if (unnamed.length === 0) return null;
  const total = unnamed.reduce((sum, { count }) => sum + count, 0);
  const where = unnamed.slice(0, 5).map(({ server, count }) => `${nameOf(server)} (${formatCount(count)})`);
  const more = unnamed.length > 5 ? ` and ${formatCount(unnamed.length - 5)} more` : '';
  const what = total === 1 ? 'leaf connection without a name is' : 'leaf connections without a name are';
  return `${formatCount(total)} ${what} not shown here: ${where.join(', ')}${more}. nats-server before 2.10 does not tell the names of leaves.`;
}
