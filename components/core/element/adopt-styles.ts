import type { CSSResultOrNative, LitElement } from 'lit';

/** Gives an element styles that were loaded after it, together with what they are for. */
export function adoptStyles(element: LitElement, styles: readonly CSSResultOrNative[]): void {
  const root = element.renderRoot;
  if (!(root instanceof ShadowRoot)) return;
  const sheets = styles.flatMap((each) => (each instanceof CSSStyleSheet ? each : (each.styleSheet ?? [])));
  root.adoptedStyleSheets.push(...sheets.filter((each) => !root.adoptedStyleSheets.includes(each)));
}
