/** What `ethtool -T` says of a network card. */
export interface Stamping {
  readonly transmit: boolean;
  readonly receive: boolean;
  readonly software: boolean;
  /** Number of its clock, N of /dev/ptpN; null: none. */
  readonly clock: number | null;
}

/** Words are the same from ethtool 3 to 6; older ones add codes in brackets, newer ones print "provider" for the clock. */
export function parseEthtool(text: string): Stamping {
  const has = (word: string): boolean => new RegExp(`^\\s*${word}\\b`, 'm').test(text);
  const clock = /^(?:PTP Hardware Clock|Hardware timestamp provider index):\s*(\d+)/m.exec(text)?.[1];
  return {
    transmit: has('hardware-transmit'),
    receive: has('hardware-receive'),
    software: has('software-transmit') || has('software-receive'),
    clock: clock === undefined ? null : Number(clock),
  };
}
