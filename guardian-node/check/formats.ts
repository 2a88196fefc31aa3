/** A verdict as people, Nagios and Icinga, Prometheus, or a program read it. */
import { encodeHeartbeat, encodeRtt, encodeTime, safeText } from '../../protocol/index.ts';
import { exposition, gauge } from '../metrics/exposition.ts';
import { measuredFamilies } from '../metrics/families.ts';
import { figuresOf, plain, type Figure } from './performance-data.ts';
import { STATES, type Verdict } from './verdict.ts';

export const FORMATS = ['text', 'json', 'nagios', 'prometheus'] as const;
export type Format = (typeof FORMATS)[number];

export function render(verdict: Verdict, format: Format): string {
  return RENDERERS[format](verdict);
}

const RENDERERS: Readonly<Record<Format, (verdict: Verdict) => string>> = { text, json, nagios, prometheus };

const WORDS = { ok: 'OK', warning: 'WARNING', critical: 'CRITICAL', unknown: 'UNKNOWN' } as const;

/** First line, then one for each reason, then figures. */
function text(verdict: Verdict): string {
  const { state, summary, details, observation } = verdict;
  const { heartbeat = null, clock = null } = observation ?? {};
  const lines = [`${WORDS[state]}  ${summary}`];
  // A single reason stands in the first line already.
  lines.push(...details.filter((detail) => !summary.endsWith(detail)).map((detail) => `  - ${detail}`));
  if (heartbeat) {
    const row = (name: string, value: string | null): void => {
      if (value !== null) lines.push(`  ${name.padEnd(12)} ${value}`);
    };
    row('round trip', `native ${ms(heartbeat.nativeRttUs)}, app ${ms(heartbeat.appRttUs)}`);
    row('clock', clockWords(verdict));
    const reason = safeText(clock?.reason ?? '', 300);
    row('clock says', reason === '' || details.some((detail) => detail.includes(reason)) ? null : reason);
    const server = heartbeat.nats?.serverName ?? null;
    row('server', server === null ? null : safeText(`${server} ${heartbeat.nats?.serverVersion ?? ''}`, 120));
    const version = heartbeat.version === null ? '' : `version ${safeText(heartbeat.version, 32)}, `;
    row('guardian', `${version}heartbeat ${heartbeat.sequence}, up ${duration(heartbeat.uptimeS)}`);
  }
  return `${lines.join('\n')}\n`;
}

function clockWords({ observation }: Verdict): string {
  const { heartbeat, clock } = observation ?? {};
  const source = heartbeat?.clockSource ?? 'unknown source';
  const quality = heartbeat?.clockQuality ?? 'unknown quality';
  const bound = clock?.errorBoundNs ?? null;
  const within = bound === null ? 'how far off is not known' : `at most ${ms(bound / 1e3)} off`;
  return `${source}, ${quality}, ${within}`;
}

/**
 * The guidelines' form: one line with the figures behind a bar, then the reasons, a line each. A bar in somebody's text
 * would begin figures of its own.
 */
function nagios(verdict: Verdict): string {
  const clean = (words: string): string => words.replaceAll('|', '/');
  const figures = figuresOf(verdict).map(performanceData).join(' ');
  const first = `GUARDIAN ${WORDS[verdict.state]} - ${clean(verdict.summary)}`;
  const rest = verdict.details.map((detail) => `${clean(detail)}\n`).join('');
  return `${first}${figures === '' ? '' : ` | ${figures}`}\n${rest}`;
}

/** `'label'=value[unit];warning;critical;min;max`, what is last and empty left out. */
function performanceData({ label, value, unit, warning, critical, min, max }: Figure): string {
  const name = /^\w+$/.test(label) ? label : `'${safeText(label, 80).replace(/['=|]/g, '_')}'`;
  const said = value === null ? 'U' : `${plain(value)}${unit}`;
  const number = (each: number | null | undefined): string => (each === null || each === undefined ? '' : plain(each));
  const fields = [said, warning ?? '', critical ?? '', number(min), number(max)];
  return `${name}=${fields.join(';').replace(/;+$/, '')}`;
}

/** Messages in the form that they have on the wire. */
function json(verdict: Verdict): string {
  const { state, unit, summary, details, observation } = verdict;
  const { heartbeat = null, clock = null, rtts = [], echo = null, listenedMs = null } = observation ?? {};
  const figures = figuresOf(verdict).map(({ label, value, unit: unitOfMeasure, warning, critical }) => ({
    ...{ label, value, unit: unitOfMeasure, warning: warning ?? null, critical: critical ?? null },
  }));
  const listened = listenedMs === null ? null : Math.round(listenedMs);
  const said = {
    ...{ state, code: STATES[state], unit, summary, details, echo, listened_ms: listened, figures },
    heartbeat: heartbeat && wire(encodeHeartbeat(heartbeat).data),
    clock: clock && wire(encodeTime(clock)),
    rtts: rtts.map((metric) => wire(encodeRtt(metric))),
  };
  return `${JSON.stringify(said, null, 2)}\n`;
}

function wire(text: string): unknown {
  return JSON.parse(text);
}

/** For node_exporter's textfile collector; what was not observed has no line. */
function prometheus(verdict: Verdict): string {
  const { state, unit, observation, thresholds } = verdict;
  const { heartbeat = null, clock = null, rtts = [] } = observation ?? {};
  const help = 'State of the guardian: 0 OK, 1 warning, 2 critical, 3 unknown.';
  return exposition([
    gauge('nunect_check_state', help, STATES[state], { unit: unit ?? '' }),
    ...measuredFamilies({ heartbeat, clock, rtts, thresholds }),
  ]);
}

function ms(us: number | null): string {
  return us === null ? 'not measured' : `${plain(Number((us / 1e3).toPrecision(3)))} ms`;
}

function duration(seconds: number | null): string {
  if (seconds === null) return 'for an unknown time';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
