import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/nats/nunect-nats.ts';
import '../../../components/varz/nunect-varz.ts';
import {
  NunectNats as NunectNatsClass,
  type ConnectionChangeEvent,
  type NunectNats,
} from '../../../components/nats/nunect-nats.ts';
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

  it('serves an element inside it that was upgraded first', async () => {
    const nats = answering();
    const tag = 'nunect-late-provider';
    const place = document.createElement('div');
    place.innerHTML = `<${tag}><nunect-varz></nunect-varz></${tag}>`;
    document.body.append(place);
    const element = place.querySelector('nunect-varz') as NunectVarz;
    expect(element.status).to.equal('no-connection');
    // what is held only weakly is gone now; the test runner's browser has this function
    const { gc } = globalThis as { gc?: () => void };
    expect(gc, 'the browser must run with --js-flags=--expose-gc').to.be.a('function');
    await new Promise((resolve) => setTimeout(resolve));
    gc?.();
    customElements.define(tag, class extends NunectNatsClass {});
    (place.firstElementChild as NunectNats).connection = nats;
    await untilStatus(element, 'live');
    place.remove();
  });

  it("leaves the page's own content as it looks", async () => {
    const outside = await fixture(html`<p>text</p>`);
    const provider = await fixture(html`<nunect-nats login-form><p>text</p></nunect-nats>`);
    const inside = provider.querySelector('p') as HTMLElement;
    for (const property of ['color', 'font'] as const)
      expect(getComputedStyle(inside)[property]).to.equal(getComputedStyle(outside)[property]);
  });

  it('keeps its connection when the same credentials are assigned again', async () => {
    const states: string[] = [];
    const provider = await fixture<NunectNats>(html`
      <nunect-nats
        servers="ws://127.0.0.1:9"
        .credentials=${{ user: 'a', password: 'b' }}
        @nunect-connection-change=${(event: ConnectionChangeEvent) => states.push(event.detail.error?.code ?? 'begins')}
      ></nunect-nats>
    `);
    await waitUntil(() => states.includes('unreachable'));
    states.length = 0;
    provider.credentials = { user: 'a', password: 'b' };
    await provider.updateComplete;
    expect(states).not.to.include('begins');
    provider.credentials = { user: 'a', password: 'c' };
    await provider.updateComplete;
    expect(states).to.include('begins');
  });

  it('says what was handed over when it is no connection', async () => {
    const provider = await fixture<NunectNats>(html`
      <nunect-nats .connection=${Promise.resolve(answering())}><nunect-varz></nunect-varz></nunect-nats>
    `);
    await untilText(provider.querySelector('nunect-varz') as NunectVarz, 'a Promise; await it first');
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
