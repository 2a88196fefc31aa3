import { html, nothing, svg, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatPerSecond } from '../core/element/format.ts';
import type { Layout, PlacedLink, PlacedNode } from './topology.layout.ts';
import { linkSentence, nameOf, nodeSentence, widthStep } from './topology.words.ts';

/** What a person does with the picture. */
export interface PictureActions {
  readonly open: (id: string) => void;
  readonly move: (from: string, step: 'next' | 'previous' | 'first' | 'last') => void;
}

export interface PictureState {
  /** Whose detail is on show. */
  readonly selected: string | null;
  /** The one thing that Tab reaches. */
  readonly stop: string | null;
  /** 1: as wide as the element. */
  readonly zoom: number;
}

const MOVES: Readonly<Record<string, 'next' | 'previous' | 'first' | 'last'>> = {
  ArrowRight: 'next',
  ArrowDown: 'next',
  ArrowLeft: 'previous',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
};

/** Keyboard order: each cluster's servers and their links, then leaves, then gateways. */
export function orderOf({ nodes, links }: Layout): string[] {
  const order: string[] = [];
  for (const { node } of nodes) {
    order.push(node.id);
    for (const { link } of links) if (link.kind !== 'gateway' && link.from === node.name) order.push(link.id);
  }
  return [...new Set([...order, ...links.map(({ link }) => link.id)])];
}

export function renderPicture(layout: Layout, state: PictureState, actions: PictureActions): TemplateResult {
  const { width, height, clusters, nodes, links } = layout;
  return html`<div class="canvas">
    <svg
      class="picture ${links.length > DENSE ? 'dense' : ''}"
      part="picture"
      role="group"
      aria-roledescription="diagram"
      aria-label="Servers and their links. Arrow keys move, Enter opens. The table has the same."
      viewBox="0 0 ${width} ${height}"
      width=${Math.round(width * state.zoom)}
      height=${Math.round(height * state.zoom)}
    >
      ${links.filter(({ link }) => link.kind === 'gateway').map((each) => renderLink(each, state, actions, width))}
      ${clusters.map(
        ({ name, x, y, width: w, height: h }) =>
          svg`<g class="cluster" aria-hidden="true">
            <rect x=${x} y=${y} width=${w} height=${h} rx="12" />
            <text x=${x + 14} y=${y + 19}>${fitted(name, w - 28, 8)}</text>
          </g>`,
      )}
      ${links.filter(({ link }) => link.kind !== 'gateway').map((each) => renderLink(each, state, actions, width))}
      ${nodes.map((each) => renderNode(each, state, actions))}
    </svg>
  </div>`;
}

function renderNode({ node, x, y, width, height }: PlacedNode, state: PictureState, actions: PictureActions) {
  const { statsz } = node;
  const more =
    node.state === 'missing'
      ? '✕ missing'
      : node.state === 'told'
        ? '◌ no figures'
        : `${formatCount(statsz?.connections)} connections`;
  return svg`<g
    class="node ${node.state} ${state.selected === node.id ? 'selected' : ''}"
    role="button"
    data-id=${node.id}
    tabindex=${state.stop === node.id ? 0 : -1}
    aria-label=${nodeSentence(node)}
    aria-pressed=${state.selected === node.id}
    @click=${() => actions.open(node.id)}
    @keydown=${(event: KeyboardEvent) => onKey(event, node.id, actions)}
  >
    <title>${nodeSentence(node)}</title>
    <rect x=${x} y=${y} width=${width} height=${height} rx="8" />
    <text class="name" x=${x + width / 2} y=${y + 16}>${fitted(node.name, width - 12, 8)}</text>
    <text class="more" x=${x + width / 2} y=${y + 30}>${fitted(more, width - 8, 6)}</text>
  </g>`;
}

/** With more links than this, wide ones would hide one another. */
const DENSE = 40;
/** Half of the widest rate, px: it stays inside of the picture. */
const RATE_HALF = 36;
const MARKS = { up: '', part: '!', down: '✕', unknown: '?' } as const;

function renderLink({ link, path, middle }: PlacedLink, state: PictureState, actions: PictureActions, width: number) {
  const words = linkSentence(link);
  const mark = MARKS[link.state];
  return svg`<g
    class="link ${link.kind} ${link.state} w${widthStep(link.bytes)} ${state.selected === link.id ? 'selected' : ''}"
    role="button"
    data-id=${link.id}
    tabindex=${state.stop === link.id ? 0 : -1}
    aria-label=${words}
    aria-pressed=${state.selected === link.id}
    @click=${() => actions.open(link.id)}
    @keydown=${(event: KeyboardEvent) => onKey(event, link.id, actions)}
  >
    <title>${words}</title>
    <path class="hit" d=${path} />
    <path class="line" d=${path} />
    ${
      mark === ''
        ? nothing
        : svg`<circle class="mark" cx=${middle.x} cy=${middle.y} r="8" /><text class="mark-text" x=${middle.x} y=${middle.y + 4}>${mark}</text>`
    }
    ${
      link.kind === 'gateway' && link.state === 'up' && link.bytes !== null
        ? svg`<text class="rate" x=${Math.min(middle.x, width - RATE_HALF)} y=${middle.y - 7}>${formatPerSecond(link.bytes, formatBytes)}</text>`
        : nothing
    }
  </g>`;
}

function onKey(event: KeyboardEvent, id: string, actions: PictureActions): void {
  const move = MOVES[event.key];
  if (move) actions.move(id, move);
  else if (event.key === 'Enter' || event.key === ' ') actions.open(id);
  else return;
  event.preventDefault();
}

/** Text that fits into so many px, at so many px a letter: SVG does not cut it by itself. */
function fitted(text: string, width: number, letter: number): string {
  return nameOf(text, Math.max(3, Math.floor(width / letter)));
}
