/** What browser.test.ts runs in a page: the client as an application has it. */
import { connect, type Client } from '../../client/browser.ts';

export interface PageClient {
  readonly client: Client;
  readonly events: string[];
}

/** Does a bit of everything, and says what came of it. */
async function useClient(servers: string, creds: string): Promise<PageClient & { report: Record<string, unknown> }> {
  const events: string[] = [];
  const client = await connect({ servers, login: { creds }, onEvent: ({ type }) => events.push(type) });
  const heard: string[] = [];
  client.subscribe('a.*', (message) => heard.push(`${message.text()} ${message.headers.get('X')?.join() ?? ''}`));
  client.publish('a.b', { n: 1 }, { headers: { X: ['1', '2'] } });
  const answer = await client.request('double', 'ab');
  const many: string[] = [];
  for await (const one of client.requestMany('double', 'x', { waitMs: 300 })) many.push(one.text());
  const nobody = await client.request('nobody').catch((error: unknown) => (error as { kind: string }).kind);
  client.logger.warn('from a page');
  await client.flush();
  const version = client.server?.version;
  return { client, events, report: { name: client.name, heard, answer: answer.text(), many, nobody, version } };
}

Object.assign(globalThis, { nunectConnect: connect, useClient });
export type UseClient = typeof useClient;
