import type { Topology, TopologyLink, TopologyNode } from './topology.model.ts';

/** All lengths in px of the picture at its own size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: TopologyNode;
}

export interface PlacedLink {
  readonly link: TopologyLink;
  /** An SVG path. */
  readonly path: string;
  /** Where a mark or a label may stand. */
  readonly middle: { readonly x: number; readonly y: number };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly clusters: readonly (Box & { readonly name: string })[];
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
}

const NODE_HEIGHT = 38;
const NODE_WIDTH = 124;
const PAD = 16;
const TITLE = 26;
const BETWEEN = 84;
/** From a cluster to its leaves. */
const LEAF_GAP = 40;
const ROW = 58;
/** Up to so many servers stand in a ring; more stand in two columns, so that names stay apart. */
const MOST_IN_RING = 8;
/** An upright line longer than this would run behind a node between its ends; to a leaf there is none in the row below. */
const BEND = 80;
const LEAF_BEND = 130;

/**
 * Places everything, the same way each time: clusters beside one another as far as there is room, their servers in a
 * ring or in two columns, leaves and single servers below.
 *
 * @param room px
 */
export function layoutOf({ clusters, others, links }: Topology, room: number): Layout {
  const width = Math.max(300, Math.floor(room));
  const nodeWidth = Math.min(NODE_WIDTH, Math.floor((width - 4 * PAD - 36) / 2));
  const boxes: (Box & { readonly name: string })[] = [];
  const nodes: PlacedNode[] = [];
  const sizes = clusters.map((cluster) => ({
    ...cluster,
    ...clusterSize(cluster.nodes.length, width - 2 * PAD, nodeWidth),
  }));
  const unseen = namesOnlyInGateways(clusters, links).map((name) => ({
    name,
    nodes: [],
    width: nodeWidth + 2 * PAD,
    height: TITLE + 24,
  }));
  const placed = new Set<string>();
  let y = PAD;
  for (const row of inRows([...sizes, ...unseen], width - 2 * PAD)) {
    const free = width - row.reduce((sum, each) => sum + each.width, 0) - BETWEEN * (row.length - 1);
    let x = Math.max(PAD, free / 2);
    const height = Math.max(...row.map((each) => each.height));
    let bottom = y;
    for (const each of row) {
      const box = {
        name: each.name,
        x,
        y: y + (height - each.height) / 2,
        width: each.width,
        height: each.height,
      };
      boxes.push(box);
      const servers = placeNodes(hubsBelow(each.nodes, others, links), box, nodeWidth);
      // the keyboard goes by name, wherever they stand
      nodes.push(...[...servers].sort((a, b) => each.nodes.indexOf(a.node) - each.nodes.indexOf(b.node)));
      // in the order in which their hubs stand, so that lines do not cross
      const hubs = [...servers].sort((a, b) => a.x - b.x).map(({ node }) => node);
      const leaves = leavesOf(hubs, others, links).filter(({ id }) => !placed.has(id));
      for (const { id } of leaves) placed.add(id);
      const rows = gridBelow(leaves, { x, y: box.y + box.height + LEAF_GAP, width: each.width }, nodeWidth);
      nodes.push(...rows.nodes);
      bottom = Math.max(bottom, box.y + box.height + (rows.height > 0 ? LEAF_GAP + rows.height : 0));
      x += each.width + BETWEEN;
    }
    y = bottom + BETWEEN;
  }
  const rest = others.filter(({ id }) => !placed.has(id));
  const rows = gridBelow(rest, { x: PAD, y, width: width - 2 * PAD }, nodeWidth);
  nodes.push(...rows.nodes);
  y += rest.length > 0 ? rows.height + PAD : PAD - BETWEEN;
  return { width, height: y, clusters: boxes, nodes, links: placeLinks(links, boxes, nodes, width) };
}

/** The servers of a ring, those with leaves at its lower end: a line to a leaf runs behind no other server then. */
function hubsBelow(
  servers: readonly TopologyNode[],
  others: readonly TopologyNode[],
  links: readonly TopologyLink[],
): readonly TopologyNode[] {
  if (!isRing(servers.length)) return servers;
  const hubs = servers.filter((each) => leavesOf([each], others, links).length > 0);
  const plain = servers.filter((each) => !hubs.includes(each));
  // the middle of the list is the bottom of the ring, see placeNodes
  const above = Math.ceil(plain.length / 2);
  return [...plain.slice(0, above), ...hubs, ...plain.slice(above)];
}

