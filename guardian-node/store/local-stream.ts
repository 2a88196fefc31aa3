/**
 * The stream of this machine's own nats-server in which messages wait for the hub. It has subjects of its own, `store.` and
 * the message's subject, so that neither the hub nor who listens here takes what is put in for what is said.
 */
import { headers as natsHeaders, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { HEADERS, parseMessageId } from '../../protocol/index.ts';
import { storedPlace } from '../../protocol/stored.ts';
import { callApi, directGet, JetStreamError, publishAcknowledged } from './jetstream.ts';
import { headersOf, type StoredMessage } from './message.ts';

/** What stands before a message's subject in the local stream. */
export const STORE_PREFIX = 'store.';
/** Longest answer of a server on this machine, ms: its disk may be slow, its network is not. */
const LIMIT_MS = 5_000;

export interface StreamState {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly messages: number;
  readonly bytes: number;
  /** Null: no bound. */
  readonly maxBytes: number | null;
}

export interface ReadBack {
  /** In the local stream. */
  readonly seq: number;
  /** Null: something else lies there, which is passed over. */
  readonly message: StoredMessage | null;
}

interface StreamInfo {
  readonly config: { readonly max_bytes: number };
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly first_seq: number;
    readonly last_seq: number;
  };
}

/** The message as it was put in, or null where it is none of a guardian's. */
function messageOf(storedOn: string, { headers, data }: Msg): StoredMessage | null {
  const place = parseMessageId(headers?.get(HEADERS.msgId) ?? null);
  if (!headers || !place || !storedOn.startsWith(STORE_PREFIX)) return null;
  // What begins with Nats- is the server's, or is set anew.
  const own = headers.keys().filter((name) => !name.toLowerCase().startsWith('nats-'));
  return {
    place,
    subject: storedOn.slice(STORE_PREFIX.length),
    data,
    headers: own.map((name) => [name, headers.get(name)] as const),
  };
}

export class LocalStream {
  readonly name: string;
  readonly #nats: () => NatsConnection | null;

  constructor(name: string, nats: () => NatsConnection | null) {
    this.name = name;
    this.#nats = nats;
  }

  /** Resolves with its number when it is kept: from then on it survives the guardian. @throws JetStreamError */
  put(message: StoredMessage): Promise<number> {
    const { subject, data } = message;
    return this.#publish(subject, data, headersOf(message));
  }

  /** Keeps a note of the guardian's own among the messages; {@link note} reads the last one. @throws JetStreamError */
  putNote(name: string, text: string): Promise<number> {
    return this.#publish(name, text);
  }

  async note(name: string): Promise<string | null> {
    const body = { last_by_subj: STORE_PREFIX + name };
    return (await directGet(this.#connected(), '$JS.API', this.name, null, body, LIMIT_MS))?.string() ?? null;
  }

  /** The first message at or behind this number; null: there is none. @throws JetStreamError */
  async read(from: number): Promise<ReadBack | null> {
    return this.#get({ seq: from, next_by_subj: `${STORE_PREFIX}>` });
  }

  /** The last message on a subject. @throws JetStreamError */
  async last(subject: string): Promise<ReadBack | null> {
    return this.#get({ last_by_subj: STORE_PREFIX + subject });
  }

  async state(): Promise<StreamState> {
    const { state, config } = await callApi<StreamInfo>(this.#connected(), `STREAM.INFO.${this.name}`, null, LIMIT_MS);
    return {
      firstSeq: state.first_seq,
      lastSeq: state.last_seq,
      messages: state.messages,
      bytes: state.bytes,
      maxBytes: config.max_bytes > 0 ? config.max_bytes : null,
    };
  }

  /** Forgets what is before this number. @throws JetStreamError */
  async purge(below: number): Promise<void> {
    await callApi(this.#connected(), `STREAM.PURGE.${this.name}`, { seq: below }, LIMIT_MS);
  }

  async #get(body: object): Promise<ReadBack | null> {
    const found = await directGet(this.#connected(), '$JS.API', this.name, null, body, LIMIT_MS);
    if (!found) return null;
    const at = storedPlace(found.headers);
    if (!at) throw new JetStreamError('refused', `stream ${this.name} gives back a message without its place`);
    return { seq: at.sequence, message: messageOf(at.subject, found) };
  }

  #publish(subject: string, data: string | Uint8Array, headers = natsHeaders()): Promise<number> {
    return publishAcknowledged(this.#connected(), this.name, STORE_PREFIX + subject, data, headers, LIMIT_MS);
  }

  #connected(): NatsConnection {
    const nats = this.#nats();
    if (!nats) throw new JetStreamError('down', 'not connected');
    return nats;
  }
}
