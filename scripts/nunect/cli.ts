/** The command line of the kit: `npx nunect permissions <tags…>`. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ELEMENT_FEEDS, type ElementTag } from '../../protocol/access.ts';
import { elementTag, permissionsFor } from '../../protocol/permissions.ts';
import { asConfiguration, asJwtJson, PASSWORD_VARIABLE } from './permissions-text.ts';

declare const NUNECT_VERSION: string | undefined;

/** What the process ends with; also in `--help`. */
const EXIT = { ok: 0, usage: 2 } as const;

interface Options {
  readonly format: 'conf' | 'jwt';
  readonly user: string;
  readonly account: string;
  readonly systemAccount: string;
  readonly unitAccount: string;
  readonly applicationAccount: string;
  readonly inboxPrefix: string;
  readonly tenant: boolean;
  readonly all: boolean;
  readonly watch: readonly string[];
}

function version(): string {
  if (typeof NUNECT_VERSION === 'string') return NUNECT_VERSION;
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
}

/** Names of accounts and users go into a configuration file: whatever would break out of its quotes is no name. */
function name(text: string): string {
  if (/^[\w.@-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('letters, digits, "-", "_", "." and "@", at most 64.');
}

function prefix(text: string): string {
  if (/^_INBOX[\w-]*(?:\.[\w-]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('begins with _INBOX and has no wildcards.');
}

/** A subject as NATS takes it, wildcards allowed. */
function subject(text: string, before: readonly string[]): readonly string[] {
  const tokens = text.split('.');
  const fine = tokens.every(
    (token, i) => /^(?:\*|[^\s.*>"\\]+)$/.test(token) || (token === '>' && i === tokens.length - 1),
  );
  if (fine) return [...before, text];
  throw new InvalidArgumentError('a subject such as orders.* or orders.>, without spaces and quotes.');
}

function tagsOf(given: readonly string[], all: boolean): ElementTag[] {
  const known = Object.keys(ELEMENT_FEEDS) as ElementTag[];
  if (all) return known;
  return given.map((text) => {
    const tag = elementTag(text);
    if (tag === null)
      throw new CommanderError(
        EXIT.usage,
        'nunect.tag',
        `there is no element ${JSON.stringify(text)}. Known: ${known.join(' ')}`,
      );
    return tag;
  });
}

function printPermissions(given: readonly string[], options: Options): void {
  if (given.length === 0 && !options.all)
    throw new CommanderError(EXIT.usage, 'nunect.tags', 'name the elements that a page carries, or give --all');
  const tags = tagsOf(given, options.all);
  const { inboxPrefix, tenant, user, watch } = options;
  const accounts = {
    system: options.systemAccount,
    units: options.unitAccount,
    application: options.applicationAccount,
    viewer: options.account,
  };
  const permissions = permissionsFor(tags, { accounts, inboxPrefix, tenant, watch });
  const text = { accounts, inboxPrefix, tenant, user, tags };
  process.stdout.write(options.format === 'jwt' ? asJwtJson(permissions, text) : asConfiguration(permissions, text));
}

const program = new Command('nunect')
  .description('Tools for whoever sets up pages with nunect elements.')
  .version(version())
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'nunect: ')) });

program
  .command('permissions')
  .description('print exactly what the login of a page needs for its elements')
  .argument('[tags...]', 'elements, such as nunect-varz or varz')
  .addOption(
    new Option('--format <format>', 'conf: configuration of a server; jwt: JSON for JWT scopes, exports and imports')
      .choices(['conf', 'jwt'])
      .default('conf'),
  )
  .option('--all', 'every element', false)
  .option('--tenant', 'for a plain user of an account that is to see itself alone: no exports, no imports', false)
  .option('--watch <subject>', 'a subject of the application for nunect-subject; may be repeated', subject, [])
  .option('--user <name>', "user name of the pages' login", name, 'viewer')
  .option('--account <name>', "account of the pages' login", name, 'MONITOR')
  .option('--system-account <name>', 'the system account', name, 'SYS')
  .option('--unit-account <name>', 'account of guardians', name, 'UNITS')
  .option('--application-account <name>', 'account of applications and of the stream that keeps history', name, 'OPS')
  .option(
    '--inbox-prefix <prefix>',
    'inbox-prefix of <nunect-nats>: answers are heard below it alone',
    prefix,
    '_INBOX_viewer',
  )
  .addHelpText(
    'after',
    `
Examples:
  nunect permissions varz connz                   an accounts block for a page with these two
  nunect permissions subject --watch 'orders.>'   and what it is to watch
  nunect permissions --all --format jwt           for accounts that are JWTs
  nunect permissions connz accountz --tenant      one line for the users of an account that looks at itself

The configuration takes the password from the server's environment (${PASSWORD_VARIABLE}); it is printed nowhere.
Exit codes: ${EXIT.ok} printed, ${EXIT.usage} wrong usage.`,
  )
  .action(printPermissions);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.code.startsWith('nunect.')) process.stderr.write(`nunect: ${error.message}\n`);
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
