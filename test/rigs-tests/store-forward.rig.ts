/**
 * Nothing lost on a bad link: hub and leaf in network namespaces, the guardian beside the leaf. Whatever happens to cable,
 * servers, guardian and disk: what the local stream has acknowledged is in OPS or was declared lost.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { formatMessageId, HEADERS } from '../../protocol/index.ts';
import { CAPABILITIES, GuardianProcess } from '../guardian/guardian-process.ts';
import { LinkedSites, type LinkOptions } from '../rigs/link.ts';
import { namespacesMissing } from '../rigs/namespaces.ts';
import { natsServerBins, versionAtLeast } from '../rigs/nats-server-bins.ts';
import { accounts, connectReader, gapsIn, OpsReader, type StoredRow } from '../rigs/ops-stream.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';

const missing = namespacesMissing();
const options = missing === null ? { concurrency: 2 } : { skip: missing };

const INTERVAL_MS = 100;
/** Shorter than every cut, so that the hub has forgotten what it got before. */
const WINDOW = '1s';

/** Links are found dead within some seconds instead of half a minute; somebody here may hear all. */
function quickLink(rendered: string): string {
  const witness = '{ user: "witness", password: "witness" }';
  return rendered.replace('users: [', `users: [ ${witness}`).replace(/ping_interval: "[^"]*"/, 'ping_interval: "1s"');
}

interface Site {
  readonly sites: LinkedSites;
  readonly ops: OpsReader;
  /** Ids that the local stream has acknowledged, as far as they were seen. */
  readonly takenOver: Set<string>;
  readonly guardian: (store?: string) => GuardianProcess;
  /** What the last guardian logged, its end. */
  readonly said: () => string;
}

async function site(t: TestContext, link: LinkOptions, local: readonly string[] = []): Promise<Site> {
  const sites = await LinkedSites.start({ editLeaf: quickLink, ...link });
  t.after(() => sites.stop());
  const { secrets } = sites;
  const secret = (name: string): string => secrets[name] ?? '';
  const setUp = async (which: string, more: readonly string[], inside?: (command: readonly string[]) => string[]) => {
    const at = which === 'hub' ? sites.hubUrl : 'nats://127.0.0.1:4222';
    const setup = new GuardianProcess({
      args: ['setup-streams', which, '--url', at, ...more],
      environment: { ...secrets },
      ...(inside ? { inside } : {}),
    });
    assert.equal(await setup.ended, 0, setup.stderr);
  };
  await setUp('hub', ['--duplicate-window', WINDOW]);
  await setUp('local', local, (command) => sites.besideLeaf(command));
  const hub = await connectReader(sites.hubUrl, secret('NATS_OPS_ADMIN_USER'), secret('NATS_OPS_ADMIN_PASSWORD'));
  t.after(() => hub.close());
  const witness = await connectReader(sites.leafUrl, 'witness', 'witness');
  t.after(() => witness.close());
  const takenOver = new Set<string>();
  const asked = new Map<string, string>();
  witness.subscribe('store.ops.>', {
    callback: (_error, message) => {
      if (message.reply) asked.set(message.reply, message.headers?.get(HEADERS.msgId) ?? '');
    },
  });
  witness.subscribe('_INBOX_leaf-1.>', {
    callback: (_error, message) => {
      const id = asked.get(message.subject);
      asked.delete(message.subject);
      if (id && /"stream":\s*"STORE".*"seq"/.test(message.string())) takenOver.add(id);
    },
  });
  await witness.flush();
  let last: GuardianProcess | null = null;
  const said = (): string => `${last?.stderr.slice(-3_000)}\n${sites.leaf.log().slice(-1_500)}`;
  const guardian = (store = ''): GuardianProcess => {
    const list = CAPABILITIES.map((line) => `  - ${line}\n`).join('');
    const text = `store: { stream: STORE, ack_timeout_ms: 500, rate: 2000, ${store} }`;
    const started = new GuardianProcess({
      profile: `metadata: { unit_id: leaf-1, role: leaf }\ninterval_ms: ${INTERVAL_MS}\ncapabilities:\n${list}${text}\n`,
      env: {
        NATS_URL: 'nats://127.0.0.1:4222',
        NATS_GUARDIAN_USER: secret('NATS_GUARDIAN_USER'),
        NATS_GUARDIAN_PASSWORD: secret('NATS_GUARDIAN_PASSWORD'),
      },
      inside: (command) => sites.besideLeaf(command),
    });
    t.after(() => started.stop());
    last = started;
    return started;
  };
  return { sites, ops: new OpsReader(hub), takenOver, guardian, said };
}

