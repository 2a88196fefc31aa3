import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/sys-log/nunect-sys-log.ts';
import type { NunectSysLog } from '../../../components/sys-log/nunect-sys-log.ts';
import {
  advisoryMessage,
  authErrorEvent,
  connectEvent,
  disconnectEvent,
  FakeNats,
} from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { button, countOf, deliver, downloaded, filterBy, find, liveLog, rowElements, rowsOf } from './helpers.ts';

const ADVISORIES = '$JS.EVENT.ADVISORY.>';
const AUTH_ERROR = '$SYS.SERVER.*.CLIENT.AUTH.ERR';
const SUBJECTS = ['$SYS.SERVER.>', '$SYS.ACCOUNT.>', ADVISORIES];
const NARROW = ['$SYS.ACCOUNT.*.CONNECT', '$SYS.ACCOUNT.*.DISCONNECT', AUTH_ERROR, '$SYS.ACCOUNT.CLIENT.AUTH.ERR'];

describe('<nunect-sys-log>: what it shows', () => {
  it('is live before anything happens, and invites to connect a client', async () => {
    const { element } = await liveLog();
    expect(textOf(element)).to.include('No events yet').and.include('Connect a client');
    expect(element.matches(':state(empty)')).to.equal(true);
    expect(countOf(element)).to.equal('0 of 0');
  });

  it('shows who connects, who leaves and why, and who is refused, newest last', async () => {
    const { element, nats } = await liveLog();
    deliver(
      nats,
      connectEvent({ id: 1, name: 'billing', user: 'ben', host: '192.0.2.1' }, 'SHOP'),
      disconnectEvent('Stale Connection', { id: 2, name: 'ingest', user: 'ivy', host: '192.0.2.2' }, 'OPS'),
      authErrorEvent({ id: 3, name: 'intruder', user: 'mallory', host: '203.0.113.9' }),
    );
    await waitUntil(() => rowsOf(element).length === 3);
    const [first, second, third] = rowsOf(element);
    expect(first).to.match(/^\d\d:\d\d:\d\d → ?connect SHOP ?ben ?billing ?192\.0\.2\.1 ?n1/);
    expect(second).to.match(/disconnect OPS ?ivy ?ingest ?192\.0\.2\.2 ?n1 ?Stale Connection/);
    expect(third).to.match(/refused ?mallory ?intruder ?203\.0\.113\.9 ?n1 ?Authentication Failure/);
    await expect(element).to.be.accessible();
  });

  it('shows the time of the server, and that of arrival in the detail', async () => {
    const { element, nats } = await liveLog();
    const [subject, body] = connectEvent({ id: 1 });
    nats.deliver(subject, { ...body, timestamp: '2020-02-03T04:05:06.789Z' });
    await waitUntil(() => rowsOf(element).length === 1);
    const serverTime = new Date('2020-02-03T04:05:06.789Z').toTimeString().slice(0, 8);
    expect(rowsOf(element)[0]).to.include(serverTime);
    rowElements(element)[0]?.click();
    await untilText(element, /2020.*\(server’s clock\)/);
    expect(textOf(element)).to.match(new RegExp(`Arrived.*${new Date().getFullYear()}.*this browser’s clock`));
  });

  it('counts a refusal once, though servers tell it on several subjects with several ids', async () => {
    const { element, nats } = await liveLog();
    const [subject, refused] = authErrorEvent({ id: 77, user: 'mallory' });
    nats.deliver(subject, refused);
    nats.deliver('$SYS.ACCOUNT.CLIENT.AUTH.ERR', refused);
    deliver(nats, disconnectEvent('Authentication Failure', { id: 77, user: 'mallory' }, '$G'));
    const again = connectEvent({ id: 78, name: 'twice' });
    deliver(nats, again, again, connectEvent({ id: 79, name: 'last' }));
    await untilText(element, 'last');
    expect(rowsOf(element).map((row) => /refused|disconnect|connect/.exec(row)?.[0])).to.deep.equal([
      'refused',
      'connect',
      'connect',
    ]);
  });

  it('says so when a configuration reload announces old connections again', async () => {
    const { element, nats } = await liveLog();
    const start = new Date(Date.now() - 3_600_000);
    deliver(nats, connectEvent({ id: 5, start: start.toISOString() }));
    await untilText(element, `announced again (since ${start.toTimeString().slice(0, 8)})`);
  });

  it('shows hostile names as text of bounded length', async () => {
    const { element, nats } = await liveLog();
    deliver(
      nats,
      connectEvent({ id: 1, name: '<img src=x onerror="window.hacked=1">', user: 'evil\u202Eresu\nline' }),
      connectEvent({ id: 2, name: 'x'.repeat(10_000), host: '\u0000\u0007' }),
    );
    await waitUntil(() => rowsOf(element).length === 2);
    expect(find(element, '.log-scroller').querySelector('img')).to.equal(null);
    expect(rowsOf(element)[0]).to.include('<img src=x onerror=').and.include('evil�resu�line');
    expect(rowsOf(element)[1]?.length).to.be.below(400);
    for (const hidden of ['\u202e', '\u0000', '\u0007']) expect(textOf(element)).not.to.include(hidden);
    rowElements(element)[1]?.click();
    await untilText(element, 'Client name');
    expect(find(element, '.detail').textContent?.length).to.be.below(3_000);
    await expect(element).to.be.accessible();
  });

  it('never shows, copies or exports a secret', async () => {
    const { element, nats } = await liveLog();
    const jwt = `eyJ0eXAiOiJKV1QifQ.${'a'.repeat(40)}.${'b'.repeat(40)}`;
    deliver(nats, connectEvent({ id: 1, jwt, user: jwt, name: `token ${jwt}` }));
    await waitUntil(() => rowsOf(element).length === 1);
    rowElements(element)[0]?.click();
    await untilText(element, 'Client name');
    expect(textOf(element)).not.to.include('eyJ').and.not.to.include('aaaa');
    expect(await downloaded(element))
      .not.to.include('eyJ')
      .and.not.to.include('aaaa');
  });
});

