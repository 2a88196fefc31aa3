import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ELEMENT_FEEDS, FEEDS, type ElementTag } from '../../protocol/access.ts';
import { elementTag, permissionsFor } from '../../protocol/permissions.ts';

const accounts = { system: 'SYS', units: 'UNITS', application: 'OPS', viewer: 'MONITOR' };
const options = { accounts, inboxPrefix: '_INBOX_viewer', tenant: false };
const ALL = Object.keys(ELEMENT_FEEDS) as ElementTag[];

test('a tag is known however people write it', () => {
  for (const text of ['nunect-varz', 'varz', '<nunect-varz>', ' varz ']) assert.equal(elementTag(text), 'nunect-varz');
  for (const text of ['', 'foo', 'toString', 'nunect-constructor', '__proto__']) assert.equal(elementTag(text), null);
});

test('varz needs one verb and its answers, and nothing else', () => {
  assert.deepEqual(permissionsFor(['nunect-varz'], options), {
    publish: ['$SYS.REQ.SERVER.*.VARZ'],
    subscribe: ['_INBOX_viewer.>'],
    shared: [{ kind: 'service', account: 'SYS', subject: '$SYS.REQ.SERVER.*.VARZ' }],
  });
});

test('what only listens may publish nothing, and hears no answers', () => {
  const { publish, subscribe } = permissionsFor(['nunect-time-status'], options);
  assert.deepEqual([publish, subscribe], [[], ['ops.metric.time.*']]);
});

test('history is read by direct gets of one stream, imported under a prefix of its own', () => {
  const { publish, subscribe, shared } = permissionsFor(['nunect-rtt-chart'], options);
  assert.deepEqual(publish, ['OPSJS.DIRECT.GET.OPS']);
  assert.deepEqual(subscribe, ['_INBOX_viewer.>', 'ops.metric.rtt.*']);
  assert.deepEqual(shared[0], {
    kind: 'service',
    account: 'OPS',
    subject: '$JS.API.DIRECT.GET.OPS',
    to: 'OPSJS.DIRECT.GET.OPS',
  });
});

test('what units say comes from their account, what is kept of it from that of the stream', () => {
  const { shared } = permissionsFor(['nunect-units', 'nunect-rtt-chart', 'nunect-echo', 'nunect-log'], options);
  const from = (account: string): string[] =>
    shared.filter((each) => each.account === account).map(({ subject }) => subject);
  assert.deepEqual(from('UNITS'), ['ops.echo.*', 'ops.heartbeat.*', 'ops.log.*.*', 'ops.metric.rtt.*']);
  assert.deepEqual(from('OPS'), ['$JS.API.DIRECT.GET.OPS', '$JS.API.STREAM.INFO.OPS']);
});

test('no list of any elements reaches what changes a server', () => {
  const { publish, subscribe } = permissionsFor(ALL, options);
  for (const subject of publish) {
    assert.doesNotMatch(subject, />/);
    // a wildcard for the verb would hold RELOAD, KICK, LDM, PROFILEZ and EXPVARZ
    assert.doesNotMatch(subject, /^\$SYS\.REQ\.(SERVER|ACCOUNT)\.[^.]+\.\*/);
    assert.doesNotMatch(subject, /RELOAD|KICK|LDM|PROFILEZ|EXPVARZ|CLAIMS|\$JS\.API/);
  }
  assert.ok(!subscribe.includes('>') && !subscribe.some((subject) => subject.startsWith('_INBOX.')));
});

test('a tenant needs no exports and asks for nothing of other accounts', () => {
  const { publish, shared } = permissionsFor(ALL, { ...options, tenant: true });
  assert.deepEqual(shared, []);
  for (const subject of publish) {
    assert.match(
      subject,
      /^(\$SYS\.REQ\.ACCOUNT\.PING\.(CONNZ|STATZ)|\$SYS\.REQ\.USER\.INFO|\$JS\.API\.(INFO|STREAM\.LIST))$/,
    );
  }
});

test('what is to be watched is exported by the application', () => {
  const { subscribe, shared } = permissionsFor(['nunect-subject'], { ...options, watch: ['orders.>'] });
  assert.deepEqual(subscribe, ['orders.>']);
  assert.deepEqual(shared, [{ kind: 'stream', account: 'OPS', subject: 'orders.>' }]);
});

test('every feed is of use to an element', () => {
  const used = new Set(Object.values(ELEMENT_FEEDS).flat());
  assert.deepEqual(
    Object.keys(FEEDS).filter((name) => !used.has(name as keyof typeof FEEDS)),
    [],
  );
});
