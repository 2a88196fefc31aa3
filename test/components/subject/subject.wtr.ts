import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/subject/nunect-subject.ts';
import type { NunectSubject } from '../../../components/subject/nunect-subject.ts';
import { FakeNats } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { button, find, opened, rows, rowTexts, type, watching } from './helpers.ts';

describe('<nunect-subject>: choosing', () => {
  it('listens to nothing until a subject is named, and says what to type', async () => {
    const nats = new FakeNats();
    const element = await fixture<NunectSubject>(html`<nunect-subject .connection=${nats}></nunect-subject>`);
    await untilStatus(element, 'empty');
    await untilText(element, 'Which subject?');
    expect(textOf(element)).to.include('orders.>');
    expect(nats.subscribed).to.deep.equal([]);
    await expect(element).to.be.accessible();
    const told: string[] = [];
    element.addEventListener('nunect-subject-change', (event) =>
      told.push((event as CustomEvent<{ subject: string }>).detail.subject),
    );
    await type(element, ' orders.* ');
    await untilStatus(element, 'live');
    expect(nats.subscribed).to.deep.equal(['orders.*']);
    expect(told).to.deep.equal(['orders.*']);
    await untilText(element, 'Nothing on orders.* yet');
    await expect(element).to.be.accessible();
  });

  it('says what is wrong with what is no subject, and goes on with the old one', async () => {
    const { element, nats } = await watching();
    for (const [text, reason] of [
      ['orders..new', 'before and after each dot'],
      ['orders.>.new', '> stands at the end only'],
      ['ord*', 'a wildcard stands alone'],
      ['two words', 'no spaces'],
    ] as const) {
      await type(element, text);
      await untilText(element, reason);
      expect(find(element, 'input[name="subject"]').getAttribute('aria-invalid')).to.equal('true');
    }
    expect(nats.subscribed).to.deep.equal(['orders.>']);
    await expect(element).to.be.accessible();
    element.subject = 'bad..attribute';
    await untilStatus(element, 'error');
    await untilText(element, 'attribute subject cannot be used');
  });

  it('gives the old subscription up for the new one', async () => {
    const { element, nats } = await watching('a.>');
    nats.deliver('a.1', 'old');
    await untilText(element, 'old');
    await type(element, 'b.>');
    await untilText(element, 'Nothing on b.> yet');
    expect(rows(element).length).to.equal(0);
    await waitUntil(() => nats.subscribed.join() === 'b.>', 'the old one ends after its grace', { timeout: 8_000 });
  }).timeout(12_000);
});

describe('<nunect-subject>: messages', () => {
  it('shows each with subject, size and payload, and what it held in the detail', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.paid', { id: 7, total: 12.5 }, { 'Nats-Msg-Id': 'o-7' }, '_INBOX.shop.1');
    await untilText(element, '1 of the last 1');
    expect(rowTexts(element)[0]).to.match(/^\d\d:\d\d:\d\d orders\.paid 21 B \{"id":7,"total":12\.5\}/);
    const detail = (await opened(element)).replace(/\s+/g, ' ');
    expect(detail).to.include('Reply to _INBOX.shop.1').and.include('Nats-Msg-Id o-7').and.include('Auto: JSON');
    expect(find(element, 'pre').textContent).to.equal('{\n  "id": 7,\n  "total": 12.5\n}');
    await expect(element).to.be.accessible();
    button(element, 'Hex').click();
    await waitUntil(() => find(element, 'pre').textContent?.startsWith('00000000  7b 22 69 64'));
    expect(find(element, 'pre').textContent).to.include('{"id":7,"total":');
    expect(element.view).to.equal('hex');
    await expect(element).to.be.accessible();
  });

  it('shows bytes that are no text as hex, in auto as in text', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.raw', new Uint8Array([0xff, 0xfe, 0x00, 0x41]));
    await opened(element);
    expect(find(element, 'pre').textContent).to.match(/^00000000 {2}ff fe 00 41 +\.\.\.A$/);
    button(element, 'Text').click();
    await untilText(element, 'It is no UTF-8 text.');
  });

  it('takes nothing of a message for markup, and hides nothing', async () => {
    const { element, nats } = await watching('>');
    nats.deliver('evil.<img>', 'a\u0000b\u202Ec <img src=x onerror="window.hacked=1">', { 'X-<b>': 'evil\r\nline' });
    const detail = await opened(element);
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(detail).to.include('<img src=x').and.include('X-<b>').and.include('evil��line');
    expect(find(element, 'pre').textContent).to.include('a\\x00b\\u{202e}c');
    for (const hidden of ['\u202e', '\u0000']) expect(textOf(element)).not.to.include(hidden);
    await expect(element).to.be.accessible();
  });

  it('masks a JWT in every view, in what is copied and in the download, and says so', async () => {
    const { element, nats } = await watching();
    const secret = 'c'.repeat(40);
    nats.deliver('orders.login', { jwt: `eyJ0eXAiOiJKV1QifQ.${secret}.${secret}` });
    await opened(element);
    await untilText(element, 'is masked');
    for (const view of ['JSON', 'Text', 'Hex']) {
      const choice = [...find(element, '.views').querySelectorAll('button')].find(
        (each) => each.textContent?.trim() === view,
      );
      choice?.click();
      await waitUntil(() => choice?.getAttribute('aria-pressed') === 'true');
      expect(textOf(element), view).not.to.include('cccc').and.not.to.include('63 63 63 63').and.not.to.include('eyJ');
    }
    const create = URL.createObjectURL.bind(URL);
    let saved: Blob | undefined;
    URL.createObjectURL = (object: Blob): string => create((saved = object));
    Object.defineProperty(HTMLAnchorElement.prototype, 'click', { configurable: true, value: () => undefined });
    try {
      button(element, 'Download').click();
    } finally {
      URL.createObjectURL = create;
      Reflect.deleteProperty(HTMLAnchorElement.prototype, 'click');
    }
    const line = JSON.parse((await saved?.text()) ?? '') as { subject: string; text: string };
    expect(line.subject).to.equal('orders.login');
    expect(line.text).to.include('[redacted]').and.not.to.include('eyJ');
  });

  it('shows the first 64 KiB of what is larger, and says so', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.large', `start${'x'.repeat(3_000_000)}end`);
    await opened(element);
    await untilText(element, 'The first 64 KiB of 2.86 MiB are shown.');
    expect(find(element, 'pre').textContent?.length).to.equal(65_536);
  });

  it('holds still while paused, counts what waits, filters and clears', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.a', 'first');
    await untilText(element, 'first');
    button(element, 'Pause').click();
    nats.deliver('orders.b', 'second');
    nats.deliver('orders.a', 'third');
    await untilText(element, '2 waiting');
    expect(rows(element).length).to.equal(1);
    button(element, 'Resume').click();
    await untilText(element, '3 of the last 3');
    button(element, 'orders.b').click();
    await untilText(element, '1 of the last 3');
    expect(rowTexts(element)[0]).to.include('second');
    element.filter = 'nobody';
    await untilText(element, 'No message matches');
    button(element, 'Show all').click();
    button(element, 'Clear').click();
    await untilText(element, 'Cleared');
    nats.deliver('orders.a', 'new');
    await untilText(element, '1 of the last 1');
  });

  it('keeps the newest, and no more', async () => {
    const { element, nats } = await watching('orders.>', 10);
    for (let n = 1; n <= 25; n++) nats.deliver('orders.a', `message ${n};`);
    await untilText(element, '10 of the last 10');
    expect(rowTexts(element).at(-1)).to.include('message 25;');
    expect(rowTexts(element)[0]).to.include('message 16;');
  });
});

