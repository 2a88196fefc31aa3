import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/units/nunect-units.ts';
import type { NunectUnits } from '../../../components/units/nunect-units.ts';
import { FakeNats, heartbeatMessage } from '../../../components/testing/index.ts';
import { untilStatus, untilText } from '../core/helpers.ts';

const MARKED = 'dd[title] .badge, [role="gridcell"] [title] > .badge';

describe('<nunect-units>: the limits of a unit’s own profile', () => {
  for (const view of [null, 'table']) {
    it(`marks a round trip beyond them, over the limit or critical, in ${view ?? 'cards'}`, async () => {
      const nats = new FakeNats();
      const element = await fixture<NunectUnits>(
        html`<nunect-units .view=${view} .connection=${nats} style="width: 1200px"></nunect-units>`,
      );
      await untilStatus(element, 'empty');
      const limits = { rtt_ms: 0.2, rtt_critical_ms: 0.3 };
      nats.deliver(...heartbeatMessage('narrow', { thresholds: limits }, { 'X-Native-RTT': '250µs' }));
      nats.deliver(...heartbeatMessage('wide'));
      await untilText(element, 'wide');
      const marked = [...(element.shadowRoot?.querySelectorAll(MARKED) ?? [])];
      const said = marked.map((each) => [each.textContent?.trim(), each.closest('[title]')?.getAttribute('title')]);
      expect(said).to.deep.equal([
        ['!250 µs', 'over 200 µs, the limit in its profile'],
        ['✕311 µs', 'over 300 µs, critical by its profile'],
      ]);
      await expect(element).to.be.accessible();
    });
  }
});
