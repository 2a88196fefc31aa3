import { FakeReply, type FakeResponder } from './fake-nats.ts';

export interface EchoConduct {
  /** The unit's clock less this page's, ms. */
  readonly offsetMs?: number;
  /** What the way takes there, and what it takes back, ms. */
  readonly thereMs?: number;
  readonly backMs?: number;
  /** What the unit itself takes, ms. */
  readonly inUnitMs?: number;
  /** Which of them never come back: called with the number of the request, from 0. */
  readonly lost?: (index: number) => boolean;
  /** Headers in place of the times: an older guardian, a refusal. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers `ops.echo.{unit}` as a guardian does, with a clock and a way that are chosen: `nats.respond('ops.echo.leaf-1', echoOf({ offsetMs: 3 }))`. */
export function echoOf(conduct: EchoConduct = {}): FakeResponder {
  const { offsetMs = 0, thereMs = 1, backMs = 1, inUnitMs = 0, lost, headers } = conduct;
  let index = 0;
  return async (_subject, body) => {
    const now = (): number => (performance.timeOrigin + performance.now()) * 1_000;
    await wait(thereMs);
    if (lost?.(index++) === true) return [];
    const received = now() + offsetMs * 1_000;
    await wait(inUnitMs);
    const sent = now() + offsetMs * 1_000;
    const times = { 'X-Server-Received-At': `${Math.round(received)}`, 'X-Server-Sent-At': `${Math.round(sent)}` };
    await wait(backMs);
    return [new FakeReply(body, { ...(headers ?? times) })];
  };
}

function wait(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
