import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { decodeVarzReply } from '../../protocol/server/varz.ts';
import { varzHistory } from '../core/sources/varz-history.ts';
import { asConnection } from '../core/transport/adopted-connection.ts';
import { FakeNats, FakeSystem, onFake, varzReply } from '../testing/index.ts';
import type { NunectVarz } from './varz.ts';
import './nunect-varz.ts';

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';
const TAG = 'nunect-varz';

/** Servers whose counters grow, so that rates and curves have something to show. */
function busy(names: readonly string[]): () => object[] {
  const begin = Date.now();
  return () => {
    const now = Date.now();
    const seconds = (now - begin) / 1_000;
    return names.map((name, index) => {
      const messages = 1_000_000 + seconds * 2_400 + Math.sin(seconds / 3 + index) * 3_000;
      return varzReply({
        server_name: name,
        now: new Date(now).toISOString(),
        cluster: { name: 'eu-west' },
        in_msgs: Math.round(messages),
        out_msgs: Math.round(messages * 2.6),
        in_bytes: Math.round(messages * 310),
        out_bytes: Math.round(messages * 820),
        routes: names.length - 1,
        slow_consumers: index,
      });
    });
  };
}

const meta: Meta<NunectVarz> = { title: 'Elements/Servers (nunect-varz)', component: TAG };
export default meta;

type Story = StoryObj<NunectVarz>;

export const Live: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      nats.respond(VARZ, busy(['n1']));
    }),
};

/** All figures of each can be opened. */
export const Cluster: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      new FakeSystem(
        nats,
        ['n1', 'n2', 'n3'].map((name, index) => ({ name, cluster: 'eu-west', traffic: 900 * (index + 1) })),
      );
    }),
};

/** One of three servers has stopped answering: it stays on show. */
export const Partial: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      const all = busy(['n1', 'n2', 'n3']);
      let asked = 0;
      nats.respond(VARZ, () => (asked++ === 0 ? all() : all().slice(0, 2)));
    }),
};

/** The connection fell: the last figures stay, with their age. */
export const Stale: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats) => {
      nats.respond(VARZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return [varzReply()];
      });
    }),
};

export const Waiting: Story = {
  render: () => onFake<NunectVarz>(TAG, (nats) => nats.respond(VARZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectVarz>(TAG, (nats) => nats.deny(VARZ)) };

/** Nobody answers: the login is not of an account that reaches the system's requests. */
export const NobodyAnswers: Story = { render: () => onFake<NunectVarz>(TAG) };

/** Replies that no reader understands are counted, and the others shown. */
export const Unreadable: Story = {
  render: () => onFake<NunectVarz>(TAG, (nats) => nats.respond(VARZ, () => ['{"server":', varzReply()])),
};

/** Closed by the portal that owns the connection. */
export const Closed: Story = {
  render: () => {
    const nats = new FakeNats();
    void nats.close(new Error('the session has ended'));
    const element = document.createElement(TAG);
    element.connection = nats;
    return element;
  },
};

/** What a server says at a moment; `start` is when its counters began. */
function figuresAt(index: number, at: number, start: number): Record<string, number> {
  const seconds = (at - start) / 1_000;
  const rate = 1_800 / (index + 1);
  const messages = Math.round(rate * (seconds + 24 * Math.sin(seconds / 60 + index)));
  return {
    in_msgs: messages,
    out_msgs: Math.round(messages * 2.4),
    in_bytes: messages * 310,
    out_bytes: messages * 1_900,
    cpu: Math.round(10 * (12 + 30 / (index + 1) + 6 * Math.sin(at / 90_000 + index))) / 10,
    mem: Math.round(1_048_576 * (60 + 20 * index + 6 * Math.sin(at / 400_000))),
    connections: Math.round(60 + 12 * index + 10 * Math.sin(at / 200_000)),
  };
}

/** With readings of the last minutes, as if the page had been open: one server was restarted, and for a minute nobody answered. */
function charts(names: readonly string[], minutes = 15): Story {
  return {
    render: () =>
      onFake<NunectVarz>(TAG, (nats, element) => {
        element.view = 'charts';
        element.minutes = minutes;
        const begin = Date.now() - (minutes + 1) * 60_000;
        const restart = begin + minutes * 24_000;
        const said = (name: string, index: number, at: number): object => {
          const restarted = index === 1 && at > restart;
          return varzReply(
            {
              server_name: name,
              cluster: { name: 'eu-west' },
              now: new Date(at).toISOString(),
              ...figuresAt(index, at, restarted ? restart : begin - 3_600_000),
            },
            { id: `N${index}${restarted ? 'NEW' : ''}` },
          );
        };
        const history = varzHistory(asConnection(nats));
        for (let at = begin; at < Date.now() - 1_000; at += 2_000) {
          if (at > begin + minutes * 38_000 && at < begin + minutes * 42_000) continue;
          names.forEach((name, index) => {
            const reply = decodeVarzReply(new TextEncoder().encode(JSON.stringify(said(name, index, at))));
            if (reply.ok) history.take(reply.value.server, reply.value.data, at);
          });
        }
        nats.respond(VARZ, () => names.map((name, index) => said(name, index, Date.now())));
      }),
  };
}

/** Over time: n2 was restarted, and for a minute nobody answered. */
export const Charts: Story = charts(['n1', 'n2', 'n3']);

/** The page has just been opened: charts begin with what there is. */
export const ChartsBegin: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      element.view = 'charts';
      new FakeSystem(nats, [{ name: 'n1' }]);
    }),
};

/** More servers than colours: the first few are drawn, the others can be switched on. */
export const ChartsMany: Story = charts(
  Array.from({ length: 20 }, (_, index) => `server-${index + 1}`),
  5,
);

/** What a server does not say is unknown. */
export const Unknown: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats) =>
      nats.respond(VARZ, () => [varzReply({ cpu: null, mem: undefined, connections: 'many', in_msgs: null })]),
    ),
};

/** Names are text, whatever stands in them. */
export const Hostile: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats) =>
      nats.respond(VARZ, () => [
        varzReply({ cluster: { name: 'long'.repeat(60) }, version: '<b>9</b>' }, { name: '<img src=x>\u202egpj.exe' }),
      ]),
    ),
};
