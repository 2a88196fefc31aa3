import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/nats/nunect-nats.ts';
import '../../../components/varz/nunect-varz.ts';
import type { NunectNats } from '../../../components/nats/nunect-nats.ts';
import type { NunectVarz } from '../../../components/varz/nunect-varz.ts';
import { FakeNats, varzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

function answering(): FakeNats {
  const nats = new FakeNats();
  nats.respond(VARZ, () => [varzReply()]);
  return nats;
}

describe('<nunect-nats>', () => {
  it("gives the page's own connection to all below it, with one request for all of them", async () => {
    const nats = answering();
    const provider = await fixture<NunectNats>(html`
      <nunect-nats .connection=${nats}>
        <nunect-varz></nunect-varz>
        <div><nunect-varz></nunect-varz></div>
        <nunect-varz></nunect-varz>
      </nunect-nats>
    `);
    for (const element of provider.querySelectorAll('nunect-varz')) await untilStatus(element, 'live');
    expect(nats.published).to.deep.equal([VARZ]);
  });

  it('serves elements that were there before it was', async () => {
    const nats = answering();
    const place = await fixture(html`<div><nunect-varz></nunect-varz></div>`);
    const element = place.querySelector('nunect-varz') as NunectVarz;
    expect(element.status).to.equal('no-connection');
    const provider = document.createElement('nunect-nats');
    provider.connection = nats;
    place.append(provider);
    provider.append(element);
    await untilStatus(element, 'live');
  });

  it('lets an element go that is moved out of it, and takes it back', async () => {
    const nats = answering();
    const place = await fixture(
      html`<div>
        <nunect-nats .connection=${nats}><nunect-varz></nunect-varz></nunect-nats>
      </div>`,
    );
    const provider = place.querySelector('nunect-nats') as NunectNats;
    const element = place.querySelector('nunect-varz') as NunectVarz;
    await untilStatus(element, 'live');
    place.append(element);
    await untilStatus(element, 'no-connection');
    provider.append(element);
    await untilStatus(element, 'live');
    expect(nats.published, 'the source went on meanwhile').to.have.length(1);
  });

  it('follows to another connection', async () => {
    const first = answering();
    const second = new FakeNats();
    second.respond(VARZ, () => [varzReply({ server_name: 'other' })]);
    const provider = await fixture<NunectNats>(
      html`<nunect-nats .connection=${first}><nunect-varz></nunect-varz></nunect-nats>`,
    );
    const element = provider.querySelector('nunect-varz') as NunectVarz;
    await untilText(element, 'n1');
    provider.connection = second;
    await untilText(element, 'other');
  });

  it('never closes a connection that is not its own', async () => {
    const nats = answering();
    const provider = await fixture<NunectNats>(html`<nunect-nats .connection=${nats}></nunect-nats>`);
    expect(provider.login({ user: 'a', password: 'b' }), 'it cannot log in for the page').to.equal(false);
    provider.connection = null;
    await provider.updateComplete;
    provider.remove();
    expect(nats.isClosed()).to.equal(false);
  });

  it('says what to do when no server is named, and names a bad address', async () => {
    const provider = await fixture<NunectNats>(html`<nunect-nats><nunect-varz></nunect-varz></nunect-nats>`);
    const element = provider.querySelector('nunect-varz') as NunectVarz;
    await untilText(element, 'No server is named');
    provider.servers = 'http://example.invalid';
    await untilText(element, 'http://example.invalid');
    expect(textOf(element)).to.include('wss://host:port');
  });

  it('retries an unreachable server and says which', async () => {
    const provider = await fixture<NunectNats>(
      html`<nunect-nats servers="ws://127.0.0.1:9"><nunect-varz></nunect-varz></nunect-nats>`,
    );
    const element = provider.querySelector('nunect-varz') as NunectVarz;
    await untilText(element, 'No answer from ws://127.0.0.1:9');
    expect(provider.activeConnection.snapshot.state).to.equal('connecting');
  });

  it('tells of each change without a secret', async () => {
    const states: string[] = [];
    const provider = await fixture<NunectNats>(html`
      <nunect-nats
        servers="ws://127.0.0.1:9"
        .credentials=${{ user: 'viewer', password: 'open sesame' }}
        @nunect-connection-change=${(event: CustomEvent) => states.push(JSON.stringify(event.detail))}
      ></nunect-nats>
    `);
    await waitUntil(() => states.some((each) => each.includes('No answer')));
    expect(states.join()).to.include('viewer').and.not.include('sesame');
    expect(provider.outerHTML).not.to.include('sesame');
  });

  it('has a page name of the contract', () => {
    const provider = document.createElement('nunect-nats');
    expect(provider.activeConnection.snapshot.clientName).to.match(
      /^nats-ui-(mobile|tablet|laptop)-(win|mac|linux|ios|android)-[0-9a-z]{4}$/,
    );
  });
});
