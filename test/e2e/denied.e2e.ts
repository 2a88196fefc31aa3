import { startNatsServer } from '../rigs/nats-server.ts';
import { expectStates, openWith } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { freePort } from './support/free-port.ts';
import { startPageServer } from './support/stack.ts';

test('a viewer without permissions: each element names the subject that it is refused', async ({
  page,
  natsServer,
}) => {
  const port = await freePort();
  const nats = await startNatsServer({
    ...(natsServer === '' ? {} : { bin: natsServer }),
    config: `
      authorization { users: [ { user: "narrow", password: "narrow", permissions: {
        publish: { deny: "$SYS.REQ.SERVER.PING.VARZ" }
        subscribe: { allow: "_INBOX_viewer.>" }
      } } ] }`,
  });
  const server = startPageServer({ port, wsUrl: nats.wsUrl, login: { user: 'narrow', password: 'narrow' } });
  try {
    await server.says(/listening on/);
    const refused = {
      'nunect-varz': '$SYS.REQ.SERVER.PING.VARZ',
      'nunect-rtt-chart': 'ops.metric.rtt.*',
      'nunect-time-status': 'ops.metric.time.*',
      'nunect-sys-log': '$SYS.ACCOUNT.*.CONNECT',
    };
    await openWith(page, `http://127.0.0.1:${port}/`, Object.keys(refused));
    await expectStates(page, 'denied', { of: Object.keys(refused) });
    for (const [tag, subject] of Object.entries(refused)) {
      await expect(page.locator(tag)).toContainText(subject);
      await expect(page.locator(tag)).toContainText('Not allowed for this login');
    }
    await expect(page.locator('nunect-connection').getByRole('status')).toHaveText('connected');
  } finally {
    await server.stop();
    await nats.stop();
  }
});
