/** One reading of the clock for a person at a terminal. */
import { safeText } from '../../protocol/index.ts';
import type { ClockReport } from './report.ts';
import { nanoseconds } from './words.ts';

/** Longest name of a row, with its colon. */
const NAME = 16;

export interface ShowOptions {
  /** ANSI colours. */
  readonly colour: boolean;
  /** Columns of the terminal; longer rows go on below. */
  readonly width: number;
  /** ms since the epoch. */
  readonly now: number;
}

type Record_ = Readonly<Record<string, unknown>>;
type Row = readonly [name: string, value: string];

const COLOURS: Readonly<Record<ClockReport['clockQuality'], number>> = {
  locked: 32,
  tracking: 36,
  holdover: 33,
  freerun: 31,
};

/** The whole reading, lines ended. */
export function showClock(report: ClockReport, options: ShowOptions): string {
  const paint = (text: string, code: number): string => (options.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const { evidence } = report;
  const blocks: (readonly [string, readonly Row[]])[] = [
    ['', decision(report, options, paint)],
    ['PTP (ptp4l)', ptpRows(record(evidence?.['ptp']))],
    ['NTP (chronyd)', chronyRows(record(evidence?.['chrony']))],
    ['NTP (ntpd)', ntpqRows(record(evidence?.['ntpq']))],
    ['Kernel', kernelRows(record(evidence?.['kernel']))],
    ['Configured', configuredRows(record(evidence?.['configured']))],
  ];
  const out: string[] = [];
  for (const [title, rows] of blocks) {
    if (rows.length === 0) continue;
    if (title !== '') out.push('', paint(title, 1));
    for (const [name, value] of rows) out.push(...wrapped(name, value, options));
  }
  const lists = [
    ['Alarms', report.alarms.map(({ code, text }) => `${code}: ${text}`), 33],
    ['Not answered', report.errors, 31],
  ] as const;
  for (const [title, texts, code] of lists) {
    if (texts.length === 0) continue;
    out.push('', paint(title, code));
    for (const text of texts) out.push(...wrapped('-', text, options, 2));
  }
  return `${out.join('\n')}\n`;
}

function decision(report: ClockReport, { now }: ShowOptions, paint: (text: string, code: number) => string): Row[] {
  const { activeSource, clockQuality, errorBoundNs, since } = report;
  const seconds_ = since === null ? 0 : Math.round((now - since) / 1e3);
  const by = activeSource === 'unsynced' ? ', unsynced' : ` by ${activeSource}`;
  const held = seconds_ > 0 ? `, for ${seconds_} s` : '';
  return [
    ['clock', `${paint(clockQuality, COLOURS[clockQuality])}${by}${held}`],
    ['because', safeText(report.reason ?? 'no reason given', 512)],
    ['off by at most', errorBoundNs === null ? 'not known' : `${nanoseconds(errorBoundNs)}${partsOf(report)}`],
    ['leap second', report.leap ?? 'not known'],
  ];
}

/** ` = 12 µs offset + 1.2 µs half path delay` */
function partsOf({ evidence }: ClockReport): string {
  const parts = Object.entries(record(evidence?.['bound']) ?? {}).filter(
    (part): part is [string, number] => typeof part[1] === 'number' && part[1] > 0,
  );
  if (parts.length === 0) return '';
  const words = parts.map(([name, ns]) => `${nanoseconds(ns)} ${name.replace(/_ns$/, '').replaceAll('_', ' ')}`);
  return ` = ${words.join(' + ')}`;
}

function ptpRows(p: Record_ | null): Row[] {
  if (!p) return [];
  const ports = list(p['ports']).map((port) => `${text(port['state'])} (${text(port['identity'])})`);
  const count = Array.isArray(p['offsets_ns']) ? p['offsets_ns'].length : 0;
  // What no new message stands behind is not so now.
  const offset =
    p['fresh_age_s'] === null
      ? `not known; ptp4l still says ${ns(p['master_offset_ns'])}`
      : `${ns(p['master_offset_ns'])}; median of ${count}: ${ns(p['median_offset_ns'])} (ahead is positive)`;
  return [
    ['asked', `${text(p['via'])}, domain ${text(p['domain'])}`],
    ['port', ports.join(', ') || UNKNOWN],
    [
      'grandmaster',
      `${text(p['gm_identity'])}, class ${text(p['gm_clock_class'])}, accuracy ${hex(p['gm_clock_accuracy'])}`,
    ],
    ['offset', offset],
    ['path delay', ns(p['mean_path_delay_ns'])],
    ['last message', p['fresh_age_s'] === null ? 'none was seen to come' : `new ${text(p['fresh_age_s'])} s ago`],
    ['steps removed', text(p['steps_removed'])],
    ['timestamping', text(p['timestamping'])],
    ...(Array.isArray(p['missing']) && p['missing'].length > 0
      ? ([['not answered', p['missing'].map(text).join(', ')]] satisfies Row[])
      : []),
  ];
}

function chronyRows(c: Record_ | null): Row[] {
  if (!c) return [];
  const sources = list(c['sources']).map((s): Row => {
    const rx = s['last_rx_s'] === null ? 'never heard' : `heard ${text(s['last_rx_s'])} s ago`;
    const reach = typeof s['reach'] === 'number' ? s['reach'].toString(8) : UNKNOWN;
    const offset = s['last_rx_s'] === null ? '' : `, offset ${seconds(s['adjusted_s'])} ± ${seconds(s['error_s'])}`;
    return [
      `  ${text(s['name'])}`,
      `${text(s['state'])}, stratum ${text(s['stratum'])}, reach ${reach}, ${rx}${offset}`,
    ];
  });
  return [
    ['follows', `${text(c['name']) || 'nothing'} (${text(c['ref_id'])}), stratum ${text(c['stratum'])}`],
    ['leap status', text(c['leap'])],
    ['to correct', `${seconds(c['system_time_s'])} (ahead is positive)`],
    ['root', `delay ${seconds(c['root_delay_s'])}, dispersion ${seconds(c['root_dispersion_s'])}`],
    ['frequency', `${text(c['freq_ppm'])} ppm, skew ${text(c['skew_ppm'])} ppm`],
    ...sources,
  ];
}

function ntpqRows(n: Record_ | null): Row[] {
  if (!n) return [];
  const peers = list(n['peers']).map((p): Row => {
    const when = p['when_s'] === null ? 'never heard' : `heard ${text(p['when_s'])} s ago`;
    const offset = p['when_s'] === null ? '' : `, offset ${text(p['offset_ms'])} ms, delay ${text(p['delay_ms'])} ms`;
    const reach = typeof p['reach'] === 'number' ? p['reach'].toString(8) : UNKNOWN;
    return [
      `${text(p['tally'])} ${text(p['remote'])}`,
      `stratum ${text(p['stratum'])}, reach ${reach}, ${when}${offset}`,
    ];
  });
  return [['asked', `${text(n['age_s'])} s ago`], ...peers];
}

function kernelRows(k: Record_ | null): Row[] {
  if (!k) return [];
  const us = Number(k['max_error_us']);
  return [
    ['maximum error', `${nanoseconds(us * 1e3)}: last set about ${Math.round(us / 500)} s ago, by ${text(k['via'])}`],
    ['synchronised', k['unsynchronised'] === null ? UNKNOWN : k['unsynchronised'] === true ? 'no' : 'yes'],
  ];
}

function configuredRows(c: Record_ | null): Row[] {
  const rows: Row[] = [];
  if (!c) return rows;
  if (c['ptp_master'] !== null) {
    const matches = c['ptp_master_matches'];
    const said = matches === null ? 'cannot be told apart by identity' : matches === true ? 'followed' : 'not followed';
    rows.push(['PTP master', `${text(c['ptp_master'])}: ${said}`]);
  }
  const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);
  const servers = names(c['ntp_servers']);
  if (servers.length === 0) return rows;
  const said = servers.map((name) => {
    if (c['ntp_servers_unused'] === null) return `${name} (not known whether used)`;
    if (names(c['ntp_servers_unused']).includes(name)) return `${name} (not used)`;
    return names(c['ntp_servers_unsure']).includes(name) ? `${name} (not seen)` : `${name} (used)`;
  });
  return [...rows, ['NTP servers', said.join(', ')]];
}

