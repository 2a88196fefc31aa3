/**
 * A slow consumer, made on purpose: it subscribes, stops reading, and is sent more than the server keeps for it.
 *
 * ```ts
 * const server = await startNunectServer({ extra: SLOW_CONSUMER_CONFIG });
 * const slow = await makeSlowConsumer(server, loginOf(server.secrets, 'BRIDGE'));
 * // slow.cid is among the closed connections now, with a reason that begins with “Slow Consumer”
 * ```
 */
import { connectProgram, type Login } from './nats-clients.ts';
import { RawClient } from './raw-client.ts';
import { waitFor } from './wait-for.ts';

/**
 * The least that a server keeps for a client before it gives it up: not less than its largest message, which is 1 MB in
 * the template.
 */
export const SLOW_CONSUMER_CONFIG = 'max_pending: 1MB\nwrite_deadline: "1s"';

/** Each of this many bytes. Sockets of this machine hold some MB by themselves before anything waits in the server. */
const MESSAGE_BYTES = 262_144;
const MAX_MESSAGES = 400;

export interface SlowConsumer {
  /** Its number at the server. */
  readonly cid: number;
  readonly name: string;
  readonly subject: string;
  /** How many messages it took until the server had enough. */
  readonly published: number;
}

/**
 * @param server the server, with {@link SLOW_CONSUMER_CONFIG}
 * @param login of an account in which it may subscribe to and publish `rig.slow`
 * @returns when the server has disconnected it
 * @throws Error when 100 MB did not make it slow
 */
export async function makeSlowConsumer(
  server: { readonly port: number; readonly url: string; readonly httpUrl: string },
  login: Login,
  { name = 'rig: reads nothing', subject = 'rig.slow' } = {},
): Promise<SlowConsumer> {
  const slow = await RawClient.open({ port: server.port, connect: { user: login.user, pass: login.pass, name } });
  const publisher = await connectProgram(server.url, { ...login, name: 'rig: publishes' });
  try {
    slow.subscribe(subject, 1);
    await subscribed(server.httpUrl, slow.cid);
    slow.stopReading();
    const text = 'x'.repeat(MESSAGE_BYTES);
    let published = 0;
    while (published < MAX_MESSAGES) {
      publisher.publish(subject, text);
      // The server delays whoever publishes faster than it can deliver, so this is the pace that it allows.
      await publisher.flush();
      published++;
      if (await isGone(server.httpUrl, slow.cid)) return { cid: slow.cid, name, subject, published };
    }
    await waitFor(() => isGone(server.httpUrl, slow.cid), { what: `the server to give up connection ${slow.cid}` });
    return { cid: slow.cid, name, subject, published };
  } finally {
    slow.close();
    await publisher.close();
  }
}

async function subscribed(httpUrl: string, cid: number): Promise<void> {
  await waitFor(async () => (await open(httpUrl, cid))?.subscriptions === 1, { what: 'its subscription' });
}

async function isGone(httpUrl: string, cid: number): Promise<boolean> {
  return (await open(httpUrl, cid)) === undefined;
}

async function open(httpUrl: string, cid: number): Promise<{ subscriptions: number } | undefined> {
  const reply = await fetch(`${httpUrl}/connz?cid=${cid}`);
  const { connections } = (await reply.json()) as { connections: { cid: number; subscriptions: number }[] };
  return connections.find((each) => each.cid === cid);
}
