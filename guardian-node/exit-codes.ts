/** Why the guardian ends: the numbers of BSD's sysexits.h, which service managers know. */
export const EXIT = {
  /** Asked to end, and everything pending was sent. */
  ok: 0,
  /** The command line is wrong (EX_USAGE). */
  usage: 64,
  /** A fault of the guardian itself (EX_SOFTWARE). */
  software: 70,
  /** The server refused the first login (EX_NOPERM). */
  refused: 77,
  /** Profile or settings are wrong (EX_CONFIG). */
  config: 78,
} as const;

/** Ends the guardian with one line that says what happened, to what, and what to do. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A fault in profile or settings. */
export function configError(message: string, cause?: unknown): FatalError {
  return new FatalError(EXIT.config, message, { cause });
}
