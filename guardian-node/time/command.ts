/** Runs a program of somebody else's once: bounded in time and in what it may print, and never through a shell. */
import { execFile } from 'node:child_process';
import { safeText } from '../../protocol/index.ts';
import { ClockReadError } from './reader.ts';

/** More than any of these programs prints of clocks that make sense. */
const MAX_OUTPUT = 128 * 1024;

/**
 * @param limitMs then it is killed
 * @returns what it printed on stdout
 * @throws ClockReadError `absent` where the program is missing or ends with an error, `timeout` when it had to be killed
 */
export function output(program: string, arguments_: readonly string[], limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT,
      encoding: 'utf8',
      // Words are read: not in the language of whoever starts the guardian.
      env: { ...process.env, LC_ALL: 'C' },
    } as const;
    execFile(program, arguments_, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(failure(program, error, `${stdout}\n${stderr}`, limitMs));
    });
  });
}

function failure(
  program: string,
  error: { code?: string | number | null; killed?: boolean; message: string },
  said: string,
  limitMs: number,
): ClockReadError {
  const cause = { cause: error };
  if (error.code === 'ENOENT') return new ClockReadError('absent', `${program} is not installed`, cause);
  if (error.code === 'EACCES') return new ClockReadError('refused', `${program} may not be started (EACCES)`, cause);
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return new ClockReadError('garbled', `${program} printed more than ${MAX_OUTPUT / 1024} KiB`, cause);
  if (error.killed === true) {
    return new ClockReadError('timeout', `${program} does not answer within ${limitMs} ms: its daemon hangs?`, cause);
  }
  const line = said
    .split('\n')
    .map((text) => text.trim())
    .find((text) => text !== '');
  const words = line === undefined ? `ended with ${error.code ?? 'an error'}` : safeText(line, 120);
  return new ClockReadError(/^501\b/.test(words) ? 'refused' : 'absent', `${program}: ${words}`, cause);
}
