/** The daemons that set the clock, their sockets, the tools that ask them, and what stamps packets. */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { safeText } from '../../protocol/index.ts';
import type { Profile } from '../profile.ts';
import type { Settings } from '../settings.ts';
import { ChronyUdpReader } from '../time/chrony-udp.ts';
import { output } from '../time/command.ts';
import { PmcReader, PTP_SOCKETS, socketState } from '../time/pmc.ts';
import type { ChronyReading, PtpReading } from '../time/reader.ts';
import { Findings, type Finding } from './finding.ts';
import { setsSystemClock } from './phc2sys.ts';
import { runningPrograms, type Running } from './processes.ts';
import { parseEthtool, type Stamping } from './stamping.ts';

const TOOL_LIMIT_MS = 2_000;
const TEMPLATES = 'config/time/ has a configuration for a leaf and for a master, each line with its reason';

export async function examineClocks(settings: Settings, chrony: Profile['chrony']): Promise<readonly Finding[]> {
  const running = runningPrograms(['chronyd', 'ptp4l', 'phc2sys', 'ntpd', 'ntpsec', 'systemd-timesyncd']);
  const found = new Findings(`Clock (TIME_SYNC_MODE=${settings.timeSyncMode})`);
  const ntp = await examineChrony(found, settings, chrony, running);
  const ptp = await examinePtp(found, settings, running);
  if (settings.timeSyncMode === 'auto' && !ntp && !ptp) {
    found.fail(
      'a source',
      'neither ptp4l nor chronyd answers: the clock is reported as free-running',
      `start one; ${TEMPLATES}`,
    );
  }
  oneDaemonOneClock(found, running);
  const wantsPtp = ptp !== null || settings.timeSyncMode === 'ptp' || has(running, 'ptp4l');
  return [...found.all, ...(wantsPtp ? await examineHardware(ptp, running) : [])];
}

async function examineChrony(
  found: Findings,
  settings: Settings,
  { host, port: usual }: Profile['chrony'],
  running: readonly Running[],
): Promise<ChronyReading | null> {
  const port = settings.chronyPort ?? usual;
  const name = `chronyd ${host}:${port}`;
  const reader = new ChronyUdpReader(host, port);
  try {
    const reading = await reader.read();
    const { tracking, sources } = reading;
    const reached = sources.filter((source) => source.reach !== 0).length;
    const text = `answers: ${tracking.leap === 'Not synchronised' ? 'not synchronised' : `follows ${safeText(tracking.name || tracking.refId, 64)}, stratum ${tracking.stratum}`}; ${reached} of ${sources.length} sources reached`;
    if (tracking.leap !== 'Not synchronised' && reached > 0) found.ok(name, text);
    else
      found.warn(
        name,
        text,
        sources.length === 0 ? `give it servers; ${TEMPLATES}` : 'chronyc -n sources says which do not answer',
      );
    unusedServers(found, settings.ntpServers, reading);
    return reading;
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(`${name} `, '');
    const isNeeded = settings.timeSyncMode === 'chrony';
    if (has(running, 'chronyd')) {
      const todo = `it runs, so its command port is closed or another: "cmdport ${port}" and "bindcmdaddress ${host}" in chrony.conf, or CHRONY_PORT`;
      found[isNeeded ? 'fail' : 'warn'](name, why, todo);
    } else if (isNeeded) {
      found.fail(name, why, `start chronyd; ${TEMPLATES}`);
    } else {
      found.skip(name, `${why}, and no chronyd runs`);
    }
    await tool(found, settings.chronyc ?? 'chronyc', 'asks chronyd where its port is closed', has(running, 'chronyd'));
    return null;
  } finally {
    reader.close();
  }
}

/** Names are resolved by the daemon, so only addresses can be compared. */
function unusedServers(found: Findings, wanted: readonly string[], { sources }: ChronyReading): void {
  const used = new Set(sources.map((source) => source.name));
  const missing = wanted.filter((server) => /^[\d.]+$|:/.test(server) && !used.has(server));
  if (missing.length === 0) return;
  const text = `chronyd does not use ${missing.map((server) => safeText(server, 64)).join(', ')}`;
  found.warn('NTP_SERVERS', text, 'put them into chrony.conf, or take them out of NTP_SERVERS');
}

