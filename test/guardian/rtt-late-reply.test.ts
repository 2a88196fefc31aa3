/** A reply that comes after its limit is never taken for that of a later request, though reply subjects are used again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, type Msg } from '@nats-io/transport-node';
import pino from 'pino';
import { RttProbe } from '../../guardian-node/rtt.ts';
import { WallClock } from '../../guardian-node/wall-clock.ts';
import { startNatsServer } from '../rigs/nats-server.ts';

test('a late reply on a reply subject that is used again is no answer to the request that uses it now', async (t) => {
  const rig = await startNatsServer({});
  t.after(() => rig.stop());
  const [asker, responder] = [await connect({ servers: rig.url }), await connect({ servers: rig.url })];
  t.after(() => Promise.all([asker.close(), responder.close()]));
  const asked: Msg[] = [];
  responder.subscribe('ops.echo.slow', {
    callback: (_error, message) => {
      const [first] = asked;
      asked.push(message);
      if (!first) return; // answered when its subject comes again
      if (message.reply !== first.reply) message.respond('', { headers: message.headers });
      else first.respond('', { headers: first.headers });
    },
  });
  await responder.flush();

  const probe = new RttProbe('late', new WallClock(), pino({ level: 'silent' }));
  const size = (samples: number, limitMs: number) => ({ samples, limitMs });
  assert.equal((await probe.measureTarget(asker, 'ops.echo.slow', size(1, 20))).app.lost, 1);
  const rounds: (number | null)[] = [];
  while (asked.length < 2 || asked.at(-1)?.reply !== asked[0]?.reply) {
    assert.equal(asked.length < 1_000, true, 'no reply subject is used again');
    rounds.push((await probe.measureTarget(asker, 'ops.echo.slow', size(1, 200))).app.lost);
  }
  assert.equal(rounds.pop(), 1, 'the late reply was taken for an answer');
  assert.deepEqual(new Set(rounds), new Set([0]), 'the others were answered');
});
