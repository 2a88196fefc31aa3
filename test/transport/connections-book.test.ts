import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionBook, MOST_TOLD } from '../../components/core/sources/connections-book.ts';
import { readConnz, type Connz } from '../../protocol/server/connz.ts';
import { decodeServerEvent, type ServerEvent } from '../../protocol/server/events.ts';

const SERVER = { id: 'NA', name: 'n1', ver: '2.15.1' };
const now = Date.parse('2026-01-01T00:00:00Z');

function event(kind: 'CONNECT' | 'DISCONNECT', id: number, atMs: number): ServerEvent {
  const time = new Date(now + atMs).toISOString();
  const body = {
    type: `io.nats.server.advisory.v1.client_${kind.toLowerCase()}`,
    id: `${kind} ${id}`,
    timestamp: time,
    server: { ...SERVER, time },
    client: { id, acc: 'APP', kind: 'Client', start: time },
  };
  const decoded = decodeServerEvent(`$SYS.ACCOUNT.APP.${kind}`, new TextEncoder().encode(JSON.stringify(body)));
  if (!decoded.ok) throw new Error(decoded.problem.message);
  return decoded.value;
}

function list(cids: readonly number[], atMs: number, total = cids.length): Connz {
  return readConnz({
    now: new Date(now + atMs).toISOString(),
    total,
    connections: cids.map((cid) => ({ cid, start: new Date(now - 60_000).toISOString() })),
  });
}

describe('the connections of one server', () => {
  const [first] = [event('CONNECT', 1, 0)];

  it('are as many as there are rows where a list was older than what events told', () => {
    const book = new ConnectionBook(first.server, 'open');
    book.takeSnapshot(first.server, list([1, 2, 3], 0), now);
    book.takeEvent(event('DISCONNECT', 2, 2_000), now);
    book.takeEvent(event('CONNECT', 4, 2_000), now);
    book.takeEvent(event('CONNECT', 5, 2_000), now);
    // made at the server before any of that
    book.takeSnapshot(first.server, list([1, 2, 3], 1_000), now);
    assert.deepEqual([...book.rows.keys()].sort(), [1, 3, 4, 5]);
    assert.equal(book.total, 4);
  });

  it('are fewer when one goes that a cut list does not hold', () => {
    const book = new ConnectionBook(first.server, 'open');
    book.takeSnapshot(first.server, list([1, 2], 0, 10), now);
    assert.equal(book.takeEvent(event('DISCONNECT', 9, 1_000), now), true);
    assert.equal(book.takeEvent(event('DISCONNECT', 9, 1_000), now), false);
    assert.equal(book.total, 9);
  });

  it('do not grow without end while events come and no list does', () => {
    const book = new ConnectionBook(first.server, 'any');
    const gone = event('DISCONNECT', 1, 0);
    for (let id = 1; id <= MOST_TOLD + 100; id++) {
      book.takeEvent({ ...gone, client: { ...gone.client, id } }, now);
    }
    assert.equal(book.rows.size, MOST_TOLD);
    assert.equal(book.whole, false);
  });
});
