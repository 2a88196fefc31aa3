import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { shown, type EnvironmentReader } from './env.ts';
import { monitoringProblem, webSocketProblem } from './urls.ts';

/** One NATS system that the page can show. Holds no secret: its name, title and WebSocket URLs are public. */
export interface SystemConfig {
  /** Names it in the page's address and in `/monitoring/<name>/`: lower case letters, digits and `-`. */
  readonly name: string;
  /** What a person reads. */
  readonly title: string;
  /** WebSocket URLs; empty: NATS is on the host that the page was opened at, on `NATS_WS_PORT`. */
  readonly servers: readonly string[];
  /** The only inbox prefix that its viewers may use. */
  readonly inboxPrefix: string;
  /** The NATS that the development login belongs to: a system elsewhere must not be told its password. */
  readonly own: boolean;
  /** Where this server finds the HTTP monitoring of one of its servers; null: it offers none. Never told to a page. */
  readonly monitoringUrl: string | null;
}

/** The viewer may subscribe to this prefix only (`config/nats-server.conf`, account MONITOR). */
export const VIEWER_INBOX_PREFIX = '_INBOX_viewer';

const FILE_VARIABLE = 'NATS_MANAGER_SYSTEMS';
const MAX_SYSTEMS = 50;
const MAX_SERVERS = 20;
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const KEYS = ['name', 'title', 'servers', 'inboxPrefix', 'monitoring'];

/**
 * The systems of `NATS_MANAGER_SYSTEMS`, a YAML or JSON file; without it the one that `NATS_WS_URL` and `NATS_HTTP_URL`
 * say, called as the page is. Faults go to `reader`, and name the file's entry.
 */
export function readSystems(reader: EnvironmentReader, pageTitle: string): readonly SystemConfig[] {
  const file = reader.text(FILE_VARIABLE);
  if (file === undefined) return [systemOfVariables(reader, pageTitle)];
  for (const name of ['NATS_WS_URL', 'NATS_HTTP_URL']) {
    if (reader.text(name) !== undefined) reader.fault(name, `is set beside ${FILE_VARIABLE}; move it into that file`);
  }
  const text = readText(reader, file);
  return text === null ? [] : parseSystems(text, (reason) => reader.fault(FILE_VARIABLE, reason));
}

function readText(reader: EnvironmentReader, file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    reader.fault(FILE_VARIABLE, `"${shown(file)}" cannot be read: ${shown((error as Error).message)}`);
    return null;
  }
}

function systemOfVariables(reader: EnvironmentReader, title: string): SystemConfig {
  const servers = reader.list('NATS_WS_URL').filter((item) => {
    const problem = webSocketProblem(item);
    if (problem !== null) reader.fault('NATS_WS_URL', problem);
    return problem === null;
  });
  const monitoring = reader.text('NATS_HTTP_URL') ?? null;
  const problem = monitoring === null ? null : monitoringProblem(monitoring);
  if (problem !== null) reader.fault('NATS_HTTP_URL', problem);
  return {
    name: nameOf(title),
    title,
    servers,
    inboxPrefix: VIEWER_INBOX_PREFIX,
    own: true,
    monitoringUrl: problem === null ? monitoring : null,
  };
}

/** A title as a name: `Plant 7 (north)` → `plant-7-north`. */
function nameOf(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return NAME.test(name) && name !== 'session' ? name : 'nats';
}

/** Reads the text of a systems file. Every fault is one line that names the entry. */
export function parseSystems(text: string, fault: (reason: string) => void): readonly SystemConfig[] {
  let content: unknown;
  try {
    const document = parseDocument(text, { logLevel: 'silent' });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    content = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    fault(`is no YAML: ${shown((error as Error).message.split('\n', 1)[0] ?? '')}`);
    return [];
  }
  const list = isRecord(content) ? content['systems'] : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_SYSTEMS) {
    fault(`must hold a list "systems" of 1 to ${MAX_SYSTEMS} entries`);
    return [];
  }
  const names = new Set<string>();
  return list.flatMap((entry: unknown, index) => {
    const system = parseSystem(entry, `systems[${index}]`, fault);
    if (system !== null && names.has(system.name)) {
      fault(`systems[${index}].name: "${system.name}" is there twice`);
      return [];
    }
    if (system !== null) names.add(system.name);
    return system === null ? [] : [system];
  });
}

function parseSystem(entry: unknown, place: string, fault: (reason: string) => void): SystemConfig | null {
  if (!isRecord(entry)) {
    fault(`${place}: must have a name; see config/systems.example.yaml`);
    return null;
  }
  const named = typeof entry['name'] === 'string' && NAME.test(entry['name']) ? entry['name'] : null;
  const at = named === null ? place : `${place} (${named})`;
  const problems: string[] = [];
  for (const key of Object.keys(entry)) {
    // Its value is not quoted: it may well be a password.
    if (!KEYS.includes(key)) problems.push(`"${shown(key)}" is not known; known are ${KEYS.join(', ')}`);
  }
  if (named === null) problems.push('name: give 1 to 40 of a-z, 0-9 and -, such as plant-7');
  if (named === 'session') problems.push('name: "session" is taken by the login; choose another');
  const title = entry['title'] ?? named ?? '';
  if (typeof title !== 'string' || title.length > 200) problems.push('title: must be text of up to 200 characters');
  const servers = entry['servers'] ?? [];
  if (!isTexts(servers) || servers.length > MAX_SERVERS) {
    problems.push(`servers: must be a list of up to ${MAX_SERVERS} WebSocket URLs`);
  } else {
    for (const [index, url] of servers.entries()) {
      const problem = webSocketProblem(url);
      if (problem !== null) problems.push(`servers[${index}]: ${problem}`);
    }
  }
  const inboxPrefix = entry['inboxPrefix'] ?? VIEWER_INBOX_PREFIX;
  if (typeof inboxPrefix !== 'string' || !/^[\w-]{1,64}(?:\.[\w-]{1,64}){0,3}$/.test(inboxPrefix)) {
    problems.push('inboxPrefix: must be the beginning of a subject, such as _INBOX_viewer');
  }
  const monitoring = entry['monitoring'] ?? null;
  const problem =
    monitoring === null ? null : typeof monitoring === 'string' ? monitoringProblem(monitoring) : 'must be a URL';
  if (problem !== null) problems.push(`monitoring: ${problem}`);
  for (const each of problems) fault(`${at}: ${each}`);
  if (problems.length > 0) return null;
  return {
    name: named as string,
    title: (title as string).trim() || (named as string),
    servers: servers as string[],
    inboxPrefix: inboxPrefix as string,
    own: (servers as string[]).length === 0,
    monitoringUrl: monitoring as string | null,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
