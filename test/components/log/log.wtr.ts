import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/log/nunect-log.ts';
import type { NunectLog } from '../../../components/log/nunect-log.ts';
import { FakeNats, logMessage, type FakeMessage } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { button, countOf, downloaded, filterBy, find, rowElements, rowsOf } from '../sys-log/helpers.ts';

async function liveLog(attributes: Record<string, string> = {}): Promise<{ element: NunectLog; nats: FakeNats }> {
  const nats = new FakeNats();
  const element = await fixture<NunectLog>(html`<nunect-log></nunect-log>`);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.connection = nats;
  await untilStatus(element, 'live');
  await element.updateComplete;
  return { element, nats };
}

function deliver(nats: FakeNats, ...messages: FakeMessage[]): void {
  for (const message of messages) nats.deliver(...message);
}

function choose(element: Element, name: 'unit' | 'component', value: string): void {
  const field = find<HTMLSelectElement>(element, `select[name=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event('change'));
}

function level(element: Element, name: string): HTMLElement {
  return find(element, `[data-lane=${name}]`);
}

describe('<nunect-log>', () => {
  it('lists lines of every unit as they come, newest last', async () => {
    const { element, nats } = await liveLog();
    expect(nats.subscribed).to.deep.equal(['ops.log.*.*']);
    expect(textOf(element)).to.include('No lines yet');
    deliver(
      nats,
      logMessage('info', 'leaf-1', { component: 'time', message: 'locked', fields: { bound_ns: 410, source: 'a b' } }),
      logMessage('fatal', 'nats-ui-laptop-linux-k3x9', { message: 'a page failed' }),
    );
    await untilText(element, '2 of 2');
    const [first = '', second = ''] = rowsOf(element);
    expect(first).to.match(/\d\d:\d\d:\d\d i ?info leaf-1 time locked bound_ns=410 source=a b/);
    expect(second).to.include('nats-ui-laptop-linux-k3x9');
    await expect(element).to.be.accessible();
  });

  it('counts each level, and shows and hides them', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, logMessage('info'), logMessage('warn'), logMessage('warn'), logMessage('error'));
    await untilText(element, '4 of 4');
    expect(level(element, 'warn').textContent).to.match(/warn\s+2/);
    const told: unknown[] = [];
    element.addEventListener('nunect-view-change', (event) => told.push((event as CustomEvent<unknown>).detail));
    level(element, 'warn').click();
    await untilText(element, '2 of 4');
    expect(level(element, 'warn').ariaPressed).to.equal('false');
    const choice = { filter: '', levels: 'info error fatal', unit: '', component: '', sort: '' };
    expect(told).to.deep.equal([choice]);
    element.setAttribute('levels', 'WARN');
    await untilText(element, /! ?warn ?leaf-1/);
    expect(rowsOf(element).join()).to.not.include('error');
    element.setAttribute('levels', 'none');
    await untilText(element, '0 of 4');
    button(element, 'Show all').click();
    await untilText(element, '4 of 4');
  });

  it('counts debug lines without keeping them until somebody wants to see them', async () => {
    const { element, nats } = await liveLog({ max: '10' });
    for (let n = 0; n < 50; n++) deliver(nats, logMessage('debug', 'leaf-1', { message: `noise ${n}` }));
    deliver(nats, logMessage('error', 'leaf-1', { message: 'the one that matters' }));
    await untilText(element, '1 of 1');
    expect(level(element, 'debug').textContent).to.match(/debug\s+50/);
    expect(level(element, 'debug').title).to.include('kept only from when they are shown');
    level(element, 'debug').click();
    deliver(nats, logMessage('debug', 'leaf-1', { message: 'wanted now' }));
    await untilText(element, '2 of 2');
    expect(rowsOf(element)[1]).to.include('wanted now');
  });

  it('narrows to a unit and a component that a person chooses among those seen, and back', async () => {
    const { element, nats } = await liveLog();
    deliver(
      nats,
      logMessage('info', 'leaf-2', { component: 'store', message: 'first' }),
      logMessage('info', 'leaf-1', { component: 'time', message: 'second' }),
      logMessage('info', 'leaf-2', { component: 'time', message: 'third' }),
    );
    await untilText(element, '3 of 3');
    const options = [...find<HTMLSelectElement>(element, 'select[name=unit]').options].map(({ text }) => text);
    expect(options).to.deep.equal(['All units', 'leaf-1', 'leaf-2']);
    choose(element, 'unit', 'leaf-2');
    await untilText(element, '2 of 3');
    choose(element, 'component', 'time');
    await untilText(element, '1 of 3');
    expect(rowsOf(element)[0]).to.include('third');
    expect(nats.subscribed, 'what is chosen among the lines at hand loses none').to.deep.equal(['ops.log.*.*']);
    choose(element, 'unit', '');
    await untilText(element, '2 of 3');
    choose(element, 'component', '');
    await untilText(element, '3 of 3');
  });

  it('listens to one unit alone where the page asks for it', async () => {
    const { element, nats } = await liveLog({ unit: 'leaf-2' });
    expect(nats.subscribed).to.deep.equal(['ops.log.*.leaf-2']);
    deliver(nats, logMessage('info', 'leaf-1'), logMessage('info', 'leaf-2', { message: 'mine' }));
    await untilText(element, '1 of 1');
    expect(find<HTMLSelectElement>(element, 'select[name=unit]').value).to.equal('leaf-2');
    choose(element, 'unit', '');
    await untilStatus(element, 'live');
    await untilText(element, 'No lines yet');
    expect(nats.subscribed).to.include('ops.log.*.*');
  });

  it('says that an attribute unit cannot be used, and asks nothing', async () => {
    const nats = new FakeNats();
    const element = await fixture<NunectLog>(html`<nunect-log unit="a.&gt;" .connection=${nats}></nunect-log>`);
    await untilStatus(element, 'error');
    expect(textOf(element)).to.include('The attribute unit cannot be used');
    expect(nats.subscribed).to.deep.equal([]);
  });

  it('looks for words in every field, also in what is longer than its cell', async () => {
    const { element, nats } = await liveLog();
    const long = `${'x'.repeat(900)} needle`;
    deliver(
      nats,
      logMessage('warn', 'leaf-1', { component: 'Store', message: long, fields: { path: '/var' } }),
      logMessage('info', 'leaf-2', { component: 'time' }),
    );
    await untilText(element, '2 of 2');
    for (const words of ['NEEDLE', 'store', 'leaf-1', '/var', 'warn']) {
      filterBy(element, words);
      await untilText(element, '1 of 2');
      expect(rowsOf(element).length, words).to.equal(1);
    }
    filterBy(element, 'nothing like it');
    await untilText(element, 'No line matches');
  });

  it('holds still while paused and counts what waits, then goes on', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, logMessage('info', 'leaf-1', { message: 'before' }));
    await untilText(element, 'before');
    button(element, 'Pause').click();
    deliver(nats, logMessage('info', 'leaf-9', { message: 'after' }), logMessage('error', 'leaf-9'));
    await untilText(element, 'Resume · 2 waiting');
    expect(rowsOf(element).length).to.equal(1);
    button(element, 'Resume').click();
    await untilText(element, '3 of 3');
  });

  it('keeps the newest, and says how many it has dropped', async () => {
    const { element, nats } = await liveLog({ max: '10' });
    for (let n = 1; n <= 25; n++) deliver(nats, logMessage('info', 'leaf-1', { message: `line ${n};` }));
    await untilText(element, '15 older lines dropped: the newest 10 are kept.');
    expect(countOf(element)).to.equal('10 of 10');
    expect(rowsOf(element).at(-1)).to.include('line 25;');
  });

  it('reads so many lines of a level and counts the others; an error among ten thousand lines is there', async () => {
    const { element, nats } = await liveLog({ max: '5000' });
    for (let n = 1; n <= 10_000; n++) deliver(nats, logMessage('info', 'leaf-1', { message: `flood ${n}` }));
    deliver(nats, logMessage('error', 'leaf-2', { message: 'the one that matters' }));
    await untilText(element, /[89],\d\d\d lines came faster than a page can read: counted, not kept/);
    await untilText(element, 'the one that matters');
    expect(rowElements(element).length, 'rows in the page').to.be.below(60);
  });

  it('opens a line: text with its breaks, fields, trace, both times', async () => {
    const { element, nats } = await liveLog();
    const ts = Date.now() - 754_000;
    deliver(
      nats,
      logMessage(
        'error',
        'leaf-1',
        { message: 'two\nlines', ts, fields: { deep: { list: [1, 2] } }, trace: 'Error: x\n  at y' },
        { 'X-Backlog': String(Date.now()), 'Nats-Msg-Id': 'leaf-1:1:log:7' },
      ),
    );
    await untilText(element, '12 min 34 s late');
    rowElements(element)[0]?.click();
    await untilText(element, 'it waited at its unit while that was cut off');
    const texts = [...(element.shadowRoot?.querySelectorAll('.detail pre') ?? [])].map((pre) => pre.textContent);
    expect(texts).to.deep.equal([
      'two\nlines',
      '{\n  "deep": {\n    "list": [\n      1,\n      2\n    ]\n  }\n}',
      'Error: x\n  at y',
    ]);
    await expect(element).to.be.accessible();
    // the same again, not known to have arrived
    deliver(nats, logMessage('error', 'leaf-1', { ts }, { 'Nats-Msg-Id': 'leaf-1:1:log:7' }));
    await untilText(element, '1 line came a second time after a broken link, and is shown once.');
    expect(rowsOf(element).length).to.equal(1);
  });

  it('shows hostile text as text, bounded, and secrets nowhere', async () => {
    const { element, nats } = await liveLog();
    const message = '<img src=x onerror=alert(1)> evil\u202Ename\u0000';
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';
    deliver(
      nats,
      logMessage('error', 'evil', { message, component: '\u202Ecod', fields: { password: 'hunter2', note: token } }),
      logMessage('info', 'evil', { message: 'y'.repeat(100_000), fields: { z: 'z'.repeat(50_000) } }),
    );
    await untilText(element, '2 of 2');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(rowsOf(element)[0]).to.include('<img src=x onerror=alert(1)> evil\ufffdname\ufffd');
    expect(rowsOf(element)[1]?.length).to.be.below(600);
    expect(rowsOf(element)[1]).to.match(/fields of .* left out/);
    rowElements(element)[0]?.click();
    await untilText(element, '\\u{202e}');
    const saved = await downloaded(element);
    expect(saved).to.include('evil\\u202ename\\u0000');
    for (const text of [textOf(element), saved]) expect(text).to.not.match(/hunter2|eyJ|\u202e/);
    const lines = saved
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => [line['level'], line['unit']])).to.deep.equal([
      ['error', 'evil'],
      ['info', 'evil'],
    ]);
    expect(lines[1]?.['fields_left_out_bytes']).to.be.above(8_192);
  });

  it('counts what it cannot read, what speaks for another unit, and an answer that is no line', async () => {
    const { element, nats } = await liveLog();
    nats.deliver('ops.log.info.leaf-1', '{"ts":');
    nats.deliver('ops.log.loud.leaf-1', '{}');
    deliver(
      nats,
      logMessage('info', 'leaf-2', { unit: 'leaf-1' }),
      logMessage('info', 'leaf-2', {}, { 'X-Server-Received-At': '1' }),
    );
    await untilText(element, '4 unreadable messages');
    expect(rowsOf(element)).to.deep.equal([]);
  });

  it('marks the time in which nothing could be heard, keeps what it has, and says that it is stale', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, logMessage('info', 'leaf-1', { message: 'before' }));
    await untilText(element, 'before');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await untilText(element, 'Lines from here on may be missing.');
    nats.reconnect();
    await untilStatus(element, 'live');
    await untilText(element, 'lines of that time may be missing.');
    expect(countOf(element)).to.equal('1 of 1');
  });

  it('names the subject that the login may not hear, and how to allow it', async () => {
    const nats = new FakeNats();
    nats.deny('ops.log.*.*');
    const element = await fixture<NunectLog>(html`<nunect-log .connection=${nats}></nunect-log>`);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include('ops.log.*.*');
    expect(textOf(element)).to.include('npx nunect permissions nunect-log');
  });

  it('has no room trouble in 360 px', async () => {
    const { element, nats } = await liveLog();
    element.style.setProperty('width', '360px');
    deliver(
      nats,
      logMessage('error', 'nats-ui-laptop-linux-k3x9', { component: 'a-long-component', message: 'm'.repeat(300) }),
    );
    await untilText(element, '1 of 1');
    await element.updateComplete;
    const card = find(element, '.card');
    expect(card.scrollWidth).to.be.at.most(card.clientWidth);
    for (const row of rowElements(element)) expect(row.scrollWidth).to.be.at.most(row.clientWidth + 1);
  });
});
