/** Figures of host and process for the heartbeat. */
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import { resolve } from 'node:path';
import type { HeartbeatHost, HeartbeatProcess } from '../protocol/index.ts';
import { LoopDelay } from './loop-watch.ts';

/** How long the file system may take, ms. */
const DISK_LIMIT_MS = 500;

export class HostFigures {
  readonly #delay = new LoopDelay();
  #cpu = process.cpuUsage();
  #at = performance.now();

  close(): void {
    this.#delay.close();
  }

  host(disks: readonly DiskReading[]): HeartbeatHost {
    const load1 = os.loadavg()[0] ?? null;
    return {
      name: os.hostname(),
      platform: os.platform(),
      arch: os.arch(),
      cpus: os.cpus().length,
      load1: load1 === null ? null : Math.round(load1 * 100) / 100,
      memTotal: os.totalmem(),
      memFree: os.freemem(),
      disks: disks.map(({ path, total, free }) => ({ path, total, free })),
    };
  }

  /** Since the last call: processor time and event-loop delay. */
  process(): HeartbeatProcess {
    const now = performance.now();
    const cpu = process.cpuUsage(this.#cpu);
    const elapsedUs = (now - this.#at) * 1e3;
    this.#cpu = process.cpuUsage();
    this.#at = now;
    const p99 = this.#delay.take();
    return {
      rss: process.memoryUsage.rss(),
      cpuPercent: elapsedUs > 0 ? Math.round(((cpu.user + cpu.system) / elapsedUs) * 1_000) / 10 : null,
      eventLoopP99Ms: p99 === null ? null : Math.round(p99 * 100) / 100,
    };
  }
}

/** A file system that the profile names by a folder on it; without figures where the system does not say, and then why. */
export interface DiskReading {
  readonly path: string;
  /** Bytes. */
  readonly total: number | null;
  /** Bytes that this process's user may still write. */
  readonly free: number | null;
  readonly error: string | null;
}

/** Reads the disks of these folders, all at once and each within a time limit. Never throws. */
export function readDisks(paths: readonly string[]): Promise<DiskReading[]> {
  return Promise.all(paths.map(readDisk));
}

async function readDisk(folder: string): Promise<DiskReading> {
  // "." says nothing to who reads it elsewhere.
  const path = resolve(folder);
  try {
    // a dead network file system never answers, and the heartbeat must not wait for it
    const { bavail, blocks, bsize } = await within(statfs(path), DISK_LIMIT_MS, 'the file system does not answer');
    // Some file systems have no such figure: then there is no rule about it either.
    if (blocks === 0) return { path, total: null, free: null, error: null };
    return { path, total: blocks * bsize, free: bavail * bsize, error: null };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { path, total: null, free: null, error: code ?? message };
  }
}

/** Rejects with `message` unless `work` is done within `ms`. */
function within<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(message)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
