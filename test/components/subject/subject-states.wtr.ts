import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/subject/nunect-subject.ts';
import type { NunectSubject } from '../../../components/subject/nunect-subject.ts';
import { unsupported } from '../../../components/core/transport/errors.ts';
import { FakeNats } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { opened, rowTexts, type, watching } from './helpers.ts';

describe('<nunect-subject>: states', () => {
  it('names the subject that the login may not subscribe to', async () => {
    const nats = new FakeNats();
    nats.deny('payroll.>');
    const element = await fixture<NunectSubject>(
      html`<nunect-subject subject="payroll.&gt;" .connection=${nats}></nunect-subject>`,
    );
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include('may not subscribe to payroll.>');
    await expect(element).to.be.accessible();
    await type(element, 'orders.>');
    await untilStatus(element, 'live');
  });

  it('keeps what it has over a cut, marked as old', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.a', 'kept');
    await untilText(element, 'kept');
    nats.disconnect();
    await untilStatus(element, 'stale');
    expect(rowTexts(element)[0]).to.include('kept');
    await expect(element).to.be.accessible();
    nats.reconnect();
    await untilStatus(element, 'live');
    nats.deliver('orders.a', 'after');
    await untilText(element, 'after');
  });

  it('says that HTTP monitoring has no messages', async () => {
    const nats = new FakeNats();
    nats.subscribe = (subject, options) => {
      const error = unsupported('HTTP monitoring has no events; connect over NATS');
      queueMicrotask(() => options?.callback?.(error, { subject, data: new Uint8Array() }));
      return { unsubscribe: () => undefined };
    };
    const element = await fixture<NunectSubject>(
      html`<nunect-subject subject="a" .connection=${nats}></nunect-subject>`,
    );
    await untilStatus(element, 'unsupported');
    expect(textOf(element)).to.include('connect over NATS');
    await expect(element).to.be.accessible();
  });

  it('says that there is no connection', async () => {
    const element = await fixture<NunectSubject>(html`<nunect-subject subject="a"></nunect-subject>`);
    await untilStatus(element, 'no-connection');
  });

  it('bears any attribute', async () => {
    const { element, nats } = await watching();
    element.max = 'many';
    element.view = 'morse';
    nats.deliver('orders.a', '');
    await untilText(element, '(empty)');
    await opened(element);
    await untilText(element, 'The payload is empty.');
  });
});
