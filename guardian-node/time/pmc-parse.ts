/** What `pmc` prints: one block a reply. `sending:` lines and those of other replies stand between them. */
import type { PtpPort, PtpReading } from './reader.ts';

export interface PmcBlock {
  /** Clock and port that answered: `001122.fffe.334455-1`. */
  readonly from: string;
  /** pmc's own count of its questions, modulo 65,536. */
  readonly sequence: number;
  /** Name of the data set, or of the one that was refused. */
  readonly name: string;
  /** ptp4l answered that it will not. */
  readonly refused: boolean;
  readonly fields: Readonly<Record<string, string>>;
}

const HEADER = /^\t(\S+) seq (\d+) RESPONSE (MANAGEMENT_ERROR_STATUS|MANAGEMENT) ?(\w*)/;
const FIELD = /^\t\t(\S+)\s+(.*?)\s*$/;
const MAX_BLOCKS = 64;
const MAX_FIELDS = 64;

/** Total: whatever is no reply is left out. */
export function parsePmc(text: string): PmcBlock[] {
  const blocks: PmcBlock[] = [];
  let fields: Record<string, string> | null = null;
  let count = 0;
  for (const line of text.split('\n')) {
    const header = HEADER.exec(line);
    if (header) {
      if (blocks.length === MAX_BLOCKS) break;
      const [, from = '', sequence, kind, name = ''] = header;
      fields = Object.create(null) as Record<string, string>;
      count = 0;
      blocks.push({ from, sequence: Number(sequence), name, refused: kind !== 'MANAGEMENT', fields });
      continue;
    }
    const field = FIELD.exec(line);
    // A line of another kind ends a block: what follows would not be its own.
    if (!field) fields = line.startsWith('sending:') ? fields : null;
    else if (fields && count++ < MAX_FIELDS) fields[field[1] ?? ''] = (field[2] ?? '').slice(0, 128);
  }
  return blocks;
}

/** Data sets that are asked for, in this order; the last field of each, by which a whole reply is known. */
export const DATA_SETS = {
  DEFAULT_DATA_SET: 'domainNumber',
  PORT_DATA_SET: 'versionNumber',
  TIME_STATUS_NP: 'gmIdentity',
  PARENT_DATA_SET: 'grandmasterIdentity',
  CURRENT_DATA_SET: 'meanPathDelay',
  TIME_PROPERTIES_DATA_SET: 'timeSource',
  PORT_PROPERTIES_NP: 'timestamping',
} as const;
export type DataSet = keyof typeof DATA_SETS;

/** A finite number, decimal or `0x…`; anything else, and absence, is null. */
export function figure(text: string | undefined): number | null {
  if (text === undefined || !/^[+-]?(?:0x[\da-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i.test(text)) return null;
  const value = Number(text.replace(/^\+/, ''));
  return Number.isFinite(value) ? value : null;
}

function flag(text: string | undefined): boolean | null {
  if (text === '1' || text === 'true' || text === 'on') return true;
  return text === '0' || text === 'false' || text === 'off' ? false : null;
}

function identity(text: string | undefined): string | null {
  return text !== undefined && /^[\da-f]{6}\.[\da-f]{4}\.[\da-f]{6}(?:-\d+)?$/i.test(text) ? text.toLowerCase() : null;
}

/** The reading that these replies make. */
export function toPtpReading(blocks: readonly PmcBlock[], via = 'pmc'): PtpReading {
  const good = blocks.filter((block) => !block.refused);
  const missing = (Object.keys(DATA_SETS) as DataSet[]).filter((name) => !good.some((block) => block.name === name));
  const set = (name: DataSet): PmcBlock['fields'] => good.find((block) => block.name === name)?.fields ?? {};
  const status = set('TIME_STATUS_NP');
  const parent = set('PARENT_DATA_SET');
  const properties = set('TIME_PROPERTIES_DATA_SET');
  const own = set('DEFAULT_DATA_SET');
  const current = set('CURRENT_DATA_SET');
  const ingress = status['ingress_time'];
  return {
    kind: 'ptp',
    via,
    domain: figure(own['domainNumber']),
    ports: good.filter((block) => block.name === 'PORT_DATA_SET').flatMap(port),
    offsetNs: figure(status['master_offset']),
    ingressTime: ingress !== undefined && /^\d{1,20}$/.test(ingress) ? ingress : null,
    pathDelayNs: figure(current['meanPathDelay']),
    stepsRemoved: figure(current['stepsRemoved']),
    parentIdentity: identity(parent['parentPortIdentity']),
    grandmaster: {
      identity: identity(parent['grandmasterIdentity']) ?? identity(status['gmIdentity']),
      clockClass: figure(parent['gm.ClockClass']),
      accuracy: figure(parent['gm.ClockAccuracy']),
      priority1: figure(parent['grandmasterPriority1']),
      present: flag(status['gmPresent']),
    },
    timeProperties: {
      utcOffsetS: figure(properties['currentUtcOffset']),
      ptpTimescale: flag(properties['ptpTimescale']),
      leap61: flag(properties['leap61']),
      leap59: flag(properties['leap59']),
      timeTraceable: flag(properties['timeTraceable']),
    },
    own: {
      identity: identity(own['clockIdentity']),
      clockClass: figure(own['clockClass']),
      priority1: figure(own['priority1']),
      slaveOnly: flag(own['slaveOnly']),
    },
    timestamping: timestamping(good),
    missing,
  };
}

function port({ from, fields }: PmcBlock): PtpPort[] {
  const state = fields['portState'];
  if (state === undefined || !/^\w{1,32}$/.test(state)) return [];
  return [
    {
      identity: identity(fields['portIdentity']) ?? from.slice(0, 32),
      state: state.toUpperCase(),
      logSyncInterval: figure(fields['logSyncInterval']),
    },
  ];
}

/** Of several ports that of the slave counts, else the first. */
function timestamping(blocks: readonly PmcBlock[]): PtpReading['timestamping'] {
  const ports = blocks.filter((block) => block.name === 'PORT_PROPERTIES_NP').map((block) => block.fields);
  const chosen = ports.find((fields) => fields['portState'] === 'SLAVE') ?? ports[0];
  const word = chosen?.['timestamping']?.toUpperCase();
  if (word === undefined) return null;
  if (['HARDWARE', 'ONESTEP', 'P2P1STEP'].includes(word)) return 'hardware';
  return word === 'LEGACY' || word === 'LEGACY_HW' ? 'hardware' : word === 'SOFTWARE' ? 'software' : null;
}
