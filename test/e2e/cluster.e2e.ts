/** Every view of servers, on a whole system: a cluster of three, another one by gateway, and a leaf with its own server. */
import type { Page } from '@playwright/test';
import { ELEMENT_FEEDS, FEEDS, type ElementTag } from '../../protocol/access.ts';
import { REQUEST_SINCE } from '../../protocol/server/requests.ts';
import { loadJetStream } from '../rigs/jetstream-load.ts';
import { startCluster, type ClusterServerName, type NatsCluster } from '../rigs/nats-cluster.ts';
import { loginOf } from '../rigs/nats-clients.ts';
import { natsServerBin, natsServerBins, versionAtLeast } from '../rigs/nats-server.ts';
import { expect, LINK_ERRORS, test } from './support/fixtures.ts';
import { serveKitPage, type KitPage } from './support/kit-page.ts';

/** Seconds between two requests of each element. */
const INTERVAL_S = 3;
const ALL = ['f1', 'leaf-1', 'n1', 'n2', 'n3'] as const satisfies readonly ClusterServerName[];

/** Elements that ask every server, those that this version supports. */
function viewsOf(version: string): ElementTag[] {
  return (Object.keys(ELEMENT_FEEDS) as ElementTag[]).filter((tag) => {
    // Its servers are asked for what belongs to an event, and only then.
    if (tag === 'nunect-sys-log') return false;
    const requests = ELEMENT_FEEDS[tag].flatMap((name) => {
      const feed = FEEDS[name];
      return feed.kind === 'servers' ? [feed.request] : [];
    });
    const [first] = requests;
    return first !== undefined && versionAtLeast(version, REQUEST_SINCE[first]);
  });
}

/** What an element says of itself; the rest of its snapshot is what it shows. */
interface Shown {
  readonly status?: string;
  readonly snapshot?: {
    readonly completeness: { readonly answered: number; readonly missing: readonly string[] } | null;
    readonly data: unknown;
    /** From one request to the next, ms: longer than asked for where the answers cost much. */
    readonly intervalMs: number | null;
  };
}

/** Each element's state and who is missing in it: `live, 5 answered` or `live, 4 answered, missing n2`. */
function statesOf(page: Page, tags: readonly string[]): Promise<Record<string, string>> {
  return page.evaluate(
    (all) =>
      Object.fromEntries(
        all.map((tag) => {
          const { status, snapshot } = document.querySelector(tag) as unknown as Shown;
          const { answered = 0, missing = [] } = snapshot?.completeness ?? {};
          const without = missing.length > 0 ? `, missing ${missing.join(' ')}` : '';
          return [tag, `${status ?? 'not defined'}, ${answered} answered${without}`];
        }),
      ),
    tags,
  );
}

/** Two intervals of the element that asks most rarely, ms. */
async function twoIntervals(page: Page, tags: readonly string[]): Promise<number> {
  const intervals = await page.evaluate(
    (all) => all.map((tag) => (document.querySelector(tag) as unknown as Shown).snapshot?.intervalMs ?? 0),
    tags,
  );
  return 2 * Math.max(INTERVAL_S * 1_000, ...intervals);
}

async function expectAll(page: Page, tags: readonly string[], state: string, timeout: number): Promise<void> {
  await expect
    .poll(() => statesOf(page, tags), { message: `every element ${state}`, timeout, intervals: [50] })
    .toEqual(Object.fromEntries(tags.map((tag) => [tag, state])));
}