async function examinePtp(
  found: Findings,
  settings: Settings,
  running: readonly Running[],
): Promise<PtpReading | null> {
  if (settings.timeSyncMode === 'chrony') {
    found.skip('ptp4l', 'is not asked in this mode');
    return null;
  }
  const sockets = settings.ptpSocket === undefined ? PTP_SOCKETS : [settings.ptpSocket];
  const states = await Promise.all(sockets.map(async (path) => ({ path, state: await socketState(path) })));
  const alive = states.find(({ state }) => state === 'alive');
  const isNeeded = settings.timeSyncMode === 'ptp' || settings.ptpSocket !== undefined || has(running, 'ptp4l');
  for (const [n, { path, state }] of states.entries()) {
    if (state === 'alive') found.ok(`socket ${path}`, `somebody listens; ${rights(path)}`);
    else if (state === 'denied') {
      const todo =
        'run the guardian in the group that may write there, or use linuxptp 4, whose ptp4lro is for everybody';
      found[alive ? 'warn' : 'fail'](`socket ${path}`, `may not be used by this user; ${rights(path)}`, todo);
    } else if (state === 'stale') {
      found[alive ? 'warn' : 'fail'](`socket ${path}`, 'is left over: nobody listens', 'start ptp4l again');
    } else if (isNeeded && !alive && n === 0) {
      const todo = has(running, 'ptp4l')
        ? 'PTP_SOCKET: name the uds_address of its configuration'
        : `start ptp4l; ${TEMPLATES}`;
      found.fail(`socket ${path}`, 'is not there', todo);
    } else {
      found.skip(`socket ${path}`, n > 0 ? 'is not there: linuxptp 4 has it' : 'is not there, and no ptp4l runs');
    }
  }
  const pmc = settings.pmc ?? 'pmc';
  const hasPmc = await tool(found, pmc, 'asks ptp4l', isNeeded || alive !== undefined);
  if (!alive || !hasPmc) return null;
  return askPtp(found, new PmcReader({ pmc, domain: settings.ptpDomain, sockets: [alive.path] }), settings.ptpDomain);
}

async function askPtp(found: Findings, reader: PmcReader, domain: number): Promise<PtpReading | null> {
  const name = `ptp4l, domain ${domain}`;
  try {
    const reading = await reader.read();
    const ports = reading.ports.map(({ state }) => safeText(state, 32)).join(', ') || 'no port';
    const { clockClass, identity } = reading.grandmaster;
    const master = `grandmaster ${safeText(identity ?? 'unknown', 32)} of class ${clockClass ?? 'unknown'}`;
    const isGood = reading.ports.some(
      ({ state }) => state === 'SLAVE' || state === 'MASTER' || state === 'GRAND_MASTER',
    );
    if (isGood) found.ok(name, `answers: ${ports}; ${master}`);
    else
      found.warn(
        name,
        `answers: ${ports}; ${master}`,
        'no master is followed: is there one in this domain, on this network?',
      );
    return reading;
  } catch (error) {
    found.fail(
      name,
      error instanceof Error ? error.message : String(error),
      'PTP_DOMAIN: the domainNumber of ptp4l’s configuration',
    );
    return null;
  } finally {
    reader.close();
  }
}

/** `phc2sys` beside a chronyd that sets the clock, or two NTP daemons: each undoes what the other did. */
function oneDaemonOneClock(found: Findings, running: readonly Running[]): void {
  const setters = running.filter(({ name, args }) => {
    if (name === 'ptp4l') return false;
    // -x: it measures and sets nothing; phc2sys -s CLOCK_REALTIME sets a card's clock from the system's.
    return name === 'chronyd' ? !args.includes('-x') : name !== 'phc2sys' || setsSystemClock(args);
  });
  const names = [...new Set(setters.map(({ name }) => name))];
  if (names.length < 2) {
    if (names.length === 1) found.ok('one daemon, one clock', `${names[0] ?? ''} sets the system’s clock`);
    return;
  }
  const todo = `leave one of them; ${TEMPLATES}`;
  found.warn('one daemon, one clock', `${names.join(' and ')} run, and each sets the system’s clock`, todo);
}

