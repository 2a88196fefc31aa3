/** The environment as the page server reads it: names and text, before anything is believed. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault found in the environment, one line each, each naming its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Reads variables one at a time and gathers the faults, so that one start names all of them. */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #problems: string[] = [];

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The variable's text without surrounding blanks; an empty one counts as not set. */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** A TCP port, 1 to 65535 (0, "any free port", only when `any` allows it: tests). */
  port(name: string, fallback: number, { any = false } = {}): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
    if (port <= 65535 && port >= (any ? 0 : 1)) return port;
    this.fault(name, `"${shown(text)}" is not a port; give a whole number from 1 to 65535`);
    return fallback;
  }

  /** `true` or `false`; not set is false. Anything else is a fault, so that a typing error never switches something on. */
  flag(name: string): boolean {
    const text = this.text(name);
    if (text === undefined || text === 'false') return false;
    if (text === 'true') return true;
    this.fault(name, `"${shown(text)}" is neither true nor false`);
    return false;
  }

  /** A list separated by commas; blanks around the items and empty items do not count. */
  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  fault(name: string, reason: string): void {
    this.#problems.push(`${name}: ${reason}`);
  }

  /** @throws {ConfigError} when anything was wrong. */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }
}

/** A value fit for one line of an error: bounded, without control characters. */
export function shown(value: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const clean = value.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return clean.length > 60 ? `${clean.slice(0, 57)}...` : clean;
}
