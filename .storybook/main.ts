import type { StorybookConfig } from '@storybook/web-components-vite';
import { browserAlias } from '../config/build/nats-ws.ts';

/** The gallery: every element in each of its states, from the fake connection that the tests use. Builds without a network. */
const config: StorybookConfig = {
  framework: { name: '@storybook/web-components-vite', options: {} },
  stories: ['../components/**/*.stories.ts'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y'],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  viteFinal: (vite) => ({
    ...vite,
    base: './',
    resolve: { ...vite.resolve, alias: { ...browserAlias, ...vite.resolve?.alias } },
    build: { ...vite.build, target: 'es2022', chunkSizeWarningLimit: 2000 },
  }),
};
export default config;
