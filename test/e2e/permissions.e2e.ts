import { ELEMENT_FEEDS, type ElementTag } from '../../protocol/access.ts';
import { permissionsFor } from '../../protocol/permissions.ts';
import { REQUEST_SINCE } from '../../protocol/server/requests.ts';
import { asConfiguration } from '../../scripts/nunect/permissions-text.ts';
import { natsServerBin, natsServerBins, startNatsServer, versionAtLeast } from '../rigs/nats-server.ts';
import { expect, test } from './support/fixtures.ts';
import { serveKitPage } from './support/kit-page.ts';

const SETTINGS = {
  accounts: { system: 'SYS', units: 'UNITS', application: 'OPS', viewer: 'MONITOR' },
  inboxPrefix: '_INBOX_viewer',
  user: 'viewer',
};

/** What each element says on a lone server without guardians, when it may do what it needs: `live` but for these. */
const SAYS: Partial<Record<ElementTag, RegExp>> = {
  'nunect-units': /waiting|live|empty/,
  'nunect-rtt-chart': /waiting|live|empty/,
  'nunect-time-chart': /waiting|live|empty/,
  'nunect-time-status': /waiting|live|empty/,
  'nunect-subject': /live|waiting|empty/,
  // nobody answers here, which is not to be refused
  'nunect-echo': /error/,
};
const ATTRIBUTES: Partial<Record<ElementTag, string>> = {
  'nunect-subject': 'subject="orders.>"',
  'nunect-echo': 'unit="leaf-1" running',
};
/** Asked of servers that are too old, these say so. */
const NEWER: Partial<Record<ElementTag, string>> = {
  'nunect-ipqueuesz': REQUEST_SINCE.IPQUEUESZ,
  'nunect-raftz': REQUEST_SINCE.RAFTZ,
};

const TAGS = (Object.keys(ELEMENT_FEEDS) as ElementTag[]).filter((tag) => tag !== 'nunect-nats');

for (const tag of TAGS) {
  test(`${tag} works with what "nunect permissions" prints for it, and is refused nothing`, async ({
    page,
    natsServer,
  }) => {
    const tags = [tag];
    const permissions = permissionsFor(tags, {
      ...SETTINGS,
      tenant: false,
      ...(tag === 'nunect-subject' ? { watch: ['orders.>'] } : {}),
    });
    const bin = natsServerBins().find(({ path }) => path === natsServer) ?? natsServerBin();
    const server = await startNatsServer({
      bin: bin.path,
      config: asConfiguration(permissions, { ...SETTINGS, tenant: false, tags }).replace(
        '$NUNECT_VIEWER_PASSWORD',
        '"secret"',
      ),
    });
    const kit = await serveKitPage(
      () =>
        `<nunect-nats servers="${server.wsUrl}" inbox-prefix="_INBOX_viewer"><${tag} ${ATTRIBUTES[tag] ?? ''}></${tag}></nunect-nats>
         <script type="module">document.querySelector('nunect-nats').credentials = { user: 'viewer', password: 'secret' }</script>`,
    );
    try {
      await page.goto(kit.origin);
      const since = NEWER[tag];
      const expected =
        since !== undefined && !versionAtLeast(bin.version, since) ? /unsupported/ : (SAYS[tag] ?? /live/);
      await expect
        .poll(() =>
          page.locator(tag).evaluate((element: HTMLElement & { status?: string }) => element.status ?? 'undefined'),
        )
        .toMatch(expected);
      // a second round, and whatever it asks beside the first
      await page.waitForFunction(() => performance.now() > 4_000);
      expect(server.log().match(/.*Violation.*/g) ?? []).toEqual([]);
    } finally {
      await page.close();
      await kit.stop();
      await server.stop();
    }
  });
}