describe('<nunect-sys-log>: states', () => {
  it('names the subjects that the login may not use', async () => {
    const nats = new FakeNats();
    for (const subject of [...SUBJECTS, ...NARROW]) nats.deny(subject);
    const element = await fixture<NunectSysLog>(html`<nunect-sys-log .connection=${nats}></nunect-sys-log>`);
    await untilStatus(element, 'denied');
    await untilText(element, '$SYS.ACCOUNT.*.CONNECT');
    await expect(element).to.be.accessible();
  });

  it('hears connects, disconnects and refusals where the login may not hear all, and says so', async () => {
    const nats = new FakeNats();
    for (const subject of SUBJECTS) nats.deny(subject);
    const element = await fixture<NunectSysLog>(html`<nunect-sys-log .connection=${nats}></nunect-sys-log>`);
    await untilStatus(element, 'live');
    expect([...nats.subscribed].sort()).to.deep.equal([...NARROW].sort());
    deliver(nats, connectEvent({ id: 1, name: 'heard' }), authErrorEvent({ id: 2, user: 'mallory' }));
    await untilText(element, 'mallory');
    expect(rowsOf(element)[0]).to.include('heard');
    expect(textOf(element))
      .to.include('may not subscribe to $SYS.SERVER.>, $SYS.ACCOUNT.>, $JS.EVENT.ADVISORY.>')
      .and.include(`only ${AUTH_ERROR}`);
    await expect(element).to.be.accessible();
  });

  it('goes on with the other subjects when one is denied, and names that one', async () => {
    const nats = new FakeNats();
    nats.deny(ADVISORIES);
    const element = await fixture<NunectSysLog>(html`<nunect-sys-log .connection=${nats}></nunect-sys-log>`);
    await untilStatus(element, 'live');
    deliver(nats, connectEvent({ id: 1, name: 'still-here' }));
    await untilText(element, 'still-here');
    expect(textOf(element)).to.include(`may not subscribe to ${ADVISORIES}`);
  });

  it('asks again for a denied subject without disturbing the others, and takes the notice back', async () => {
    const { setTimeout: real } = globalThis;
    // half a minute of waiting, told in moments
    globalThis.setTimeout = ((task: () => void, ms?: number) => real(task, (ms ?? 0) >= 10_000 ? 50 : ms)) as never;
    try {
      const nats = new FakeNats();
      const subscribe = nats.subscribe.bind(nats);
      let asked = 0;
      nats.subscribe = (...given) => {
        asked++;
        return subscribe(...given);
      };
      nats.deny(ADVISORIES);
      const element = await fixture<NunectSysLog>(html`<nunect-sys-log .connection=${nats}></nunect-sys-log>`);
      await untilStatus(element, 'live');
      await untilText(element, 'may not subscribe');
      const changes: string[] = [];
      element.addEventListener('nunect-status-change', () => changes.push(element.status));
      const before = asked;
      await waitUntil(() => asked >= before + 3, 'it should ask again and again');
      expect(asked, 'for the denied one alone').to.be.below(before + 8);
      expect(textOf(element)).to.include('may not subscribe');
      nats.allow(ADVISORIES);
      await waitUntil(() => !textOf(element).includes('may not subscribe'));
      deliver(nats, advisoryMessage('stream_action', { stream: 'ORDERS', action: 'create' }));
      await untilText(element, 'Stream ORDERS was created');
      expect(changes, 'live all the while').to.deep.equal([]);
    } finally {
      globalThis.setTimeout = real;
    }
  });

  it('keeps everything over a disconnect, and marks the time in which it heard nothing', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, connectEvent({ id: 1, name: 'before' }));
    await untilText(element, 'before');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await untilText(element, /link lost.*Events from here on may be missing/);
    await expect(element).to.be.accessible();
    nats.reconnect();
    await untilStatus(element, 'live');
    deliver(nats, connectEvent({ id: 2, name: 'after' }));
    await untilText(element, 'after');
    expect(rowsOf(element).map((row) => /before|link lost|link back|after/.exec(row)?.[0])).to.deep.equal([
      'before',
      'link lost',
      'link back',
      'after',
    ]);
    expect(countOf(element), 'marks are no events').to.equal('2 of 2');
    filterBy(element, 'after');
    await untilText(element, '1 of 2');
    expect(rowsOf(element).length, 'a filter does not hide that something may be missing').to.equal(3);
  });

  it('says that there is no connection', async () => {
    const element = await fixture<NunectSysLog>(html`<nunect-sys-log></nunect-sys-log>`);
    await untilStatus(element, 'no-connection');
    expect(textOf(element)).to.include('No connection');
  });

  it('counts ten thousand malformed messages exactly, shows the good ones and answers clicks', async () => {
    const { element, nats } = await liveLog();
    const bytes = new Uint8Array([0xff, 0xfe, 0]);
    const kinds = ['{"type":', bytes, '[]', '{"type":1}', JSON.stringify({ type: 'x', server: {}, client: null })];
    for (let i = 0; i < 10_000; i++) nats.deliver('$SYS.ACCOUNT.OPS.CONNECT', kinds[i % kinds.length] ?? '');
    deliver(nats, connectEvent({ id: 1, name: 'good' }));
    const before = performance.now();
    button(element, 'Pause').click();
    await untilText(element, 'Resume', 1_000);
    expect(performance.now() - before).to.be.below(1_000);
    await untilText(element, '10,000 unreadable messages.');
    button(element, 'Resume').click();
    await untilText(element, 'good');
    expect(countOf(element)).to.equal('1 of 1');
  });
});

