import { after, before } from 'node:test';
import { connectProgram, connectViewer, loginOf, type TestClient } from '../rigs/nats-clients.ts';
import { startNunectServer, type NunectServerRig } from '../rigs/nats-server.ts';

/** Who meets in the tests of permissions: one server and a client of each kind, all connected before the first test. */
export interface Cast {
  readonly server: NunectServerRig;
  readonly serverId: string;
  readonly sys: TestClient;
  readonly admin: TestClient;
  readonly guardian: TestClient;
  readonly viewer: TestClient;
  readonly otherViewer: TestClient;
  /** One more program with this login. */
  readonly program: (name: string) => Promise<TestClient>;
}

/** The cast for the tests of the enclosing suite; call the result within tests only. */
export function castOf(bin: string): () => Cast {
  let cast: Cast | undefined;
  const clients: TestClient[] = [];
  before(async () => {
    const server = await startNunectServer({ bin });
    const program = async (name: string): Promise<TestClient> => {
      const client = await connectProgram(server.url, loginOf(server.secrets, name));
      clients.push(client);
      return client;
    };
    const page = async (): Promise<TestClient> => {
      const client = await connectViewer(server.wsUrl, loginOf(server.secrets, 'VIEWER'));
      clients.push(client);
      return client;
    };
    const sys = await program('SYS');
    const reply = JSON.parse(await sys.request('$SYS.REQ.SERVER.PING.VARZ')) as { server: { id: string } };
    cast = {
      server,
      serverId: reply.server.id,
      sys,
      admin: await program('OPS_ADMIN'),
      guardian: await program('GUARDIAN'),
      viewer: await page(),
      otherViewer: await page(),
      program,
    };
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await cast?.server.stop();
  });
  return () => {
    if (!cast) throw new Error('the cast is there within tests only');
    return cast;
  };
}

/** What of this client is refused while `action` runs. */
export async function refusedTo(client: TestClient, action: () => unknown): Promise<string[]> {
  await client.flush();
  const known = client.refusals.length;
  await action();
  await client.flush();
  return client.refusals.slice(known);
}
