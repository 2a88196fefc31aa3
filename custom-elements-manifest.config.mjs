// dist/custom-elements.json: what editors, Storybook and documentation read about the elements.

/** Modules are named as they are published, so that tools find them in the package. */
const published = {
  name: 'nunect:published-paths',
  packageLinkPhase({ customElementsManifest }) {
    const rename = (text) => text.replace(/^(\/?)(components\/.*)\.ts$/, '$1dist/lib/$2.js');
    const walk = (node) => {
      if (Array.isArray(node)) node.forEach(walk);
      else if (node !== null && typeof node === 'object') {
        for (const [key, value] of Object.entries(node)) {
          if ((key === 'path' || key === 'module') && typeof value === 'string') node[key] = rename(value);
          else walk(value);
        }
      }
    };
    walk(customElementsManifest.modules);
  },
};

export default {
  globs: ['components/**/*.ts'],
  exclude: ['**/*.stories.ts', '**/*.d.ts', 'components/core/**', 'components/testing/**'],
  outdir: 'dist',
  litelement: true,
  plugins: [published],
};
