/** IPQUEUESZ: the queues inside of a server (2.10.26 and later). */
import * as v from 'valibot';
import { bounded, isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { figure, figureOrZero, type Wire } from './read.ts';
import { redact } from './redact.ts';

/** What a request's body may say. */
export interface IpqueueszOptions {
  /** Empty queues too. */
  readonly all?: boolean;
  /** Only those whose name has this in it. */
  readonly filter?: string;
}

export interface IpQueue {
  /** `System recvQ`, `[ACC:APP] RAFT 'C-R3F-C6xx5Q8U' appendEntry` … */
  readonly name: string;
  /** What waits in it. */
  readonly pending: number | null;
  /** What was taken out and is being worked on. */
  readonly inProgress: number | null;
}

export interface Ipqueuesz {
  readonly queues: readonly IpQueue[];
}

/** A hundred bytes a queue, seven queues for each Raft group. */
const MAX_BYTES = 33_554_432;
const MAX_QUEUES = 100_000;

/** Reads a reply to `$SYS.REQ.SERVER.PING.IPQUEUESZ`. */
export function decodeIpqueueszReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Ipqueuesz }> {
  const reply = decodeReply(bytes, 'data', v.custom<Wire>(isRecord), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  const { server, data } = reply.value;
  const queues: IpQueue[] = [];
  for (const [key, value] of Object.entries(data)) {
    if (queues.length === MAX_QUEUES) break;
    if (!isRecord(value)) continue;
    queues.push({
      name: redact(bounded(key, 256)),
      pending: figure(value['pending']),
      inProgress: figureOrZero(value['in_progress']),
    });
  }
  return { ok: true, value: { server, data: { queues } } };
}
