import { setCustomElementsManifest, type Preview } from '@storybook/web-components-vite';
import './preview.css';

// Made by "npm run build:manifest", which the storybook scripts run first; a glob, since a fresh clone has none to import.
const manifests = import.meta.glob<unknown>('../dist/custom-elements.json', { eager: true, import: 'default' });
Object.values(manifests).forEach(setCustomElementsManifest);

const preview: Preview = {
  tags: ['autodocs'],
  globalTypes: {
    scheme: {
      description: 'Colour scheme',
      toolbar: { title: 'Scheme', items: ['system', 'light', 'dark'], dynamicTitle: true },
    },
  },
  initialGlobals: { scheme: 'system' },
  decorators: [
    (story, { globals }) => {
      const scheme = String(globals['scheme']);
      document.documentElement.style.colorScheme = scheme === 'system' ? 'light dark' : scheme;
      return story();
    },
  ],
  parameters: {
    layout: 'padded',
    // A violation fails the story: "npm run storybook:check" reads it.
    a11y: { test: 'error' },
  },
};
export default preview;
