import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { onFake, type FakeNats } from '../testing/index.ts';
import type { NunectSubject } from './subject.ts';
import './nunect-subject.ts';

const TAG = 'nunect-subject';

/** After the subscription stands: messages before it are nobody's. */
function soon(task: () => void): void {
  setTimeout(task, 80);
}

const KINDS = ['created', 'paid', 'shipped', 'returned', 'cancelled'] as const;

function order(nats: FakeNats, index: number): void {
  const kind = KINDS[(index * index) % KINDS.length] ?? 'created';
  nats.deliver(
    `orders.${kind}`,
    {
      id: 10_000 + index,
      kind,
      customer: { name: `Customer ${index % 17}`, country: 'NL' },
      total: Math.round(index * 735) / 100,
    },
    { 'Nats-Msg-Id': `o-${index}`, 'Content-Type': 'application/json' },
    index % 4 === 0 ? `_INBOX.shop.${index}` : undefined,
  );
}

/** A watch that gets `perSecond` orders until it leaves the page. */
function watched(
  perSecond: number,
  set: (element: NunectSubject, nats: FakeNats) => void = () => undefined,
): NunectSubject {
  return onFake<NunectSubject>(TAG, (nats, element) => {
    element.subject = 'orders.>';
    set(element, nats);
    let index = 0;
    const every = Math.max(50, 1_000 / perSecond);
    soon(() => {
      for (let n = 0; n < 24; n++) order(nats, index++);
      const timer = setInterval(() => {
        if (!element.isConnected) clearInterval(timer);
        for (let n = 0; n < (perSecond * every) / 1_000; n++) order(nats, index++);
      }, every);
    });
  });
}

/** Opens the newest message once it is there. */
function openNewest(element: NunectSubject): void {
  setTimeout(() => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[data-id]') ?? [])].at(-1)?.click(), 700);
}

function one(
  subject: string,
  payload: string | Uint8Array | object,
  headers?: Record<string, string>,
  watched = subject,
): NunectSubject {
  return onFake<NunectSubject>(TAG, (nats, element) => {
    element.subject = watched;
    soon(() => nats.deliver(subject, payload, headers));
    openNewest(element);
  });
}

const meta: Meta<NunectSubject> = { title: 'Elements/Subject (nunect-subject)', component: TAG };
export default meta;

type Story = StoryObj<NunectSubject>;

export const Live: Story = { render: () => watched(12) };

/** Nothing is named, so nothing is listened to. */
export const NoSubject: Story = { render: () => onFake<NunectSubject>(TAG) };

/** Subscribed, and nothing has come. */
export const Empty: Story = {
  render: () => onFake<NunectSubject>(TAG, (_nats, element) => (element.subject = 'orders.>')),
};

export const Json: Story = {
  render: () => {
    const element = watched(2);
    openNewest(element);
    return element;
  },
};

/** Bytes that are no text. */
export const Hex: Story = {
  render: () =>
    one(
      'sensors.raw',
      Uint8Array.from({ length: 700 }, (_, index) => (index * 37) % 256),
    ),
};

/** So much comes that it is sampled. */
export const Flood: Story = { render: () => watched(6_000) };

/** More subjects than are counted one by one. */
export const ManySubjects: Story = {
  render: () =>
    onFake<NunectSubject>(TAG, (nats, element) => {
      element.subject = 'units.*';
      soon(() => {
        for (let unit = 0; unit < 1_500; unit++)
          for (let n = 0; n <= 1_500 - unit; n += 750) nats.deliver(`units.leaf-${unit}`, { temperature: unit / 10 });
      });
    }),
};

/** Payload, subject and headers are chosen by whoever publishes. They are text here, whatever they hold. */
export const Hostile: Story = {
  render: () =>
    one(
      'evil.<img>',
      'a\u0000b\u001b[31mred\u202Eresu\n<img src=x onerror=alert(1)>',
      { 'X-<b>': 'line\r\nSet-Cookie: x' },
      'evil.*',
    ),
};

/** A JWT in a message is masked; the first 64 KiB are shown. */
export const SecretAndLarge: Story = {
  render: () =>
    one('logins.new', {
      user: 'ivy',
      jwt: `eyJ0eXAiOiJKV1QifQ.${'a'.repeat(60)}.${'b'.repeat(60)}`,
      padding: 'x'.repeat(200_000),
    }),
};

export const Paused: Story = {
  render: () => {
    const element = watched(20);
    setTimeout(() => element.pause(), 600);
    return element;
  },
};

export const Stale: Story = {
  render: () => watched(5, (_element, nats) => void setTimeout(() => nats.disconnect(), 900)),
};

export const Waiting: Story = {
  render: () =>
    onFake<NunectSubject>(TAG, (nats, element) => {
      element.subject = 'orders.>';
      nats.flushDelayMs = 3_600_000;
    }),
};

export const NoConnection: Story = {
  render: () => {
    const element = document.createElement(TAG);
    element.subject = 'orders.>';
    return element;
  },
};

export const Denied: Story = {
  render: () =>
    onFake<NunectSubject>(TAG, (nats, element) => {
      element.subject = 'payroll.>';
      nats.deny('payroll.>');
    }),
};

/** An attribute that names no subject. */
export const NotASubject: Story = {
  render: () => onFake<NunectSubject>(TAG, (_nats, element) => (element.subject = 'orders..created')),
};
