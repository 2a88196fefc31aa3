import js from '@eslint/js';
import { configs as lit } from 'eslint-plugin-lit';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';
import { explainedSuppression } from './config/eslint/explained-suppression.mjs';
import { importDirection } from './config/eslint/import-direction.mjs';

/** What both Node and browsers give every script; what is named here is all that plain JavaScript files may use undeclared. */
const NODE_GLOBALS = Object.fromEntries(
  (
    'AbortController AbortSignal Buffer TextDecoder TextEncoder URL URLSearchParams clearInterval clearTimeout console fetch ' +
    'globalThis performance process queueMicrotask setImmediate setInterval setTimeout structuredClone'
  )
    .split(' ')
    .map((name) => [name, 'readonly']),
);

/** Everything that could reach the network by itself: that is for core/transport and core/sources. */
const NETWORK = ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'WebTransport'].map((name) => ({
  name,
  message: 'Elements get their data from a source (components/core/sources).',
}));

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'test-results', '.cache', 'data', 'logs', 'run', 'test/fixtures']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: {
      nunect: { rules: { 'import-direction': importDirection, 'explained-suppression': explainedSuppression } },
    },
    rules: {
      'nunect/import-direction': 'error',
      'nunect/explained-suppression': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-implied-eval': 'error',
    },
  },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: NODE_GLOBALS } },
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // node:test's `it` and `describe` return promises that the runner awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['it', 'test', 'describe', 'suite', 'before', 'after'] },
          ],
        },
      ],
    },
  },
  {
    files: ['components/**/*.ts', 'pages/dashboard/**/*.ts', 'test/components/**/*.ts'],
    extends: [wc['flat/best-practice'], lit['flat/recommended']],
    rules: { 'lit/no-legacy-template-syntax': 'error' },
  },
  {
    files: ['test/components/**/*.ts'],
    rules: {
      // @open-wc/semantic-dom-diff types chai's `equal` as a promise, for the sake of its snapshots; ours is not one.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: ['chai', '@types/chai', '@open-wc/semantic-dom-diff'].map((from) => ({
            from: 'package',
            package: from,
            name: 'Equal',
          })),
        },
      ],
    },
  },
  {
    files: ['components/**/*.ts', 'client/**/*.ts', 'protocol/**/*.ts'],
    rules: { 'no-console': ['error', { allow: ['warn', 'error'] }] },
  },
  {
    files: ['components/**/*.ts', 'protocol/**/*.ts'],
    ignores: ['components/core/{transport,sources}/**', '**/*.stories.ts'],
    rules: { 'no-restricted-globals': ['error', ...NETWORK] },
  },
);