const UNKNOWN = 'not known';

function record(value: unknown): Record_ | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record_) : null;
}

function list(value: unknown): Record_[] {
  return Array.isArray(value) ? value.map(record).filter((item) => item !== null) : [];
}

function text(value: unknown): string {
  if (typeof value === 'string') return safeText(value, 120);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : UNKNOWN;
}

function ns(value: unknown): string {
  return typeof value === 'number' ? nanoseconds(value) : UNKNOWN;
}

function seconds(value: unknown): string {
  return typeof value === 'number' ? nanoseconds(value * 1e9) : UNKNOWN;
}

function hex(value: unknown): string {
  return typeof value === 'number' ? `0x${value.toString(16)}` : UNKNOWN;
}

/** A row, its value wrapped into the column beside its name. */
function wrapped(name: string, value: string, { width }: ShowOptions, column = NAME + 2): string[] {
  const room = Math.max(24, width - column);
  const lines: string[] = [];
  let line = '';
  for (const word of value.split(' ')) {
    if (line !== '' && visible(line) + 1 + visible(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  const head = name.length < column ? name.padEnd(column) : `${name} `;
  return lines.map((text_, i) => (i === 0 ? head : ' '.repeat(column)) + text_);
}

/** Without what colours it. */
function visible(word: string): number {
  // eslint-disable-next-line no-control-regex -- the escape is what is looked for
  return word.replace(/\u001b\[\d+m/g, '').length;
}
