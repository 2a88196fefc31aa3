/** The process that idle-clients.ts starts; it ends with its parent. */
import type { IdleAnswer, IdleRequest } from './idle-clients.ts';
import { RawClient } from './raw-client.ts';

/** Connections that are being made at a time: the server ends a login that takes longer than 2 s. */
const AT_A_TIME = 100;
/** Loopback addresses that they come from. */
const ADDRESSES = 16;
const LANGUAGES = ['go', 'rust', 'python', '.NET', 'java', 'c', 'nats.js', ''] as const;

let settings: Extract<IdleRequest, { do: 'begin' }> | undefined;
/** Number of the next client: names stay unique when some have left. */
let next = 0;
const clients: RawClient[] = [];

async function openOne(n: number): Promise<void> {
  if (!settings) throw new Error('begin first');
  const { port, logins, subscriptions } = settings;
  const login = logins[n % logins.length];
  const lang = LANGUAGES[n % LANGUAGES.length] ?? '';
  const client = await RawClient.open({
    port,
    from: `127.0.0.${1 + (n % ADDRESSES)}`,
    connect: {
      ...(login ? { user: login.user, pass: login.pass } : {}),
      // Some say neither name nor language, as real ones do.
      ...(n % 10 === 9 ? {} : { name: `idle-${String(n).padStart(5, '0')}` }),
      ...(lang === '' ? {} : { lang, version: `1.${n % 40}.0` }),
    },
  });
  if (client.error !== null) throw new Error(`the server refused client ${n}: ${client.error}`);
  for (let sid = 1; sid <= n % (subscriptions + 1); sid++) {
    if (sid === 1) client.subscribe(`idle.unit.${n}`, sid);
    else if (sid === 2) client.subscribe(`idle.work.${n % 50}`, sid, `workers-${n % 5}`);
    else client.subscribe(`idle.topic.${sid}.>`, sid);
  }
  clients.push(client);
}

async function open(count: number): Promise<void> {
  const until = next + count;
  const worker = async (): Promise<void> => {
    while (next < until) await openOne(next++);
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, count) }, worker));
}

async function answer(request: IdleRequest): Promise<IdleAnswer> {
  if (request.do === 'begin') settings = request;
  else if (request.do === 'open') await open(request.count);
  else for (const client of clients.splice(0, request.count)) client.close();
  const lost = clients.filter(({ closed }) => closed).length;
  return lost === 0 ? { connected: clients.length } : { failed: `the server closed ${lost} idle clients` };
}

process.on('message', (request: IdleRequest) => {
  answer(request).then(
    (done) => process.send?.(done),
    (error: unknown) => process.send?.({ failed: String(error) } satisfies IdleAnswer),
  );
});
process.on('disconnect', () => process.exit(0));