async function serverIds(cluster: NatsCluster, names: readonly ClusterServerName[]): Promise<Record<string, string>> {
  const pairs = names.map(async (name) => {
    const { server_id: id } = (await cluster.monitoring(name, '/varz')) as { server_id: string };
    return [name, id] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

/** Connections that the page shows for each server, and the id of the server that they are of. */
function figures(page: Page): Promise<Record<string, { id: string; connections: number | null }>> {
  return page.evaluate(() => {
    interface Row {
      readonly server: { readonly name: string; readonly id: string };
      readonly value: { readonly connections: number | null };
    }
    const { snapshot } = document.querySelector('nunect-varz') as unknown as Shown;
    const rows = (snapshot?.data ?? []) as readonly Row[];
    return Object.fromEntries(
      rows.map(({ server, value }) => [server.name, { id: server.id, connections: value.connections }]),
    );
  });
}

test.use({ viewport: { width: 1600, height: 1000 } });

test.describe('a whole system', () => {
  let kit: KitPage;
  let cluster: NatsCluster;
  let tags: ElementTag[];
  let load: Awaited<ReturnType<typeof loadJetStream>>;

  test.beforeAll(async ({ natsServer }) => {
    test.setTimeout(120_000);
    const bin = natsServerBins().find(({ path }) => path === natsServer) ?? natsServerBin();
    tags = viewsOf(bin.version);
    kit = await serveKitPage(() => {
      const addresses = ['n1', 'n2', 'n3'].map((name) => cluster.server(name as ClusterServerName).wsUrl).join(' ');
      const elements = tags.map((tag) => `<div><${tag} interval="${INTERVAL_S}"></${tag}></div>`).join('\n');
      // All of them in sight at once: out of sight an element asks more rarely and draws nothing.
      return `<style>
          nunect-nats { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px; }
          nunect-nats > div { block-size: 150px; overflow: auto; }
        </style>
        <nunect-nats servers="${addresses}" inbox-prefix="_INBOX_viewer">${elements}</nunect-nats>
        <script type="module">
          document.querySelector('nunect-nats').credentials = ${JSON.stringify({
            user: cluster.viewer.user,
            password: cluster.viewer.pass,
          })};
        </script>`;
    });
    cluster = await startCluster({ bin: bin.path, env: { NATS_WS_ORIGINS: kit.origin } });
    load = await loadJetStream(cluster.server('n1').url, loginOf(cluster.secrets, 'OPS_ADMIN'), { replicas: 3 });
  });
  test.afterAll(async () => {
    await load.close();
    await cluster.stop();
    await kit.stop();
  });

  test('every element is complete within 3 s', async ({ page }) => {
    await page.goto(kit.origin);
    await expectAll(page, tags, 'live, 5 answered', 3_000);
    for (const name of ALL) await expect(page.locator('nunect-servers').getByText(name).first()).toBeVisible();
    await expect(page.getByText('Missing:')).toHaveCount(0);
  });

  for (const [what, isConnected] of [
    ['another server than the page’s own', false],
    ['the server that the page is connected to', true],
  ] as const) {
    test(`a killed one is named by every element, the others go on, and it comes back by itself: ${what}`, async ({
      page,
      watch,
    }) => {
      test.setTimeout(120_000);
      watch.expectConsole(LINK_ERRORS);
      await page.goto(kit.origin);
      await expectAll(page, tags, 'live, 5 answered', 10_000);
      await page.evaluate(() => document.body.classList.add('never-reloaded'));
      const victim = await serverOfPage(cluster, isConnected);
      const others = ALL.filter((name) => name !== victim);
      const before = await serverIds(cluster, ALL);

      await cluster.server(victim).kill();
      await expectAll(page, tags, `live, 4 answered, missing ${victim}`, await twoIntervals(page, tags));
      await expect(page.locator('nunect-servers').getByText(victim).first()).toBeVisible();
      for (const name of others) {
        const { connections } = (await cluster.monitoring(name, '/varz')) as { connections: number };
        await expect.poll(async () => (await figures(page))[name]).toEqual({ id: before[name], connections });
      }

      await cluster.server(victim).restart();
      await cluster.ready();
      await expectAll(page, tags, 'live, 5 answered', await twoIntervals(page, tags));
      const { [victim]: id } = await serverIds(cluster, [victim]);
      expect(id).not.toBe(before[victim]);
      await expect.poll(async () => (await figures(page))[victim]?.id).toBe(id);
      await expect(page.locator('body.never-reloaded')).toHaveCount(1);
    });
  }
});

/** A server of the hub that has the page's connection, or has it not; never the one that holds the leaf, if it can be helped. */
async function serverOfPage(cluster: NatsCluster, isConnected: boolean): Promise<ClusterServerName> {
  for (const name of ['n3', 'n2', 'n1'] as const) {
    const { connections } = (await cluster.monitoring(name, '/connz')) as { connections: { type?: string }[] };
    if (connections.some(({ type }) => type === 'websocket') === isConnected) return name;
  }
  throw new Error(`no server ${isConnected ? 'with' : 'without'} the page`);
}