/** Leaves that hang on these servers, in the servers' order. */
function leavesOf(
  hubs: readonly TopologyNode[],
  others: readonly TopologyNode[],
  links: readonly TopologyLink[],
): TopologyNode[] {
  return hubs.flatMap((hub) => {
    const names = new Set(links.filter(({ kind, from }) => kind === 'leaf' && from === hub.name).map(({ to }) => to));
    return others.filter(({ name }) => names.has(name));
  });
}

/** Rows of nodes, in the middle of a width. A leaf of several hubs stands once. */
function gridBelow(
  all: readonly TopologyNode[],
  { x, y, width }: Omit<Box, 'height'>,
  nodeWidth: number,
): { readonly nodes: PlacedNode[]; readonly height: number } {
  const each = [...new Map(all.map((node) => [node.id, node])).values()];
  const perRow = Math.max(1, Math.floor((width + 12) / (nodeWidth + 12)));
  const nodes = each.map((node, index) => {
    const row = Math.floor(index / perRow);
    const inRow = Math.min(perRow, each.length - row * perRow);
    const start = x + (width - inRow * (nodeWidth + 12) + 12) / 2;
    return {
      node,
      x: start + (index % perRow) * (nodeWidth + 12),
      y: y + row * ROW,
      width: nodeWidth,
      height: NODE_HEIGHT,
    };
  });
  return { nodes, height: each.length === 0 ? 0 : Math.ceil(each.length / perRow) * ROW - (ROW - NODE_HEIGHT) };
}

function namesOnlyInGateways(clusters: Topology['clusters'], links: readonly TopologyLink[]): string[] {
  const known = new Set(clusters.map(({ name }) => name));
  const named = links.filter(({ kind }) => kind === 'gateway').flatMap(({ from, to }) => [from, to]);
  return [...new Set(named)].filter((name) => !known.has(name)).sort();
}

function isRing(count: number): boolean {
  return count > 2 && count <= MOST_IN_RING;
}

function clusterSize(count: number, room: number, nodeWidth: number): { width: number; height: number } {
  const ring = isRing(count);
  const wanted =
    count === 1 ? nodeWidth + 2 * PAD : ring ? 2.4 * nodeWidth + 2 * PAD + count * 8 : 2 * nodeWidth + 90 + 2 * PAD;
  const width = Math.min(room, wanted);
  const rows = Math.ceil(count / 2);
  const height = ring ? Math.max(2, rows) * ROW + 40 : rows * (NODE_HEIGHT + 14);
  return { width, height: TITLE + PAD + height };
}

function placeNodes(all: readonly TopologyNode[], box: Box, width: number): PlacedNode[] {
  const ring = isRing(all.length);
  const left = box.x + PAD;
  const right = box.x + box.width - PAD - width;
  const top = box.y + TITLE + 4;
  if (all.length === 1) return all.map((node) => ({ node, x: left, y: top, width, height: NODE_HEIGHT }));
  if (!ring)
    return all.map((node, index) => ({
      node,
      x: index % 2 === 0 ? left : right,
      y: top + Math.floor(index / 2) * (NODE_HEIGHT + 14),
      width,
      height: NODE_HEIGHT,
    }));
  // pairs to the left and right, an odd one on top in the middle: a ring whose names cannot overlap
  const bottom = box.y + box.height - PAD - NODE_HEIGHT;
  const odd = all.length % 2;
  const pairs = (all.length - odd) / 2;
  const rows = pairs + odd;
  const step = rows > 1 ? (bottom - top) / (rows - 1) : 0;
  return all.map((node, index) => {
    if (odd === 1 && index === 0) return { node, x: (left + right) / 2, y: top, width, height: NODE_HEIGHT };
    const place = index - odd;
    const isLeft = place < pairs;
    const row = odd + (isLeft ? place : all.length - odd - 1 - place);
    // the middle of the ring is its widest part
    const isEnd = (row === 0 || row === rows - 1) && rows > 2;
    const bend = isEnd ? Math.max(0, Math.min((right - left) * 0.12, (right - left - width - 20) / 2)) : 0;
    return { node, x: isLeft ? left + bend : right - bend, y: top + row * step, width, height: NODE_HEIGHT };
  });
}

