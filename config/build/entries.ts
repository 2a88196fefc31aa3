import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The repository's root. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** The elements, by the name of their folder: `components/varz/nunect-varz.ts` makes `varz`. */
export function elementNames(): string[] {
  return readdirSync(path.join(ROOT, 'components'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(ROOT, definingModule(entry.name))))
    .map((entry) => entry.name)
    .sort();
}

/** The module that defines an element's tag, from the root. */
export function definingModule(name: string): string {
  return `components/${name}/nunect-${name}.ts`;
}

/** What the package exports: name without `./` → source module from the root. */
export function libraryEntries(): Record<string, string> {
  return {
    ...Object.fromEntries(elementNames().map((name) => [name, definingModule(name)])),
    all: 'components/all.ts',
    core: 'components/core/index.ts',
    testing: 'components/testing/index.ts',
    client: 'client/browser.ts',
    protocol: 'protocol/index.ts',
  };
}
