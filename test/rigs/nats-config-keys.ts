/**
 * Does this nats-server configuration name `key` at its top level (outside every block)? Enough of the syntax for
 * tests: comments, quoted strings and nesting.
 */
export function hasTopLevelKey(config: string, key: string): boolean {
  const bare = config.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '""').replace(/(^|\s)(#|\/\/).*$/gm, '');
  let depth = 0;
  let top = '';
  for (const character of bare) {
    if (character === '}' || character === ']') depth--;
    if (depth === 0) top += character;
    if (character === '{' || character === '[') depth++;
  }
  return new RegExp(`(^|[\\s,}\\]])${key}\\s*[:={ ]`, 'im').test(top);
}
