import { connectProgram } from '../rigs/nats-clients.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { expect, test } from './support/fixtures.ts';
import { serveKitPage } from './support/kit-page.ts';

/** Two accounts, and no system user at hand: what each may see is itself. */
const config = (storeDir: string): string => `
jetstream { store_dir: "${storeDir}", max_mem: 16M, max_file: 64M }
accounts {
  SHOP: { jetstream: enabled, users: [ { user: shop, password: secret } ] }
  BANK: { jetstream: enabled, users: [ { user: bank, password: secret } ] }
}`;

test('a plain user without the system account sees its own account, and is told what would show more', async ({
  page,
  natsServer,
}) => {
  const server = await startNatsServer({
    ...(natsServer === '' ? {} : { bin: natsServer }),
    config: config(temporaryFolder('tenant')),
  });
  const shop = await connectProgram(server.url, { user: 'shop', pass: 'secret', name: 'till-1' });
  const bank = await connectProgram(server.url, { user: 'bank', pass: 'secret', name: 'vault-1' });
  await shop.request('$JS.API.STREAM.CREATE.ORDERS', JSON.stringify({ name: 'ORDERS', subjects: ['orders.>'] }));
  await bank.request('$JS.API.STREAM.CREATE.LEDGER', JSON.stringify({ name: 'LEDGER', subjects: ['ledger.>'] }));
  const kit = await serveKitPage(
    () =>
      `<nunect-nats servers="${server.wsUrl}">
         <nunect-connz></nunect-connz><nunect-accountz></nunect-accountz><nunect-jsz></nunect-jsz><nunect-routez></nunect-routez>
       </nunect-nats>
       <script type="module">document.querySelector('nunect-nats').credentials = { user: 'shop', password: 'secret' }</script>`,
  );
  try {
    await page.goto(kit.origin);
    const connections = page.locator('nunect-connz');
    await expect(connections).toContainText('till-1');
    await expect(connections).toContainText(/own account/i);
    await expect(connections).toContainText('nunect permissions');
    const accounts = page.locator('nunect-accountz');
    await expect(accounts).toContainText('SHOP');
    await expect(accounts).toContainText(/own account/i);
    const streams = page.locator('nunect-jsz');
    await expect(streams).toContainText('ORDERS');
    await expect(streams).toContainText(/own account/i);
    // links are the system account's alone: refused, with what would allow it
    await expect(page.locator('nunect-routez')).toContainText('npx nunect permissions nunect-routez');
    for (const other of ['vault-1', 'BANK', 'LEDGER']) await expect(page.getByText(other)).toHaveCount(0);
  } finally {
    await page.close();
    await kit.stop();
    await Promise.all([shop.close(), bank.close()]);
    await server.stop();
  }
});
