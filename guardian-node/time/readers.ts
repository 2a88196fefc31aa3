/** Which readers a guardian asks, from its settings. */
import { ChronyUdpReader } from './chrony-udp.ts';
import { ChronycReader } from './chronyc.ts';
import { FirstOf } from './first-of.ts';
import { KernelReader } from './kernel.ts';
import { NtpqReader } from './ntpq.ts';
import { PmcReader, PTP_SOCKETS } from './pmc.ts';
import { PtpStatusFileReader } from './ptp-status-file.ts';
import type { ChronyReading, ClockReader, KernelReading, NtpqReading, PtpReading } from './reader.ts';

/** One for each kind of evidence; null: not asked. */
export interface ClockReaders {
  readonly ptp: ClockReader<PtpReading> | null;
  readonly chrony: ClockReader<ChronyReading> | null;
  readonly ntpq: ClockReader<NtpqReading> | null;
  readonly kernel: ClockReader<KernelReading> | null;
}

/** What to ask, where something else than the usual is meant. */
export interface ClockTools {
  /** `PMC`: the program. */
  readonly pmc?: string | undefined;
  /** `PTP_SOCKET`: of ptp4l. */
  readonly ptpSocket?: string | undefined;
  /** `CHRONYC`: the program. */
  readonly chronyc?: string | undefined;
  /** `CHRONY_PORT`: UDP, chronyd's command port. */
  readonly chronyPort?: number | undefined;
  /** `NTPQ`: the program. */
  readonly ntpq?: string | undefined;
}

export interface ClockReadersOptions {
  readonly mode: 'auto' | 'ptp' | 'chrony';
  readonly ptpDomain: number;
  /** Of the profile: where chronyd's command port is. */
  readonly chrony: { readonly host: string; readonly port: number };
  readonly tools: ClockTools;
}

/** In mode `ptp` chronyd is asked all the same: it may be what feeds a grandmaster, or what follows the PHC. */
export function clockReaders({ mode, ptpDomain, chrony, tools }: ClockReadersOptions): ClockReaders {
  const { host } = chrony;
  const port = tools.chronyPort ?? chrony.port;
  const isUsual = tools.chronyPort === undefined && host === '127.0.0.1' && port === 323;
  const byUdp = new ChronyUdpReader(host, port);
  const byChronyc = new ChronycReader(tools.chronyc ?? 'chronyc', isUsual ? undefined : { host, port });
  return {
    ptp: mode === 'chrony' ? null : ptpReader(ptpDomain, tools),
    chrony: new FirstOf<ChronyReading>([byUdp, byChronyc]),
    ntpq: mode === 'auto' ? new NtpqReader(tools.ntpq ?? 'ntpq') : null,
    kernel: mode === 'chrony' ? null : new KernelReader(),
  };
}

function ptpReader(domain: number, { pmc = 'pmc', ptpSocket }: ClockTools): ClockReader<PtpReading> {
  // A socket that was named is what is meant: no other way leads to the same clock.
  if (ptpSocket !== undefined) return new PmcReader({ pmc, domain, sockets: [ptpSocket] });
  return new FirstOf<PtpReading>([new PmcReader({ pmc, domain, sockets: PTP_SOCKETS }), new PtpStatusFileReader()]);
}
