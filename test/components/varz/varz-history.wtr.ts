import { expect } from '@open-wc/testing';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { Varz } from '../../../protocol/server/varz.ts';
import { VarzHistory, varzHistory } from '../../../components/core/sources/varz-history.ts';
import type { Connection } from '../../../components/core/transport/connection.ts';

const BEGIN = 1_000_000;

function answer(
  history: VarzHistory,
  at: number,
  inMsgs: number | null,
  { id = 'N1', name = 'n1', ...more } = {},
): void {
  const server = { id, name } as unknown as ServerInfo;
  const varz = { inMsgs, outMsgs: null, cpu: 5, mem: 7, connections: 3, now: at, ...more } as unknown as Varz;
  history.take(server, varz, BEGIN + at);
}

function rates(history: VarzHistory, name = 'n1'): number[] {
  return [...(history.of(name)?.figures.inMsgs ?? [])];
}

describe('the history of VARZ', () => {
  it('has a rate for each reading but the first, timed by the server’s own clock', () => {
    const history = new VarzHistory();
    answer(history, 0, 100);
    answer(history, 2_000, 300);
    answer(history, 4_500, 800, { now: 4_000 } as object);
    expect(rates(history)).to.deep.equal([NaN, 100, 250]);
    expect([...(history.of('n1')?.figures.cpu ?? [])]).to.deep.equal([5, 5, 5]);
  });

  it('has a gap for a time without data, and none for one lost answer', () => {
    const history = new VarzHistory();
    for (const [at, messages] of [
      [0, 0],
      [1_000, 10],
      [2_000, 20],
      [4_000, 40],
      [10_000, 100],
    ] as const)
      answer(history, at, messages);
    expect(rates(history)).to.deep.equal([NaN, 10, 10, 10, NaN, 10]);
    expect(history.of('n1')?.at[4]).to.equal(BEGIN + 5_000);
  });

  it('begins counters anew at a new server id: no rate, a mark, and no line across', () => {
    const history = new VarzHistory();
    answer(history, 0, 1_000_000);
    answer(history, 2_000, 1_000_200);
    answer(history, 4_000, 50, { id: 'N2' });
    answer(history, 6_000, 250, { id: 'N2' });
    expect(rates(history)).to.deep.equal([NaN, 100, NaN, NaN, 100]);
    expect(history.of('n1')?.restarts).to.deep.equal([BEGIN + 4_000]);
  });

  it('does not take a new start with larger counters for a giant rate, nor a counter that went back for a negative one', () => {
    const history = new VarzHistory();
    answer(history, 0, 10);
    answer(history, 2_000, 9_000_000, { id: 'N2' });
    answer(history, 4_000, 5, { id: 'N2' });
    expect(rates(history).every((rate) => Number.isNaN(rate))).to.equal(true);
  });

  it('takes an answer that comes twice once', () => {
    const history = new VarzHistory();
    answer(history, 0, 10);
    answer(history, 1, 10);
    expect(rates(history)).to.have.length(1);
  });

  it('keeps what a server does not say unknown, not 0', () => {
    const history = new VarzHistory();
    answer(history, 0, null);
    answer(history, 2_000, null);
    expect(rates(history)).to.deep.equal([NaN, NaN]);
  });

  it('is bounded in readings and in servers', () => {
    const history = new VarzHistory({ points: 3, servers: 2 });
    for (let at = 0; at < 10; at++) answer(history, at * 1_000, at * 1_000);
    expect(rates(history)).to.have.length(3);
    expect(history.of('n1')?.dropped).to.equal(7);
    answer(history, 20_000, 1, { id: 'A', name: 'a' });
    answer(history, 21_000, 1, { id: 'B', name: 'b' });
    expect(history.names).to.deep.equal(['a', 'b']);
  });

  it('begins anew when the browser’s clock was set back', () => {
    const history = new VarzHistory();
    answer(history, 60_000, 10);
    answer(history, 0, 20);
    expect(rates(history)).to.deep.equal([NaN]);
  });

  it('is one for each connection', () => {
    const [one, other] = [{}, {}] as unknown as [Connection, Connection];
    expect(varzHistory(one)).to.equal(varzHistory(one));
    expect(varzHistory(one)).not.to.equal(varzHistory(other));
  });
});