async function examineHardware(reading: PtpReading | null, running: readonly Running[]): Promise<readonly Finding[]> {
  const found = new Findings('Hardware timestamping');
  const interfaces = interfacesOf(running);
  let can: boolean | null = null;
  for (const name of interfaces) {
    const stamping = await stampingOf(name);
    if ('why' in stamping) {
      const isMissing = stamping.why.endsWith('is not installed');
      const todo = isMissing
        ? 'install it: ethtool -T says whether the card stamps packets'
        : `ethtool -T ${name} says more`;
      found.warn(name, `cannot be asked: ${stamping.why}`, todo);
      continue;
    }
    const isHardware = stamping.transmit && stamping.receive && stamping.clock !== null;
    can = isHardware || can === true;
    if (isHardware) found.ok(name, `the card stamps packets, its clock is /dev/ptp${stamping.clock ?? ''}`);
    else if (stamping.software) found.skip(name, 'the card stamps no packets, the kernel does: some µs of jitter');
    else found.warn(name, 'neither the card nor the kernel stamps packets', 'use another network card for PTP');
  }
  if (interfaces.length === 0) found.skip('cards', 'no network card is known to ask');
  const used = reading?.timestamping ?? null;
  if (used === 'hardware') found.ok('validated', 'ptp4l says that the card stamps packets (PORT_PROPERTIES_NP)');
  else if (used === 'software') {
    const text = 'not validated: ptp4l says that the kernel stamps packets (PORT_PROPERTIES_NP)';
    if (can === true) found.warn('validated', text, 'the card could: "time_stamping hardware" in ptp4l.conf');
    else found.warn('validated', text, 'a bound below some µs needs a card that stamps packets');
  } else {
    const why = reading ? 'ptp4l does not say (no PORT_PROPERTIES_NP)' : 'ptp4l does not answer';
    found.warn(
      'validated',
      `not validated: ${why}`,
      'as root: pmc -u -b 0 "GET PORT_PROPERTIES_NP" on a running ptp4l',
    );
  }
  return found.all;
}

/** Those that ptp4l was started with, else every card that is hardware. */
function interfacesOf(running: readonly Running[]): readonly string[] {
  const named = running
    .filter(({ name }) => name === 'ptp4l')
    .flatMap(({ args }) =>
      args.flatMap((arg, i) => (arg === '-i' ? [args[i + 1] ?? ''] : (/^-i(.+)/.exec(arg)?.slice(1) ?? []))),
    )
    .filter((name) => /^[\w.:@-]{1,15}$/.test(name));
  if (named.length > 0) return [...new Set(named)];
  const cards = '/sys/class/net';
  return list(cards).filter((name) => existsSync(join(cards, name, 'device')));
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // no Linux
  }
}

async function stampingOf(name: string): Promise<Stamping | { readonly why: string }> {
  try {
    return parseEthtool(await output('ethtool', ['-T', name], TOOL_LIMIT_MS));
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

function rights(path: string): string {
  try {
    const { mode, uid, gid } = statSync(path);
    return `mode ${(mode & 0o777).toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
  } catch {
    return 'its rights cannot be read';
  }
}

/** Whether a program is there; that it is missing is worth a warning only where it is needed. */
async function tool(found: Findings, program: string, what: string, isNeeded: boolean): Promise<boolean> {
  const path = await Promise.resolve(which(program));
  if (path !== null) found.ok(`program ${program}`, `${path} ${what}`);
  else if (isNeeded)
    found.warn(
      `program ${program}`,
      `is not installed; it ${what}`,
      `install it, or name it by ${program === 'pmc' ? 'PMC' : 'CHRONYC'}`,
    );
  else found.skip(`program ${program}`, `is not installed; it ${what}`);
  return path !== null;
}

function which(program: string): string | null {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(':');
  const paths = folders.map((folder) => (folder === '' ? program : join(folder, program)));
  return paths.find((path) => isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function has(running: readonly Running[], program: string): boolean {
  return running.some(({ name }) => name === program);
}

/** The service manager, where it asks for readiness by a program that may be missing. */
export function examineServiceManager(): readonly Finding[] {
  const found = new Findings('Service manager');
  if (!existsSync('/run/systemd/system')) {
    const openwrt = existsSync('/sbin/procd') || isOpenWrt();
    found.skip('systemd', openwrt ? 'procd starts the guardian here' : 'does not run here');
    return found.all;
  }
  const path = which('systemd-notify');
  if (path !== null) found.ok('systemd-notify', `${path}: readiness and watchdog`);
  else
    found.fail(
      'systemd-notify',
      'is not installed',
      'install it, or set Type=exec and remove WatchdogSec= in the unit',
    );
  return found.all;
}

function isOpenWrt(): boolean {
  try {
    return readFileSync('/etc/os-release', 'utf8').includes('openwrt');
  } catch {
    return false;
  }
}
