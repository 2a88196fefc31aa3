/** pmc's verbatim output in test/fixtures as readings, and what makes a history of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decide, NO_MEMORY, type ClockDecision, type ClockMemory } from '../../../guardian-node/time/decide.ts';
import { DEFAULT_LIMITS, type ClockLimits, type Evidence } from '../../../guardian-node/time/judge.ts';
import { parsePmc, toPtpReading } from '../../../guardian-node/time/pmc-parse.ts';
import type { PtpReading } from '../../../guardian-node/time/reader.ts';
import { projectRoot } from '../../rigs/nats-server-bins.ts';

export const PTP_FOLDER = resolve(projectRoot, 'test/fixtures/linuxptp/3.1.1');
export const DOMAINS = [0, 24] as const;

export function ptpFiles(domain: number): string[] {
  return readdirSync(resolve(PTP_FOLDER, `domain${domain}`)).sort();
}

export function ptpText(domain: number, file: string): string {
  return readFileSync(resolve(PTP_FOLDER, `domain${domain}`, file), 'utf8');
}

/** The reading of the file whose name begins so; without any reply it is null. */
export function ptpFixture(prefix: string, domain = 0): PtpReading {
  const file = ptpFiles(domain).find((name) => name.startsWith(prefix));
  if (file === undefined) throw new Error(`no fixture ${prefix}`);
  return toPtpReading(parsePmc(ptpText(domain, file)));
}

export const POLL_MS = 5_000;
export const T0 = 1_795_440_000_000;

/** Evidence of poll number `i`, 5 s apart. */
export function at(i: number, rest: Partial<Evidence>): Evidence {
  return { unixMs: T0 + i * POLL_MS, monoMs: i * POLL_MS, chrony: null, ...rest };
}

/** The reading with a message of its own for poll `i`; where none came at all there is none. */
export function moved(ptp: PtpReading, i: number): PtpReading {
  const { ingressTime } = ptp;
  if (ingressTime === null || ingressTime === '0') return ptp;
  return { ...ptp, ingressTime: String(BigInt(ingressTime) + BigInt(i) * 5_000_000_000n) };
}

/** A locked slave but for this offset, ns, and whatever else. */
export function slave(offsetNs: number, rest: Partial<PtpReading> = {}): PtpReading {
  return { ...ptpFixture('04'), offsetNs, ...rest };
}

export function last<T>(list: readonly T[]): T {
  const item = list.at(-1);
  if (item === undefined) throw new Error('nothing was played');
  return item;
}

/** Plays the polls from the beginning. */
export function play(polls: readonly Evidence[], limits: ClockLimits = DEFAULT_LIMITS): ClockDecision[] {
  let memory: ClockMemory = NO_MEMORY;
  return polls.map((evidence) => {
    const step = decide(evidence, memory, limits);
    memory = step.memory;
    return step.decision;
  });
}

/** So many polls of a reading whose messages keep coming. */
export function moving(ptp: PtpReading, polls: number, from = 0): Evidence[] {
  return Array.from({ length: polls }, (_, i) => at(from + i, { ptp: moved(ptp, from + i) }));
}

/** So many polls of a reading that stands still. */
export function frozen(ptp: PtpReading, polls: number, from: number): Evidence[] {
  return Array.from({ length: polls }, (_, i) => at(from + i, { ptp }));
}