describe('<nunect-subject>: how much', () => {
  it('counts by subject, a bounded number of them, and the others by number', async () => {
    const { element, nats } = await watching('units.*');
    for (let unit = 0; unit < 250; unit++) nats.deliver(`units.${unit}`, 'x');
    nats.deliver('units.7', 'x');
    await untilText(element, 'and 50 subjects that are not counted one by one');
    const first = element.shadowRoot?.querySelectorAll('tbody tr')[1]?.textContent ?? '';
    expect(first.replace(/\s+/g, ' ')).to.match(/units\.7.*2/);
    await untilText(element, 'and 194 more subjects');
    button(element, 'and 194 more').click();
    await waitUntil(() => element.shadowRoot?.querySelectorAll('tbody tr').length === 201);
    await untilText(element, /All ?[\d.]+\/s/);
  });

  it('shows no rate before it is known', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.a', 'x');
    await untilText(element, '1 of the last 1');
    expect(find(element, 'tbody td').textContent?.trim()).to.equal('–');
  });

  it('listens to a part of each second when much comes, says that rates are estimated, and to all again after', async () => {
    const { element, nats } = await watching();
    for (let n = 0; n < 2_500; n++) nats.deliver('orders.a', 'x');
    await untilText(element, 'only 200 ms of each second are listened to');
    expect(nats.subscribed, 'it does not listen between the samples').to.deep.equal([]);
    await untilText(element, 'Arrived here');
    expect(find(element, 'tbody td').textContent).to.include('≈');
    await expect(element).to.be.accessible();
    await waitUntil(() => nats.subscribed.length === 1, 'the next sample', { timeout: 3_000 });
    await waitUntil(() => !textOf(element).includes('Sampled'), 'calm again', { timeout: 8_000 });
    await waitUntil(() => nats.subscribed.length === 1);
    expect(textOf(element), 'that more was sent than counted stays true').to.include('Arrived here');
  }).timeout(15_000);

  it('samples a few large messages too', async () => {
    const { element, nats } = await watching();
    const large = new Uint8Array(1_048_576);
    for (let n = 0; n < 10; n++) nats.deliver('orders.a', large);
    await untilText(element, 'only 200 ms of each second');
  });

  it('does not listen while it is out of sight', async () => {
    const { element, nats } = await watching();
    nats.deliver('orders.a', 'seen');
    await untilText(element, 'seen');
    element.style.setProperty('margin-top', '20000px');
    await waitUntil(() => nats.subscribed.length === 0, 'it should stop');
    await untilStatus(element, 'stale');
    element.style.removeProperty('margin-top');
    await waitUntil(() => nats.subscribed.length === 1);
    await untilStatus(element, 'live');
    expect(textOf(element)).to.include('seen');
  });

  it('costs one subscription for two elements', async () => {
    const nats = new FakeNats();
    const both = await fixture<HTMLElement>(
      html`<div>
        <nunect-subject subject="a" .connection=${nats}></nunect-subject>
        <nunect-subject subject="a" .connection=${nats}></nunect-subject>
      </div>`,
    );
    for (const each of both.querySelectorAll('nunect-subject')) await untilStatus(each, 'live');
    expect(nats.subscribed).to.deep.equal(['a']);
  });
});
