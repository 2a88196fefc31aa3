/** How an endpoint is asked and its decoders are held against it. */
import type { Decoded } from '../../../protocol/decode.ts';
import type { ServerRequest } from '../../../protocol/server/requests.ts';

type Decode = (bytes: Uint8Array) => Decoded<{ readonly data: unknown }>;

export interface Endpoint {
  readonly request: Exclude<ServerRequest, 'PING'>;
  readonly decoders: readonly Decode[];
  /** Body of the request over NATS. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The same over HTTP; null: HTTP has no such page. */
  readonly page: string | null;
  /** Body of the request where it is held against HTTP, when that is to be another. */
  readonly liveBody?: Readonly<Record<string, unknown>>;
  /** Decoded fields that HTTP does not say, with the reason. */
  readonly natsOnly?: Readonly<Record<string, string>>;
  /** Where the answer stands in the reply. */
  readonly key?: 'data' | 'statsz';
  /** Decoded names by the wire's, where they differ by more than writing and unit. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Fields that are left unread on purpose, with the reason. A path ends where its last key does, or `**` stands. */
  readonly unread?: Readonly<Record<string, string>>;
  /** Decoded fields that no field of the wire makes, with the reason. */
  readonly derived?: Readonly<Record<string, string>>;
  /** Leaves out of an answer what the decoder passes over as a whole. */
  readonly prepare?: (data: Readonly<Record<string, unknown>>) => unknown;
}

/** Whether a field is meant: `*` stands for one step of a path, `**` at the end for any rest. */
export function isListed(table: Readonly<Record<string, string>> | undefined, field: string): boolean {
  const steps = field.split('.');
  return Object.keys(table ?? {}).some((pattern) => {
    const wanted = pattern.split('.');
    const open = wanted.at(-1) === '**';
    if (open) wanted.pop();
    if (open ? steps.length < wanted.length : steps.length !== wanted.length) return false;
    return wanted.every((step, at) => step === '*' || step === steps[at]);
  });
}
