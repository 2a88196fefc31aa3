import { expect } from '@open-wc/testing';
import { FakeNats, timeMessage } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { until } from '../core-ui-time-chart/helpers.ts';
import { find, rootOf, shown } from './helpers.ts';

describe('<nunect-time-status> and what anybody may publish', () => {
  it('counts ten thousand malformed messages exactly, and still answers', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('leaf-1'));
    await untilStatus(element, 'live');
    await untilText(element, 'Details');
    for (let index = 0; index < 10_000; index++) {
      if (index % 4 === 0) nats.deliver('ops.metric.time.leaf-1', crypto.getRandomValues(new Uint8Array(40)));
      else if (index % 4 === 1) nats.deliver(...timeMessage('leaf-1', { unit_id: 'other' }));
      else if (index % 4 === 2) nats.deliver(`ops.metric.time.<b>${index}</b>`, '{}');
      else nats.deliver(...timeMessage('leaf-1', { active_source: 'sundial' }));
    }
    const clicked = performance.now();
    find(element, 'summary').click();
    await untilText(element, 'Copy JSON', 1_000);
    expect(performance.now() - clicked).to.be.lessThan(1_000);
    await untilText(element, '10,000 unreadable messages.');
    expect(textOf(element)).to.include('leaf-1').and.include('18 µs ahead');
    await untilStatus(element, 'live');
  });

  it('shows hostile words as words', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(
      ...timeMessage('leaf-1', {
        reason: '<img src=x onerror=alert(1)> \u202Egnp.exe',
        ntp_current_server: '<script>alert(1)</script>',
        errors: ['\u0007bell'],
        leap: '<b>now</b>',
        ntp_offset_ms: 1e300,
        error_bound_ns: 1e300,
      }),
    );
    await untilText(element, '<img src=x onerror=alert(1)> \uFFFDgnp.exe');
    find(element, 'summary').click();
    await untilText(element, '\uFFFDbell');
    expect(rootOf(element).querySelector('img, script, b')).to.equal(null);
    expect(textOf(element)).to.include('<script>alert(1)</script>').and.not.include('\u202E');
  });

  it('stays small for a message that would be huge when indented', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    const [subject, body] = timeMessage('leaf-1');
    const deep = `${'['.repeat(6_000)}${']'.repeat(6_000)}`;
    nats.deliver(subject, `${JSON.stringify(body).slice(0, -1)},"extra":${deep}}`);
    await untilText(element, 'leaf-1');
    find(element, 'summary').click();
    await until(() => rootOf(element).querySelector('pre'), 'the message should be shown');
    expect(find(element, 'pre').textContent?.length ?? 0).to.be.lessThan(25_000);
  });
});
