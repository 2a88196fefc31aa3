import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { echoOf, heartbeatMessage, onFake, type EchoConduct, type FakeNats } from '../testing/index.ts';
import type { NunectEcho } from './echo.ts';
import './nunect-echo.ts';

const TAG = 'nunect-echo';
const SUBJECT = 'ops.echo.leaf-1';

/** After the subscription stands: messages before it are nobody's. */
function soon(task: () => void): void {
  setTimeout(task, 50);
}

/** Two units that beat while their element is in the page, and the echo of one. */
function units(nats: FakeNats, element: NunectEcho, conduct: EchoConduct | null = {}): void {
  if (conduct) nats.respond(SUBJECT, echoOf(conduct));
  const beat = (): void => {
    for (const unit of ['leaf-1', 'leaf-2']) nats.deliver(...heartbeatMessage(unit, { interval_ms: 1_000 }));
  };
  soon(() => {
    beat();
    const timer = setInterval(() => (element.isConnected ? beat() : clearInterval(timer)), 1_000);
  });
}

function measuring(conduct: EchoConduct | null): () => NunectEcho {
  return () =>
    onFake<NunectEcho>(TAG, (nats, element) => {
      units(nats, element, conduct);
      element.interval = 1;
      element.start('leaf-1');
    });
}

const meta: Meta<NunectEcho> = { title: 'Elements/Echo (nunect-echo)', component: TAG };
export default meta;

type Story = StoryObj<NunectEcho>;

/** A clock that is 3 s ahead: far more than the way there could explain. */
export const Live: Story = { render: measuring({ offsetMs: 3_000, inUnitMs: 1 }) };

/** No unit is chosen: those that are heard are offered. */
export const Choose: Story = { render: () => onFake<NunectEcho>(TAG, (nats, element) => units(nats, element)) };

/** Chosen by the page, and not started. */
export const NotStarted: Story = {
  render: () =>
    onFake<NunectEcho>(TAG, (nats, element) => {
      units(nats, element);
      element.unit = 'leaf-1';
    }),
};

/** The way there takes 80 ms more than the way back: the offset is wrong by half of it, and the bound says so. */
export const LopsidedWay: Story = { render: measuring({ thereMs: 80, backMs: 1 }) };

/** One in three is lost. */
export const Lossy: Story = { render: measuring({ lost: (index) => index % 3 === 2 }) };

/** An older guardian, which does not tell its time. */
export const NoClock: Story = { render: measuring({ headers: { 'X-Own': '1' } }) };

export const Refused: Story = {
  render: measuring({ headers: { 'Nats-Service-Error-Code': '429', 'Nats-Service-Error': 'more than 200 a second' } }),
};

export const NobodyAnswers: Story = { render: measuring(null) };

export const TimedOut: Story = { render: measuring({ lost: () => true }) };

/** Measured, then stopped: the figures stay, and their age stands there. */
export const Stopped: Story = {
  render: () =>
    onFake<NunectEcho>(TAG, (nats, element) => {
      units(nats, element);
      element.interval = 1;
      element.start('leaf-1');
      setTimeout(() => element.stop(), 2_500);
    }),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectEcho>(TAG, (nats, element) => {
      units(nats, element);
      element.start('leaf-1');
      setTimeout(() => nats.disconnect(), 1_500);
    }),
};

export const Waiting: Story = { render: measuring({ thereMs: 1_900 }) };

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = {
  render: () =>
    onFake<NunectEcho>(TAG, (nats, element) => {
      nats.deny(SUBJECT);
      element.start('leaf-1');
    }),
};
