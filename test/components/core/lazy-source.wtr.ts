import { expect, waitUntil } from '@open-wc/testing';
import { adoptConnection } from '../../../components/core/index.ts';
import { LazySource } from '../../../components/core/sources/lazy-source.ts';
import { initialSnapshot } from '../../../components/core/sources/snapshot.ts';
import type { Source } from '../../../components/core/sources/source.ts';
import { FakeNats } from '../../../components/testing/index.ts';

/** A source with data, which notes what it is told. */
function noted(): { source: Source<string>; notes: string[] } {
  const notes: string[] = [];
  const source: Source<string> = {
    snapshot: { ...initialSnapshot<string>('live'), data: 'here' },
    subscribe: (_listener, visible) => {
      notes.push(`subscribed ${visible ? 'seen' : 'unseen'}`);
      return {
        setVisible: (now) => void notes.push(now ? 'seen' : 'unseen'),
        unsubscribe: () => void notes.push('unsubscribed'),
      };
    },
  };
  return { source, notes };
}

describe('a source whose code loads later', () => {
  it('waits, then hands on what the subscriber wished meanwhile', async () => {
    const { source, notes } = noted();
    let loaded: () => void = () => undefined;
    const load = new Promise<void>((resolve) => (loaded = resolve));
    const lazy = new LazySource(
      adoptConnection(new FakeNats()),
      () => load,
      () => source,
    );
    let told = 0;
    const subscription = lazy.subscribe(() => told++);
    expect(lazy.snapshot.status).to.equal('waiting');
    subscription.setVisible(false);
    loaded();
    await waitUntil(() => told > 0, 'the subscriber is told');
    expect(lazy.snapshot.data).to.equal('here');
    subscription.setVisible(true);
    subscription.unsubscribe();
    expect(notes).to.deep.equal(['subscribed unseen', 'seen', 'unsubscribed']);
  });

  it('opens nothing for a subscriber who has gone before it was loaded', async () => {
    let opened = 0;
    let loaded: () => void = () => undefined;
    const load = new Promise<void>((resolve) => (loaded = resolve));
    const lazy = new LazySource(
      adoptConnection(new FakeNats()),
      () => load,
      () => {
        opened++;
        return noted().source;
      },
    );
    lazy.subscribe(() => undefined).unsubscribe();
    loaded();
    await load;
    await Promise.resolve();
    expect(opened).to.equal(0);
  });

  it('says that it could not be loaded, and what to do', async () => {
    const lazy = new LazySource(
      adoptConnection(new FakeNats()),
      () => Promise.reject(new Error('offline')),
      () => noted().source,
    );
    const subscription = lazy.subscribe(() => undefined);
    await waitUntil(() => lazy.snapshot.status === 'error');
    expect(lazy.snapshot.error?.message).to.contain('could not be loaded (offline)').and.contain('Reload the page');
    subscription.unsubscribe();
  });

  it('of a closed connection says why there is nothing', async () => {
    const nats = new FakeNats();
    await nats.close();
    const lazy = new LazySource(
      adoptConnection(nats),
      () => new Promise<never>(() => undefined),
      () => noted().source,
    );
    expect(lazy.snapshot.status).to.equal('no-connection');
  });
});
