/**
 * Options of a text property with an attribute: taken away, the attribute leaves what there was before it was set, never
 * `null`, which nothing that reads the property expects.
 */
export function textOr(usual: string): { readonly converter: (value: string | null) => string } {
  return { converter: (value) => value ?? usual };
}
