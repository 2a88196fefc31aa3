import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeHeartbeat,
  decodeLog,
  decodeRtt,
  decodeTime,
  decodeTimeConfig,
  encodeHeartbeat,
  encodeRtt,
  type Decoded,
  type HeadersLike,
} from '../../protocol/index.ts';
import { bytes, headersOf } from './bytes.ts';
import { problemOf, valueOf } from './decoded.ts';
import { heartbeatBody, heartbeatHeaders, timeBody } from './samples.ts';

test('a heartbeat of another guardian, with only the fields that the contract asks for', () => {
  const headers = headersOf([
    ['X-Unit-ID', 'leaf-9'],
    ['X-Sequence', '41'],
    ['X-Timestamp', '1700000000000'],
    ['X-Native-RTT', '1.234ms'],
    ['X-App-RTT', '56µs'],
    ['X-Clock-Source', 'ptp'],
    ['X-Clock-Quality', 'locked'],
  ]);
  const h = valueOf(
    decodeHeartbeat('ops.heartbeat.leaf-9', bytes({ status: 'healthy', sequence: 41, ts: 1_700_000_000_000 }), headers),
  );
  assert.equal(h.unit, 'leaf-9');
  assert.equal(h.status, 'healthy');
  assert.equal(h.sequence, 41);
  assert.equal(h.nativeRttUs, 1_234);
  assert.equal(h.appRttUs, 56);
  assert.equal(h.clockSource, 'ptp');
  assert.equal(h.clockQuality, 'locked');
  assert.equal(h.host, null);
  assert.equal(h.intervalMs, null);
  assert.deepEqual(h.reasons, []);
  assert.deepEqual(h.problems, []);
});

test('a bare number in an RTT header is microseconds, and 0 is no measurement', () => {
  const read = (native: string) =>
    valueOf(
      decodeHeartbeat(
        'ops.heartbeat.a',
        bytes({ status: 'healthy', sequence: 1, ts: 1 }),
        headersOf([['X-Native-RTT', native]]),
      ),
    ).nativeRttUs;
  assert.equal(read('174'), 174);
  assert.equal(read('0s'), null);
  assert.equal(read('0'), null);
  assert.equal(read(''), null);
});

test('a status word of the future is kept, as unknown', () => {
  const h = valueOf(decodeHeartbeat('ops.heartbeat.a', bytes({ status: 'sleeping', sequence: 1, ts: 1 }), undefined));
  assert.equal(h.status, 'unknown');
  assert.equal(h.statusText, 'sleeping');
});

test('an answer to a request that was led onto a subject of the contract is refused, whatever it says', () => {
  const decoders: readonly ((headers: HeadersLike | undefined) => Decoded<unknown>)[] = [
    (h) => decodeHeartbeat('ops.heartbeat.a', bytes({ status: 'healthy', sequence: 1, ts: 1 }), h),
    (h) => decodeRtt('ops.metric.rtt.a', bytes({ ts: 1, unit_id: 'a', seq: 1, native_rtt_us: 1, app_rtt_us: 1 }), h),
    (h) => decodeTime('ops.metric.time.a', bytes({ ...timeBody, unit_id: 'a' }), h),
    (h) => decodeTimeConfig('ops.time.config', bytes({ mode: 'auto' }), h),
    (h) => decodeTimeConfig('ops.time.config.a', bytes({ mode: 'auto' }), h),
    (h) => decodeLog('ops.log.info.a', bytes({ ts: 1, message: 'm' }), h),
  ];
  for (const decode of decoders) {
    assert.ok(decode(undefined).ok);
    assert.ok(decode(headersOf([['X-Sent-At', '1']])).ok);
    for (const mark of ['X-Server-Received-At', 'Nats-Service-Error'])
      assert.match(problemOf(decode(headersOf([[mark, '']]))), /^header: the answer to a request/);
  }
});

test('whoever names another unit than the subject is refused', () => {
  const b = headersOf([['X-Unit-ID', 'b']]);
  assert.match(
    problemOf(decodeHeartbeat('ops.heartbeat.a', bytes({ status: 'healthy', sequence: 1, ts: 1 }), b)),
    /^header: X-Unit-ID names b/,
  );
  assert.match(
    problemOf(
      decodeHeartbeat('ops.heartbeat.a', bytes({ status: 'healthy', sequence: 1, ts: 1, unit: 'b' }), undefined),
    ),
    /names unit b, the subject a/,
  );
  assert.match(
    problemOf(decodeRtt('ops.metric.rtt.a', bytes({ ts: 1, unit_id: 'b', seq: 1, native_rtt_us: 1, app_rtt_us: 1 }))),
    /names unit b/,
  );
  assert.match(problemOf(decodeTime('ops.metric.time.a', bytes({ ...timeBody, unit_id: 'b' }))), /names unit b/);
  assert.match(problemOf(decodeLog('ops.log.info.a', bytes({ ts: 1, unit: 'b', message: 'm' }))), /names unit b/);
  assert.match(problemOf(decodeTimeConfig('ops.time.config.a', bytes({ mode: 'auto', unit_id: 'b' }))), /names unit b/);
});

test('a message on another kind of subject is refused', () => {
  assert.match(
    problemOf(decodeHeartbeat('ops.metric.rtt.leaf-1', bytes(heartbeatBody), headersOf(heartbeatHeaders))),
    /no heartbeat subject/,
  );
  assert.match(problemOf(decodeTime('ops.heartbeat.leaf-1', bytes(timeBody))), /no time subject/);
});

