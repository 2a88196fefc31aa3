import { spawn, type ChildProcess } from 'node:child_process';

/** A built program of this project, running for a test. */
export interface Program {
  readonly pid: number;
  /** All that it said so far, on both streams. */
  output(): string;
  /** Waits until it said something that matches, and returns the match. Rejects when it ends before. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** SIGTERM, and wait for its end; SIGKILL after 5 s. */
  stop(): Promise<void>;
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/**
 * Starts `node <file> …`. Of this process's environment it gets what does not configure nunect, so that a developer's own
 * settings change no test.
 */
export function startProgram(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Program {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NATS_|NODE_|UNIT_ID|TIME_|PTP_|NTP_|LOG_)/.test(name)),
  );
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  const add = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const each of [...listeners]) each();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      alive.delete(child);
      resolve();
      for (const each of [...listeners]) each();
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    says: (pattern, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        const look = (): void => {
          const found = pattern.exec(output);
          if (found) {
            end();
            resolve(found);
          } else if (!alive.has(child)) {
            end();
            reject(new Error(`${file} ended before it said ${String(pattern)}:\n${output.slice(-2000)}`));
          }
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`${file} did not say ${String(pattern)} within ${timeoutMs} ms:\n${output.slice(-2000)}`));
        }, timeoutMs);
        listeners.add(look);
        look();
      }),
    stop: async () => {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(hard);
    },
  };
}