/** Until the hub holds this many heartbeats of the last start, live or late. */
async function heartbeats(ops: OpsReader, count: number, what: string): Promise<void> {
  await waitFor(async () => (lastAccount(await ops.readWhatThereIs())?.arrived.length ?? 0) >= count, {
    what: `${count} heartbeats ${what}`,
    everyMs: 200,
    timeoutMs: 30_000,
  });
}

function lastAccount(rows: readonly StoredRow[]) {
  return accounts(rows)
    .filter(({ kind }) => kind === 'heartbeat')
    .sort((a, b) => a.startedAt - b.startedAt)
    .at(-1);
}

function lastsFor(ms: number, what: string): Promise<boolean> {
  const begin = performance.now();
  return waitFor(() => performance.now() - begin > ms, { what, everyMs: 50, timeoutMs: ms + 5_000 });
}

/** The invariant; waits until the backlog is worked off. */
async function nothingIsLost({ ops, takenOver, said }: Site): Promise<readonly StoredRow[]> {
  const until = new Set(takenOver);
  const lost = (rows: readonly StoredRow[]): string[] => {
    const arrived = new Set(rows.map(({ place }) => (place ? formatMessageId(place) : '')));
    const gaps = gapsIn(rows);
    return [...until].filter((id) => {
      const [, of, kind, seq] = id.split(':');
      const isDeclared = gaps.some(
        (g) => String(g.of) === of && g.kind === kind && g.from <= Number(seq) && Number(seq) <= g.to,
      );
      return !arrived.has(id) && !isDeclared;
    });
  };
  let left: string[] = [];
  let missing: string[] = [];
  await waitFor(
    async () => {
      const rows = await ops.readWhatThereIs();
      left = lost(rows);
      missing = accounts(rows).flatMap((a) => a.missing.map((seq) => `${a.startedAt}:${a.kind}:${seq}`));
      return left.length === 0 && missing.length === 0;
    },
    {
      what: () =>
        `${until.size} messages to have arrived or to be declared lost; left are ${left.slice(0, 20).join(' ')}, missing ${missing.slice(0, 20).join(' ')}\n${said()}`,
      everyMs: 300,
      timeoutMs: 30_000,
    },
  );
  assert.equal(until.size > 0, true, 'the local stream has acknowledged something');
  const rows = await ops.read();
  for (const account of accounts(rows)) {
    assert.deepEqual(account.missing, [], `${account.kind} of ${account.startedAt}`);
    assert.equal(new Set(account.arrived).size, account.arrived.length, 'each number once');
  }
  return rows;
}

/** Until the local stream has acknowledged so many more: 64 KiB are less than a hundred. */
async function more(ids: ReadonlySet<string>, count: number): Promise<void> {
  const before = ids.size;
  await waitFor(() => ids.size > before + count, { what: `${count} more messages`, everyMs: 50, timeoutMs: 60_000 });
}

/** Starts of the guardian whose messages these are. */
function startsIn(ids: ReadonlySet<string>): number {
  return new Set([...ids].map((id) => id.split(':')[1])).size;
}

/** What was taken over and did not arrive. */
function droppedOf({ takenOver }: Site, rows: readonly StoredRow[]): string[] {
  const arrived = new Set(rows.map(({ place }) => (place ? formatMessageId(place) : '')));
  return [...takenOver].filter((id) => !arrived.has(id));
}

