/**
 * What the server lets this login publish and hear, asked of the server itself and without publishing anything: a message
 * whose reply subject is the server's own (`_R_.…`) is refused in any case, but for its subject first where that is not
 * allowed (seen on nats-server 2.9.10 to 2.15.1: the check of permissions stands before that of the reply subject).
 */
import type { NatsConnection } from '@nats-io/transport-node';

/** How long the server may take to answer, ms. */
const LIMIT_MS = 3_000;
const REPLY = '_R_.nunect-doctor';

/** `unknown`: the server said neither. */
export type Permission = 'allowed' | 'denied' | 'unknown';

/** Each subject that was asked for, and whether it may be published. */
export async function mayPublish(nats: NatsConnection, subjects: readonly string[]): Promise<Map<string, Permission>> {
  const found = new Map(subjects.map((subject): [string, Permission] => [subject, 'unknown']));
  const statuses = nats.status();
  let left = found.size;
  let done: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (done = resolve));
  const listening = (async () => {
    for await (const status of statuses) {
      if (status.type !== 'error') continue;
      const said = refused(status.error.message, subjects);
      if (!said || found.get(said.subject) !== 'unknown') continue;
      found.set(said.subject, said.permission);
      if (--left === 0) done();
    }
  })();
  for (const [n, subject] of subjects.entries()) nats.publish(subject, '', { reply: `${REPLY}.${n}` });
  if (left > 0) await within(Promise.all([all, nats.flush()]));
  (statuses as { stop?: () => void }).stop?.();
  await within(listening);
  return found;
}

function refused(message: string, subjects: readonly string[]): { subject: string; permission: Permission } | null {
  const denied = /for Publish to "([^"]+)"/i.exec(message)?.[1];
  if (denied !== undefined) return { subject: denied, permission: 'denied' };
  const n = /for Publish with Reply of "_R_\.nunect-doctor\.(\d+)"/i.exec(message)?.[1];
  const subject = n === undefined ? undefined : subjects[Number(n)];
  return subject === undefined ? null : { subject, permission: 'allowed' };
}

/** Each subject that was asked for, and whether it may be subscribed. */
export async function maySubscribe(
  nats: NatsConnection,
  subjects: readonly string[],
): Promise<Map<string, Permission>> {
  const found = new Map(subjects.map((subject): [string, Permission] => [subject, 'allowed']));
  const subscriptions = subjects.map((subject) =>
    nats.subscribe(subject, {
      callback: (error) => {
        if (error) found.set(subject, 'denied');
      },
    }),
  );
  // The server answers in order: what it refuses it has refused before it answers this.
  const answered = await within(nats.flush().then(() => true));
  if (answered !== true) for (const subject of subjects) found.set(subject, 'unknown');
  for (const subscription of subscriptions) subscription.unsubscribe();
  return found;
}

async function within<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), LIMIT_MS)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
