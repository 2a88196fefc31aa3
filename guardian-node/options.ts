/** What several commands read from the command line. */
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError naming what is allowed */
export function tcpPort(text: string): number {
  return whole(text, 1, 65_535);
}

/** Seconds, with fractions. */
export function secondsOption(text: string): number {
  const value = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('Expected seconds, above 0 and up to 86400.');
  return value;
}

function whole(text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  }
  return value;
}
