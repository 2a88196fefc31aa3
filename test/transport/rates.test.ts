import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServerInfo } from '../../protocol/server/envelope.ts';
import { secondsPassed } from '../../components/core/sources/rate.ts';
import { ServerTable } from '../../components/core/sources/server-table.ts';

const server = (time: number | null): ServerInfo => ({ id: 'NA', name: 'n1', time }) as ServerInfo;

/** Seconds between two answers, 5 s apart for this browser. */
function between(first: number | null, second: number | null): number | null | undefined {
  const table = new ServerTable<number>();
  table.take(server(first), 1, 1_000, 1_010);
  table.take(server(second), 2, 6_000, 6_010);
  return table.list()[0]?.elapsedS;
}

describe('the time between two answers', () => {
  it('is by the server’s clock, or by this one where the server does not say or was set back', () => {
    assert.equal(between(50_000, 54_800), 4.8);
    assert.equal(between(null, 54_800), 5);
    assert.equal(between(50_000, 20_000), 5);
  });

  it('is unknown where a clock was set, so that no rate is a thousandth of what it is', () => {
    assert.equal(between(50_000, 3_655_000), null);
    assert.equal(secondsPassed(5_000, 3_605_000), null);
  });

  it('may be long, and the link slow', () => {
    assert.equal(secondsPassed(3_600_000, 3_601_500), 3_600);
    assert.equal(secondsPassed(1_000, 2_500), 1);
  });
});
