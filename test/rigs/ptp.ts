/**
 * Two real ptp4l, a grandmaster and a slave, in two network namespaces with a cable between them. Software timestamps,
 * `free_running 1` and no right to set the clock: both read the one clock of this machine, so that the true offset is 0
 * unless a test shifts what one of them stamps.
 */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianProgram } from './debian-package.ts';
import { HarmlessDaemon } from './harmless-daemon.ts';
import { connectNamespaces, Namespace, namespacesMissing } from './namespaces.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

/** linuxptp's programs to test on, or why there are none. */
export type LinuxPtp =
  | { readonly ptp4l: string; readonly pmc: string; readonly phc2sys: string; readonly version: string }
  | { readonly skip: string };

/** PTP4L, PMC and PHC2SYS, else Debian's, installed or not. */
export function findLinuxPtp(): LinuxPtp {
  const missing = namespacesMissing();
  if (missing !== null) return { skip: missing };
  const program = (name: string): string | undefined =>
    process.env[name.toUpperCase()] ?? debianProgram('linuxptp', `usr/sbin/${name}`);
  const [ptp4l, pmc, phc2sys] = ['ptp4l', 'pmc', 'phc2sys'].map(program);
  if (ptp4l === undefined || pmc === undefined || phc2sys === undefined)
    return { skip: 'no linuxptp: set PTP4L, PMC and PHC2SYS, or let apt-get download it' };
  const version = /[\d.]+/.exec(spawnSync(ptp4l, ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[0];
  return version === undefined ? { skip: `${ptp4l} does not run here` } : { ptp4l, pmc, phc2sys, version };
}

/** Options of ptp4l's configuration by their names. */
export type PtpSettings = Readonly<Record<string, string | number>>;

/** What GRANDMASTER_SETTINGS_NP sets while ptp4l runs. */
export interface GrandmasterSettings {
  readonly clockClass: number;
  readonly clockAccuracy: string;
  readonly offsetScaledLogVariance: string;
  readonly currentUtcOffset: number;
  readonly leap61: 0 | 1;
  readonly leap59: 0 | 1;
  readonly currentUtcOffsetValid: 0 | 1;
  readonly ptpTimescale: 0 | 1;
  readonly timeTraceable: 0 | 1;
  readonly frequencyTraceable: 0 | 1;
  readonly timeSource: string;
}

const GPS: GrandmasterSettings = {
  clockClass: 6,
  clockAccuracy: '0x21',
  offsetScaledLogVariance: '0x4e5d',
  currentUtcOffset: 37,
  leap61: 0,
  leap59: 0,
  currentUtcOffsetValid: 1,
  ptpTimescale: 0,
  timeTraceable: 1,
  frequencyTraceable: 1,
  timeSource: '0x20',
};

/** No clock is touched, and what it says is heard here only. */
const HARMLESS: PtpSettings = {
  time_stamping: 'software',
  free_running: 1,
  kernel_leap: 0,
  use_syslog: 0,
  verbose: 1,
  logging_level: 6,
};

const LINK = { grandmaster: 'gm0', slave: 'slave0' } as const;

/**
 * Announced four times a second, so that a dead grandmaster is given up after a second: quick, and still longer than a
 * busy machine keeps a process waiting.
 */
const COMMON: PtpSettings = {
  freq_est_interval: 0,
  network_transport: 'UDPv4',
  delay_mechanism: 'E2E',
  summary_interval: 0,
  logAnnounceInterval: -2,
  announceReceiptTimeout: 4,
  logSyncInterval: -3,
  logMinDelayReqInterval: -3,
  fault_reset_interval: 0,
};

export interface PtpRigOptions {
  readonly domain?: number;
  readonly grandmaster?: PtpSettings;
  readonly slave?: PtpSettings;
  /** Paths of configurations that stand in place of the rig's own; the settings above still win. */
  readonly templates?: { readonly grandmaster: string; readonly slave: string };
  /** What the slave must come to before it is handed out. A servo that feeds shared memory leaves it UNCALIBRATED. */
  readonly state?: 'SLAVE' | 'UNCALIBRATED';
}

/** Starts both, and waits until the slave follows the grandmaster. */
export async function startPtp(
  programs: Exclude<LinuxPtp, { skip: string }>,
  options: PtpRigOptions = {},
): Promise<PtpRig> {
  const rig = await PtpRig.create(programs, options);
  try {
    await rig.grandmaster.start();
    await rig.slave.start();
    await rig.setGrandmaster({});
    await rig.reachSlave(options.state);
    return rig;
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

export class PtpRig {
  readonly domain: number;
  /** Paths of the sockets that pmc asks. */
  readonly grandmasterSocket: string;
  readonly slaveSocket: string;
  readonly grandmaster: HarmlessDaemon;
  readonly slave: HarmlessDaemon;
  readonly #pmc: string;
  /** Of its configurations and sockets. */
  readonly folder = temporaryFolder('ptp');
  readonly #namespaces: readonly [Namespace, Namespace];
  #asked = 0;

  private constructor(
    programs: Exclude<LinuxPtp, { skip: string }>,
    { domain = 0, grandmaster = {}, slave = {}, templates }: PtpRigOptions,
    namespaces: readonly [Namespace, Namespace],
  ) {
    this.#pmc = programs.pmc;
    this.domain = domain;
    this.#namespaces = namespaces;
    const daemon = (name: 'grandmaster' | 'slave', within: Namespace, settings: PtpSettings): HarmlessDaemon => {
      const own = { ...HARMLESS, domainNumber: domain, uds_address: join(this.folder, `${name}.sock`), ...settings };
      const file = join(this.folder, `${name}.conf`);
      writeFileSync(file, configText({ ...COMMON, ...own }));
      const config = templates ? ['-f', templates[name], ...longOptions(own)] : ['-f', file];
      const command = [programs.ptp4l, ...config, '-i', LINK[name]];
      return new HarmlessDaemon({ command, within, isReady: (log) => /INITIALIZING to LISTENING/.test(log) });
    };
    this.grandmasterSocket = join(this.folder, 'grandmaster.sock');
    this.slaveSocket = join(this.folder, 'slave.sock');
    this.grandmaster = daemon('grandmaster', namespaces[0], { priority1: 100, ...grandmaster });
    this.slave = daemon('slave', namespaces[1], { slaveOnly: 1, ...slave });
  }

  static async create(programs: Exclude<LinuxPtp, { skip: string }>, options: PtpRigOptions): Promise<PtpRig> {
    const [a, b] = [await Namespace.create(), await Namespace.create()];
    connectNamespaces(
      { namespace: a, name: LINK.grandmaster, address: '10.77.0.1/24' },
      { namespace: b, name: LINK.slave, address: '10.77.0.2/24' },
    );
    return new PtpRig(programs, options, [a, b]);
  }

  /** Every process of it. */
  get pids(): number[] {
    return [this.grandmaster.pid, this.slave.pid, ...this.#namespaces.map(({ pid }) => pid)];
  }

  /** Where the slave runs. */
  get namespace(): Namespace {
    return this.#namespaces[1];
  }

  linkDown(): void {
    this.namespace.run('ip', 'link', 'set', LINK.slave, 'down');
  }

  linkUp(): void {
    this.namespace.run('ip', 'link', 'set', LINK.slave, 'up');
  }

  /** What pmc writes, asked once. It takes 100 ms, and is the same when nobody answers: only blocks say that somebody did. */
  async pmc(socket: string, ...commands: string[]): Promise<string> {
    const client = join(this.folder, `pmc-${++this.#asked}`);
    const args = ['-u', '-b', '0', '-d', String(this.domain), '-s', socket, '-i', client, ...commands];
    return (await promisify(execFile)(this.#pmc, args, { timeout: 5_000 })).stdout;
  }

  /** One value of the slave, or null: no answer. */
  async asked(dataSet: string, field: string): Promise<string | null> {
    return valueOf(await this.pmc(this.slaveSocket, `GET ${dataSet}`), field);
  }

  /** Has the grandmaster call itself something else, while it runs. */
  async setGrandmaster(settings: Partial<GrandmasterSettings>): Promise<void> {
    const values = Object.entries({ ...GPS, ...settings }).map(([name, value]) => `${name} ${value}`);
    const command = `SET GRANDMASTER_SETTINGS_NP ${values.join(' ')}`;
    await waitFor(async () => /RESPONSE MANAGEMENT/.test(await this.pmc(this.grandmasterSocket, command)), {
      what: 'the grandmaster to take its settings',
    });
  }

  /** Waits until the slave follows the grandmaster with a measured delay. */
  async reachSlave(state = 'SLAVE'): Promise<void> {
    let last = '';
    await waitFor(
      async () => {
        // A free-running ptp4l stays UNCALIBRATED, until it is told that its synchronization is certain.
        last = await this.pmc(
          this.slaveSocket,
          'SET SYNCHRONIZATION_UNCERTAIN_NP 0',
          'GET PORT_DATA_SET',
          'GET CURRENT_DATA_SET',
        );
        return valueOf(last, 'portState') === state && Number(valueOf(last, 'meanPathDelay')) > 0;
      },
      { what: () => `the slave to be ${state}; it says:\n${last}\n${this.slave.log}`, timeoutMs: 30_000 },
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.slave.stop(), this.grandmaster.stop()]);
    await Promise.all(this.#namespaces.map((namespace) => namespace.remove()));
  }
}

/** The first value of this name in what pmc wrote. */
export function valueOf(text: string, field: string): string | null {
  return new RegExp(`^\\t\\t${field}\\s+(\\S+)`, 'm').exec(text)?.[1] ?? null;
}

function longOptions(settings: PtpSettings): string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

function configText(settings: PtpSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  return `[global]\n${lines.join('')}`;
}