describe('<nunect-sys-log>: many elements', () => {
  it('cost one subscription of each subject, each with its own bound', async () => {
    const nats = new FakeNats();
    const both = await fixture<HTMLElement>(
      html`<div>
        <nunect-sys-log max="2" .connection=${nats}></nunect-sys-log>
        <nunect-sys-log max="5" .connection=${nats}></nunect-sys-log>
      </div>`,
    );
    const [small, large] = [...both.querySelectorAll('nunect-sys-log')];
    if (!small || !large) throw new Error('two elements expected');
    await untilStatus(small, 'live');
    await untilStatus(large, 'live');
    expect([...nats.subscribed].sort()).to.deep.equal([...SUBJECTS].sort());
    for (let id = 1; id <= 8; id++) deliver(nats, connectEvent({ id, name: `client-${id}` }));
    await untilText(large, '5 of 5');
    await untilText(small, '2 of 2');
    expect(textOf(small)).to.include('6 older events dropped');
    expect(textOf(large)).to.include('3 older events dropped');
  });

  it('keep their log when they are moved within the page or given another bound', async () => {
    const { element, nats } = await liveLog();
    for (let id = 1; id <= 4; id++) deliver(nats, connectEvent({ id, name: `client-${id}` }));
    await untilText(element, '4 of 4');
    const parent = element.parentElement;
    element.remove();
    parent?.append(element);
    await untilText(element, '4 of 4');
    element.max = 3;
    await untilText(element, '3 of 3');
    expect(textOf(element)).to.include('1 older event dropped');
    element.max = 'nonsense';
    await untilText(element, '4 of 4');
  });
});
