import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/connection/nunect-connection.ts';
import type { NunectConnection } from '../../../components/connection/nunect-connection.ts';
import { ManagedConnection } from '../../../components/core/transport/managed-connection.ts';
import { showsLoginForm } from '../../../components/core/ui/login-form.ts';
import { FakeNats } from '../../../components/testing/index.ts';
import { textOf, untilText } from '../core/helpers.ts';

interface Answer {
  readonly accept: (nats: FakeNats) => void;
  readonly refuse: () => void;
}

/** A connection of the kit's own whose server answers when the test says so. */
async function connecting(): Promise<{ element: NunectConnection; next: () => Promise<Answer> }> {
  const asked: Answer[] = [];
  const options = { servers: ['ws://127.0.0.1:1'], name: 'a-page', credentials: null, inboxPrefix: null };
  const connection = new ManagedConnection(
    { ...options, discoverServers: false },
    () =>
      new Promise((accept, reject) => {
        const refusal = Object.assign(new Error('Authorization Violation'), { code: 'AUTHORIZATION_VIOLATION' });
        asked.push({ accept, refuse: () => reject(refusal) });
      }),
  );
  connection.start();
  const element = await fixture<NunectConnection>(
    html`<nunect-connection .connection=${connection}></nunect-connection>`,
  );
  const next = async (): Promise<Answer> => {
    await waitUntil(() => asked.length > 0, 'it should be tried');
    return asked.splice(0, 1)[0] as Answer;
  };
  return { element, next };
}

function find<E extends Element>(element: Element, selector: string, type: new () => E): E {
  const found = element.shadowRoot?.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`there is no ${selector}: ${textOf(element)}`);
  return found;
}

function button(element: Element, words: string): HTMLButtonElement {
  const found = [...(element.shadowRoot?.querySelectorAll('button') ?? [])].find((each) =>
    each.textContent.includes(words),
  );
  if (!found) throw new Error(`there is no button “${words}”: ${textOf(element)}`);
  return found;
}

const focused = (element: Element): string => {
  const active = element.shadowRoot?.activeElement;
  return active instanceof HTMLInputElement ? active.name : (active?.textContent?.trim() ?? 'nothing');
};

async function openedLogin(): Promise<{ element: NunectConnection; next: () => Promise<Answer> }> {
  const { element, next } = await connecting();
  (await next()).refuse();
  await untilText(element, 'login required');
  const open = button(element, 'Log in');
  open.focus();
  open.click();
  await waitUntil(() => focused(element) === 'user', 'the cursor should be in the form');
  find(element, 'input[name=user]', HTMLInputElement).value = 'viewer';
  const password = find(element, 'input[name=password]', HTMLInputElement);
  password.value = 'secret';
  password.focus();
  return { element, next };
}

describe('the focus of <nunect-connection>', () => {
  it('stays, with what was typed, where a login is refused', async () => {
    const { element, next } = await openedLogin();
    const submit = button(element, 'Log in');
    submit.focus();
    submit.click();
    const answer = await next();
    await untilText(element, 'Logging in …');
    expect(focused(element), 'while it is tried').to.equal('Logging in …');
    expect(textOf(element)).not.to.include('Retry now');
    answer.refuse();
    await untilText(element, 'refused user “viewer”');
    expect(focused(element)).to.equal('Log in');
    expect(find(element, 'input[name=password]', HTMLInputElement).value).to.equal('secret');
    await expect(element).to.be.accessible();
  });

  it('hands over a login once, however often it is sent', async () => {
    const { element, next } = await openedLogin();
    const form = find(element, 'form', HTMLFormElement);
    form.requestSubmit();
    const answer = await next();
    await untilText(element, 'Logging in …');
    form.requestSubmit();
    answer.accept(new FakeNats());
    await untilText(element, 'connected Server');
  });

  it('is on “Details” when the login has worked', async () => {
    const { element, next } = await openedLogin();
    find(element, 'form', HTMLFormElement).requestSubmit();
    (await next()).accept(new FakeNats());
    await untilText(element, 'connected Server');
    expect(element.shadowRoot?.querySelector('form')).to.equal(null);
    expect(focused(element)).to.equal('Details');
    expect(button(element, 'Details').getAttribute('aria-expanded')).to.equal('false');
  });

  it('is left where it is when somebody else has logged in', async () => {
    const { element, next } = await openedLogin();
    find(element, 'form', HTMLFormElement).requestSubmit();
    const elsewhere = await fixture<HTMLInputElement>(html`<input aria-label="elsewhere" />`);
    elsewhere.focus();
    (await next()).accept(new FakeNats());
    await untilText(element, 'connected Server');
    expect(document.activeElement).to.equal(elsewhere);
  });

  it('is on “Details” after “Close”', async () => {
    const element = await fixture<NunectConnection>(
      html`<nunect-connection .connection=${new FakeNats()}></nunect-connection>`,
    );
    await untilText(element, 'connected');
    button(element, 'Details').click();
    await untilText(element, 'Version');
    button(element, 'Close').focus();
    button(element, 'Close').click();
    await waitUntil(() => button(element, 'Details').getAttribute('aria-expanded') === 'false');
    expect(focused(element)).to.equal('Details');
  });

  it('is on “Details” when “Retry now” has had its way', async () => {
    const { element, next } = await connecting();
    await next();
    await untilText(element, 'connecting');
    button(element, 'Retry now').focus();
    button(element, 'Retry now').click();
    (await next()).accept(new FakeNats());
    await untilText(element, 'connected Server');
    expect(focused(element)).to.equal('Details');
  });
});

describe('a login form', () => {
  it('stays from the question until the answer', () => {
    expect(showsLoginForm('login-required', false)).to.equal(true);
    for (const state of ['connecting', 'reconnecting'] as const) {
      expect(showsLoginForm(state, true), state).to.equal(true);
      expect(showsLoginForm(state, false), `${state}, nobody has asked`).to.equal(false);
    }
    for (const state of ['connected', 'closed', 'idle'] as const)
      expect(showsLoginForm(state, true), state).to.equal(false);
  });
});

describe("a portal's connection", () => {
  it('is not to be retried from here: its client does that', async () => {
    const nats = new FakeNats();
    const element = await fixture<NunectConnection>(html`<nunect-connection .connection=${nats}></nunect-connection>`);
    await untilText(element, 'connected');
    nats.disconnect();
    await untilText(element, 'reconnecting');
    button(element, 'Details').click();
    await untilText(element, 'Reconnects');
    expect(textOf(element)).not.to.include('Retry now');
  });
});