function inRows<T extends { readonly width: number }>(boxes: readonly T[], room: number): T[][] {
  const rows: T[][] = [];
  let used = 0;
  for (const box of boxes) {
    const row = rows.at(-1);
    if (row && used + BETWEEN + box.width <= room) {
      row.push(box);
      used += BETWEEN + box.width;
    } else {
      rows.push([box]);
      used = box.width;
    }
  }
  return rows;
}

function placeLinks(
  links: readonly TopologyLink[],
  boxes: readonly (Box & { readonly name: string })[],
  nodes: readonly PlacedNode[],
  width: number,
): PlacedLink[] {
  const nodeOf = new Map(nodes.map((each) => [each.node.name, each]));
  const boxOf = new Map(boxes.map((each) => [each.name, each]));
  return links.flatMap((link) => {
    const places = link.kind === 'gateway' ? boxOf : nodeOf;
    const from: Box | undefined = places.get(link.from);
    const to: Box | undefined = places.get(link.to);
    if (!from || !to) return [];
    if (link.kind === 'gateway') return [{ link, ...betweenBoxes(from, to, width) }];
    return [{ link, ...betweenNodes(from, to, link.kind === 'leaf' ? LEAF_BEND : BEND) }];
  });
}

type Drawn = Pick<PlacedLink, 'path' | 'middle'>;

const round = (value: number): number => Math.round(value * 10) / 10;

function centre({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}

/** A line from centre to centre; the nodes are drawn over its ends. One that would run behind a column bends inwards. */
function betweenNodes(a: Box, b: Box, bendFrom: number): Drawn {
  const from = centre(a);
  const to = centre(b);
  const upright = Math.abs(from.x - to.x) < a.width / 2;
  if (!upright || Math.abs(from.y - to.y) < bendFrom)
    return {
      path: `M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}`,
      middle: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 },
    };
  const bend = a.width / 2 + Math.min(40, Math.abs(from.y - to.y) / 8);
  const x = from.x + bend;
  const y = (from.y + to.y) / 2;
  return {
    path: `M${round(from.x)} ${round(from.y)}Q${round(x + bend / 2)} ${round(y)} ${round(to.x)} ${round(to.y)}`,
    middle: { x: (from.x + to.x) / 4 + (x + bend / 2) / 2, y },
  };
}

/** From frame to frame: beside one another straight, else along the side that is free. */
function betweenBoxes(a: Box, b: Box, width: number): Drawn {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  if (left.x + left.width <= right.x) {
    const x = left.x + left.width;
    const y = (Math.max(left.y, right.y) + Math.min(left.y + left.height, right.y + right.height)) / 2;
    const far = right.x - x > 1.5 * BETWEEN;
    const lift = far ? Math.max(left.height, right.height) / 2 + 18 : 0;
    return far
      ? {
          path: `M${round(centre(left).x)} ${round(left.y)}Q${round((x + right.x) / 2)} ${round(Math.min(left.y, right.y) - lift / 2)} ${round(centre(right).x)} ${round(right.y)}`,
          middle: { x: (centre(left).x + centre(right).x) / 2, y: Math.min(left.y, right.y) - lift / 4 },
        }
      : { path: `M${round(x)} ${round(y)}L${round(right.x)} ${round(y)}`, middle: { x: (x + right.x) / 2, y } };
  }
  const [upper, lower] = a.y <= b.y ? [a, b] : [b, a];
  const gap = lower.y - upper.y - upper.height;
  if (gap <= 1.5 * BETWEEN) {
    const x = (Math.max(upper.x, lower.x) + Math.min(upper.x + upper.width, lower.x + lower.width)) / 2;
    return {
      path: `M${round(x)} ${round(upper.y + upper.height)}L${round(x)} ${round(lower.y)}`,
      middle: { x, y: lower.y - gap / 2 },
    };
  }
  const side = Math.max(upper.x + upper.width, lower.x + lower.width);
  const out = Math.min(width - 4, side + 22);
  const [top, bottom] = [centre(upper).y, centre(lower).y];
  return {
    path: `M${round(upper.x + upper.width)} ${round(top)}C${round(out)} ${round(top)} ${round(out)} ${round(bottom)} ${round(lower.x + lower.width)} ${round(bottom)}`,
    // above the lower one, where no leaf stands
    middle: { x: Math.min(out - 6, width - 10), y: lower.y - BETWEEN / 2 },
  };
}
