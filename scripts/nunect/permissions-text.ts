/** Permissions as the two texts that NATS takes: configuration of a server, and JSON for JWT accounts and scopes. */
import type { PermissionOptions, Permissions, SharedSubject } from '../../protocol/permissions.ts';

export interface TextOptions extends PermissionOptions {
  /** User name of the pages' login. */
  readonly user: string;
  /** For the first line: which elements it is for. */
  readonly tags: readonly string[];
}

/** The variable that the printed configuration takes the password from: a secret is never in an argument, nor in the text. */
export const PASSWORD_VARIABLE = 'NUNECT_VIEWER_PASSWORD';

/** An `accounts` block, whole: it can be taken as it is or merged into another. */
export function asConfiguration(permissions: Permissions, options: TextOptions): string {
  const { accounts, tenant, tags } = options;
  const lines = [
    `# What ${tags.join(', ')} ${tags.length === 1 ? 'needs' : 'need'}, and nothing more.`,
    `# ${PASSWORD_VARIABLE} is a variable of the server's environment. Its value must hold the quotes ('"secret"'), since`,
    '# 12345 or true would be no text without, and must not be empty: the server would take an empty password.',
  ];
  if (tenant)
    return [
      ...lines,
      '# A user of the account that is to see itself: put this line into its users.',
      userLine(permissions, options, ''),
      '',
    ].join('\n');
  const exporters = [...new Set(permissions.shared.map(({ account }) => account))];
  if (exporters.includes(accounts.system)) lines.push(`system_account: ${quoted(accounts.system)}`);
  lines.push('accounts {');
  for (const account of exporters) lines.push(...exportLines(account, permissions.shared, accounts.viewer));
  lines.push(`  ${quoted(accounts.viewer)}: {`);
  if (permissions.shared.length > 0) lines.push('    imports: [', ...permissions.shared.map(importLine), '    ]');
  lines.push('    users: [', userLine(permissions, options, '      '), '    ]', '  }', '}', '');
  return lines.join('\n');
}

function exportLines(account: string, shared: readonly SharedSubject[], viewer: string): string[] {
  const own = shared.filter((each) => each.account === account);
  return [
    `  ${quoted(account)}: {`,
    '    exports: [',
    ...own.map(({ kind, subject }) => {
      // every server answers: without response_type the first answer would be the only one
      const answers = kind === 'service' ? ', response_type: stream' : '';
      return `      { ${kind}: ${quoted(subject)}${answers}, accounts: [${quoted(viewer)}] }`;
    }),
    '    ]',
    '  }',
  ];
}

function importLine({ kind, account, subject, to }: SharedSubject): string {
  const renamed = to === undefined ? '' : `, to: ${quoted(to)}`;
  return `      { ${kind}: { account: ${quoted(account)}, subject: ${quoted(subject)} }${renamed} }`;
}

function userLine({ publish, subscribe }: Permissions, { user }: TextOptions, indent: string): string {
  const list = (subjects: readonly string[]): string =>
    // an empty list would allow everything
    subjects.length === 0
      ? '{ deny: [">"] }'
      : `{ allow: [\n${subjects.map((subject) => `${indent}      ${quoted(subject)}`).join('\n')}\n${indent}    ] }`;
  return [
    `${indent}{ user: ${quoted(user)}, password: $${PASSWORD_VARIABLE}, allowed_connection_types: ["WEBSOCKET"]`,
    `${indent}  permissions: {`,
    `${indent}    publish: ${list(publish)}`,
    `${indent}    subscribe: ${list(subscribe)} } }`,
  ].join('\n');
}

/** Quoted for a server's configuration. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/**
 * JSON in the terms of NATS's JWTs: `template` for the scope of a signing key of the viewers' account, `exports` for the
 * accounts that share, `imports` for the viewers' account. Account names stand where public keys go.
 */
export function asJwtJson({ publish, subscribe, shared }: Permissions, { accounts, tags }: TextOptions): string {
  const limits = (subjects: readonly string[]): object =>
    subjects.length === 0 ? { deny: ['>'] } : { allow: subjects };
  const exporters = [...new Set(shared.map(({ account }) => account))];
  return `${JSON.stringify(
    {
      elements: tags,
      template: { pub: limits(publish), sub: limits(subscribe), allowed_connection_types: ['WEBSOCKET'] },
      exports: Object.fromEntries(
        exporters.map((account) => [
          account,
          shared
            .filter((each) => each.account === account)
            .map(({ kind, subject }) => ({
              name: `nunect ${subject}`,
              subject,
              type: kind,
              token_req: true,
              ...(kind === 'service' ? { response_type: 'Stream' } : {}),
            })),
        ]),
      ),
      imports: {
        [accounts.viewer]: shared.map(({ kind, account, subject, to }) => ({
          name: `nunect ${subject}`,
          subject,
          ...(to === undefined ? {} : { local_subject: to }),
          account: `public key of ${account}`,
          type: kind,
        })),
      },
    },
    null,
    2,
  )}\n`;
}