describe('store and forward over a link', options, () => {
  const bins = missing === null ? natsServerBins() : [];
  const newest = bins.at(-1);
  for (const bin of bins) {
    it(`an hour without a link arrives, each message once (nats-server ${bin.version})`, async (t) => {
      const here = await site(t, { bin: bin.path });
      const guardian = here.guardian();
      await heartbeats(here.ops, 5, 'before the cut');
      const before = here.takenOver.size;
      here.sites.cut();
      // 720 heartbeats are an hour of the usual interval; on one server a quarter has to do, for time's sake.
      const least = 3 * (bin === newest ? 700 : 175);
      await waitFor(() => here.takenOver.size > before + least, {
        what: () => `an hour of messages in the local stream; so far ${here.takenOver.size - before}`,
        timeoutMs: 120_000,
        everyMs: 200,
      });
      here.sites.heal();
      await guardian.logged(/the hub acknowledges again/, 30_000);
      const rows = await nothingIsLost(here);
      assert.deepEqual(gapsIn(rows), [], 'nothing was dropped');
      assert.equal(
        rows.filter(({ isBacklog }) => isBacklog).length > least / 2,
        true,
        'most came late, and are marked',
      );
      assert.equal(await guardian.stop(), 0);
    });

    it(`flapping link, killed servers, killed guardian (nats-server ${bin.version})`, async (t) => {
      const here = await site(t, { bin: bin.path });
      const { sites, ops } = here;
      let guardian = here.guardian();
      await heartbeats(ops, 5, 'at first');
      for (const ms of [300, 2_500, 100, 700, 3_000, 50]) {
        sites.cut();
        await lastsFor(ms, 'a cut');
        sites.heal();
        await lastsFor(400, 'a link');
      }
      await nothingIsLost(here);
      await sites.hub.end('SIGKILL');
      await lastsFor(2_000, 'the hub’s absence');
      await sites.hub.start();
      await nothingIsLost(here);
      await sites.leaf.end('SIGKILL');
      await lastsFor(2_000, 'the leaf server’s absence');
      await sites.leaf.start();
      await nothingIsLost(here);
      sites.cut();
      await lastsFor(1_500, 'a cut');
      guardian.signal('SIGKILL');
      await guardian.ended;
      guardian = here.guardian();
      await waitFor(() => startsIn(here.takenOver) === 2, { what: 'the second start to keep something' });
      guardian.signal('SIGKILL');
      await guardian.ended;
      guardian = here.guardian();
      await waitFor(() => startsIn(here.takenOver) === 3, { what: 'the third start to keep something' });
      sites.heal();
      await heartbeats(ops, 10, 'of the third start');
      const rows = await nothingIsLost(here);
      assert.deepEqual(
        droppedOf(here, rows),
        [],
        `dropped though taken over: ${JSON.stringify(gapsIn(rows))}\n${here.said()}`,
      );
      const starts = new Set(accounts(rows).map(({ startedAt }) => startedAt));
      assert.equal(starts.size, 3, 'all three starts are there');
      assert.equal(await guardian.stop(), 0);
    });

    it(`a full local stream, restarts while it overflows (nats-server ${bin.version})`, async (t) => {
      const here = await site(t, { bin: bin.path }, ['--max-bytes', '64KiB']);
      const { sites, ops } = here;
      let guardian = here.guardian();
      await heartbeats(ops, 5, 'at first');
      sites.cut();
      await more(here.takenOver, 200);
      guardian.signal('SIGKILL');
      await guardian.ended;
      guardian = here.guardian();
      await more(here.takenOver, 200);
      sites.heal();
      await heartbeats(ops, 10, 'of the second start');
      const rows = await nothingIsLost(here);
      const gaps = gapsIn(rows);
      assert.equal(
        gaps.some(({ reason }) => reason === 'full'),
        true,
        JSON.stringify(gaps),
      );
      assert.equal(
        gaps.some(({ reason }) => reason === 'unknown'),
        true,
        JSON.stringify(gaps),
      );
      assert.equal(await guardian.stop(), 0);
    });

    it(`a full disk under the local stream (nats-server ${bin.version})`, async (t) => {
      const disk = join(temporaryFolder('disk'), 'mounted');
      mkdirSync(disk);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { encoding: 'utf8' });
      if (mounted.status !== 0) return t.skip(`no right to mount a small disk: ${mounted.stderr.trim()}`);
      t.after(() => spawnSync('umount', ['--lazy', disk]));
      const here = await site(t, { bin: bin.path, leafData: disk });
      const guardian = here.guardian('memory_kib: 64');
      await heartbeats(here.ops, 5, 'at first');
      here.sites.cut();
      await lastsFor(1_000, 'a cut');
      try {
        writeFileSync(join(disk, 'fill'), Buffer.alloc(16 * 1_024 * 1_024));
      } catch {
        // full, which is what is wanted
      }
      await lastsFor(4_000, 'a full disk');
      execFileSync('rm', [join(disk, 'fill')]);
      if (!versionAtLeast(bin.version, '2.10.0')) {
        // 2.9 does not take up a stream again whose disk was full, nor reads on from who asked it to.
        await here.sites.leaf.end('SIGKILL');
        await here.sites.leaf.start();
      }
      here.sites.heal();
      await guardian.logged(/the hub acknowledges again/, 30_000);
      await nothingIsLost(here);
      assert.equal(await guardian.stop(), 0);
    });
  }
});
