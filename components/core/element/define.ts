const VERSION_MARK = Symbol.for('nunect/version');

/** Of the package; an element of another version under the same tag is reported once. */
export const VERSION = '0.1.0';

type MarkedConstructor = CustomElementConstructor & { [VERSION_MARK]?: string };

/**
 * Defines a tag, unless it is there already: a second copy of the same version is silent, another version warns. In
 * bare Node, where there are no custom elements, nothing happens.
 */
export function define(tag: string, constructor: CustomElementConstructor): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (!registry) return;
  const marked: MarkedConstructor = constructor;
  const known: MarkedConstructor | undefined = registry.get(tag);
  if (!known) {
    marked[VERSION_MARK] = VERSION;
    registry.define(tag, constructor);
  } else if (known[VERSION_MARK] !== VERSION) {
    console.warn(
      `nunect: <${tag}> is already defined by version ${known[VERSION_MARK] ?? 'unknown'}; this copy is ${VERSION} and stays unused. Load one version only.`,
    );
  }
}
