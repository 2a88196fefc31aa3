import path from 'node:path';

/**
 * Who may import what (docs/design: "Imports run one way"). Folders are from the root; the first that matches a file is its layer.
 * `<name>` stands for one element's folder.
 */
const LAYERS = [
  { name: 'protocol', files: /^protocol\// },
  { name: 'client/node', files: /^client\/node\// },
  { name: 'client', files: /^client\// },
  { name: 'core/transport', files: /^components\/core\/transport\// },
  { name: 'core/sources', files: /^components\/core\/sources\// },
  { name: 'core/element', files: /^components\/core\/element\// },
  { name: 'core/ui', files: /^components\/core\/ui\// },
  { name: 'core', files: /^components\/core\// },
  { name: 'testing', files: /^components\/testing\// },
  { name: 'stories', files: /^components\/.+\.stories\.ts$/ },
  { name: 'all', files: /^components\/all\.ts$/ },
  { name: 'element', files: /^components\/[^/]+\// },
  { name: 'guardian-node', files: /^guardian-node\// },
  { name: 'pages/server', files: /^pages\/server\// },
  { name: 'pages', files: /^pages\// },
];

const CORE = ['core/transport', 'core/sources', 'core/element', 'core/ui'];

/** Layer → layers that it may import besides itself. A layer without a line (tests, scripts, settings) may import anything. */
const MAY_IMPORT = {
  protocol: [],
  client: ['protocol'],
  'client/node': ['client', 'protocol'],
  'core/transport': ['client', 'protocol'],
  'core/sources': ['core/transport', 'protocol'],
  'core/element': ['core/sources', 'core/transport', 'protocol'],
  'core/ui': ['core/element', 'core/sources', 'core/transport', 'protocol'],
  core: CORE,
  testing: ['core', ...CORE, 'protocol'],
  stories: ['element', 'testing', 'core', ...CORE, 'protocol'],
  all: ['element'],
  element: ['core', ...CORE, 'protocol'],
  'guardian-node': ['client/node', 'client', 'protocol'],
  'pages/server': ['protocol'],
  pages: ['all', 'element', 'core', ...CORE, 'protocol'],
};

const NATS_CLIENT = /^(?:nats(?:\.ws|\.deno|\.js)?|@nats-io\/[^/]+)(?:\/|$)/;
/** The page server among them: before it passes on HTTP monitoring, which has no login, it tries a login at NATS itself. */
const MAY_USE_NATS_CLIENT = new Set(['client', 'client/node', 'guardian-node', 'pages/server']);
const BROWSER = new Set(['protocol', 'client', 'core', ...CORE, 'testing', 'stories', 'all', 'element']);

function layerOf(file) {
  return LAYERS.find(({ files }) => files.test(file))?.name;
}

/** `components/varz/…` → `varz`. */
function elementOf(file) {
  return /^components\/([^/]+)\//.exec(file)?.[1];
}

/** Why `from` may not import `specifier`, or null when it may. Files are paths from the root with forward slashes. */
export function importProblem(from, specifier) {
  const layer = layerOf(from);
  if (layer === undefined) return null;
  if (!specifier.startsWith('.')) {
    if (NATS_CLIENT.test(specifier) && !MAY_USE_NATS_CLIENT.has(layer)) {
      return `${layer} imports the NATS client ${specifier}: only client, guardian-node and pages/server may`;
    }
    if (specifier.startsWith('node:') && BROWSER.has(layer)) {
      return `${layer} imports ${specifier}: it must load in a browser`;
    }
    if (layer === 'protocol' && specifier !== 'valibot')
      return `protocol imports ${specifier}: it may only use valibot`;
    return null;
  }
  const target = path.posix.join(path.posix.dirname(from), specifier.replace(/\?.*$/, ''));
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) {
    return layer === 'stories' ? null : `${layer} imports ${target}, which belongs to none of its layers`;
  }
  if (layer === 'element' && targetLayer === 'element' && elementOf(from) !== elementOf(target)) {
    return `${path.posix.dirname(from)} imports ${target}: an element never imports another element's folder; what two need moves to components/core/ui`;
  }
  if (targetLayer === layer || MAY_IMPORT[layer].includes(targetLayer)) return null;
  return `${layer} imports ${targetLayer} (${target}): imports run pages → components/<name> → core/ui → core/element → core/sources → core/transport → client → protocol, and guardian-node → client → protocol`;
}

export const importDirection = {
  meta: {
    type: 'problem',
    docs: { description: 'imports run one way through the layers of the design' },
    schema: [],
    messages: { direction: '{{problem}}.' },
  },
  create(context) {
    const from = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    function check(source) {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const problem = importProblem(from, source.value);
      if (problem !== null) context.report({ node: source, messageId: 'direction', data: { problem } });
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