test('an unreadable field that the contract does not ask for becomes null and is named', () => {
  const body = {
    ...heartbeatBody,
    uptime_s: 'long',
    host: 3,
    nats: { ...heartbeatBody.nats, reconnects: -1 },
    reasons: 'x',
  };
  const h = valueOf(decodeHeartbeat('ops.heartbeat.leaf-1', bytes(body), headersOf(heartbeatHeaders)));
  assert.equal(h.uptimeS, null);
  assert.equal(h.host, null);
  assert.equal(h.nats?.reconnects, null);
  assert.equal(h.nats?.serverName, 'hub');
  assert.equal(h.sequence, 7);
  assert.deepEqual([...h.problems].sort(), [
    'host: unreadable',
    'nats.reconnects: unreadable',
    'reasons: unreadable',
    'uptime_s: unreadable',
  ]);
});

test('an unreadable field that the contract asks for is refused by name', () => {
  assert.match(
    problemOf(decodeHeartbeat('ops.heartbeat.a', bytes({ status: 'healthy', sequence: '1', ts: 1 }), undefined)),
    /^schema: sequence:/,
  );
  assert.match(
    problemOf(decodeRtt('ops.metric.rtt.a', bytes({ ts: 1, unit_id: 'a', seq: 1, native_rtt_us: 'x' }))),
    /native_rtt_us/,
  );
  assert.match(
    problemOf(decodeTime('ops.metric.time.leaf-1', bytes({ ...timeBody, clock_quality: 'fine' }))),
    /clock_quality/,
  );
  assert.match(
    problemOf(decodeHeartbeat('ops.heartbeat.a', bytes({ status: 'x', sequence: 1, ts: 9e15 }), undefined)),
    /ts/,
  );
  assert.match(
    problemOf(
      decodeHeartbeat(
        'ops.heartbeat.a',
        bytes({ status: 'x', sequence: 1, ts: 1 }),
        headersOf([['X-App-RTT', 'soon']]),
      ),
    ),
    /^header: X-App-RTT/,
  );
});

test('0 on the wire is a failed round trip, not a quick one, and goes out as null', () => {
  const m = valueOf(
    decodeRtt('ops.metric.rtt.a', bytes({ ts: 1, unit_id: 'a', seq: 1, native_rtt_us: 0, app_rtt_us: 0 })),
  );
  assert.equal(m.nativeRttUs, null);
  assert.equal(m.appRttUs, null);
  assert.deepEqual(m.problems, [], 'that is how older guardians say it');
  assert.equal((JSON.parse(encodeRtt(m)) as { native_rtt_us: unknown }).native_rtt_us, null);
});

test('a failed round trip in a heartbeat is written so that older readers take it for none', () => {
  const h = valueOf(decodeHeartbeat('ops.heartbeat.leaf-1', bytes(heartbeatBody), headersOf(heartbeatHeaders)));
  const headers = new Map(encodeHeartbeat({ ...h, nativeRttUs: null }).headers);
  assert.equal(headers.get('X-Native-RTT'), '0s');
  assert.equal(headers.get('X-App-RTT'), '1m2.5s');
});

test('an older guardian’s time metric, with null lists, is read', () => {
  const old = {
    ts: 1,
    unit_id: 'a',
    seq: 1,
    ptp_enabled: false,
    ptp_master: '',
    ptp_offset_ns: 0,
    ptp_path_delay_ns: 0,
    ptp_stratum: 0,
    ptp_state: '',
    ntp_enabled: true,
    ntp_offset_ms: 0.5,
    ntp_stratum: 3,
    ntp_servers: null,
    ntp_current_server: '',
    ntp_sync_log: null,
    active_source: 'gps',
    clock_quality: 'locked',
  };
  const t = valueOf(decodeTime('ops.metric.time.a', bytes(old)));
  assert.equal(t.activeSource, 'gps');
  assert.equal(t.ptp.master, null);
  assert.deepEqual(t.ntp.servers, []);
  assert.deepEqual(t.ntp.syncLog, []);
  assert.equal(t.ntp.offsetMs, 0.5);
  assert.equal(t.errorBoundNs, null);
});

test('the level of a log line is its subject’s, and a lie about it is noted', () => {
  const l = valueOf(decodeLog('ops.log.debug.a', bytes({ ts: 1, level: 'fatal', message: 'm' })));
  assert.equal(l.level, 'debug');
  assert.deepEqual(l.problems, ["level: not the subject's"]);
});

test('hostile text stays data, bounded', () => {
  const message = '\u001b[31m<img src=x onerror=alert(1)>\u202e' + 'x'.repeat(100_000);
  const l = valueOf(decodeLog('ops.log.info.a', bytes({ ts: 1, message })));
  assert.ok(l.message.startsWith('\u001b[31m<img'));
  assert.equal(l.message.length, 4_000);
  assert.ok(l.message.endsWith('…'));
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  const p = valueOf(
    decodeLog('ops.log.info.a', bytes('{"ts":1,"message":"m","fields":{"__proto__":{"polluted":1},"a":1}}')),
  );
  assert.deepEqual(Object.keys(p.fields ?? {}), ['a']);
});

test('the keeper’s time config has no unit in its subject', () => {
  const c = valueOf(
    decodeTimeConfig(
      'ops.time.config',
      bytes({ mode: 'ptp', ptp_domain: 24, ptp_master: '', ntp_servers: ['a', 3, 'b'] }),
    ),
  );
  assert.equal(c.unit, null);
  assert.equal(c.ptpMaster, null);
  assert.equal(c.ptpDomain, 24);
  assert.deepEqual(c.ntpServers, ['a', 'b']);
});
