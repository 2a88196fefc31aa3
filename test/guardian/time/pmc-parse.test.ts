/** Every recorded output of pmc, decoded: each state of ptp4l, both domains. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { figure, parsePmc, toPtpReading } from '../../../guardian-node/time/pmc-parse.ts';
import { listeningPort } from '../../../guardian-node/time/ptp-history.ts';
import { DOMAINS, PTP_FOLDER, ptpFiles, ptpText } from './ptp-fixtures.ts';

/** file: state of the port, class of the grandmaster, whether a path delay is known. */
const STATES: Readonly<Record<string, readonly [string, number, boolean]>> = {
  '01-listening-never-master': ['LISTENING', 255, false],
  '02-uncalibrated-first': ['UNCALIBRATED', 6, false],
  '03-uncalibrated-free-running': ['UNCALIBRATED', 6, true],
  '04-slave': ['SLAVE', 6, true],
  '05-grandmaster': ['MASTER', 6, false],
  '06-slave-gm-class6-traceable': ['SLAVE', 6, true],
  '07-slave-gm-class7-holdover': ['SLAVE', 7, true],
  '08-slave-gm-class248-freerun': ['SLAVE', 248, true],
  '09-slave-leap61': ['SLAVE', 6, true],
  '10-slave-ptp-timescale': ['SLAVE', 6, true],
  '11-master-lost-0.5s': ['SLAVE', 6, true],
  '12-master-lost-2s': ['SLAVE', 6, true],
  '13-master-lost-6s': ['LISTENING', 6, true],
  '14-master-lost-26s': ['LISTENING', 6, true],
  '15-link-down-faulty': ['FAULTY', 255, false],
  '16-link-up-again': ['LISTENING', 255, false],
  '21-slave-not-slaveonly': ['SLAVE', 6, true],
  '22-master-lost-became-grandmaster': ['MASTER', 248, false],
  '23-passive': ['PASSIVE', 7, false],
  '24-slave-offset-20000': ['SLAVE', 6, true],
  '24-slave-offset-5000000': ['SLAVE', 6, true],
};
/** pmc ends well and prints what it sends: no reply. */
const SILENT = ['17-query-wrong-domain', '18-stale-socket', '19-no-socket', '20-daemon-stopped'];
/** How the recordings were made; none of ptp4l's figures are in them. */
const OTHER = [
  'gm.conf',
  'slv.conf',
  'ptp4l-slave-last.log',
  'set-grandmaster-settings',
  'set-synchronization-uncertain',
  'stale-socket-ls',
];

for (const domain of DOMAINS) {
  test(`domain ${domain}: every recorded state is decoded`, () => {
    const names = ptpFiles(domain).map((file) => file.replace(/\.txt$/, ''));
    const known = [...Object.keys(STATES), ...SILENT, ...OTHER].filter((name) => names.includes(name));
    assert.deepEqual(known.sort(), names, 'each file has its expectation');
    assert.equal(Object.keys(STATES).filter((name) => !names.includes(name)).length, 0);
    for (const [name, [state, clockClass, hasDelay]] of Object.entries(STATES)) {
      const text = ptpText(domain, `${name}.txt`);
      const reading = toPtpReading(parsePmc(text));
      assert.equal(listeningPort(reading)?.state, state, name);
      assert.equal(reading.domain, domain, name);
      assert.equal(reading.grandmaster.clockClass, clockClass, name);
      assert.equal((reading.pathDelayNs ?? 0) > 0, hasDelay, name);
      // Against the text itself, by another way than the parser's.
      const raw = (field: string): string | undefined => new RegExp(`^\\t\\t${field} +(\\S+)`, 'm').exec(text)?.[1];
      assert.equal(String(reading.offsetNs), raw('master_offset'), name);
      assert.equal(reading.ingressTime, raw('ingress_time'), `${name}: to the last digit, which a number would lose`);
      assert.equal(reading.grandmaster.present, raw('gmPresent') === 'true', name);
      assert.equal(reading.own.slaveOnly, raw('slaveOnly') === '1', name);
      assert.equal(reading.own.identity, raw('clockIdentity'), name);
      assert.equal(reading.ports[0]?.logSyncInterval, -2, name);
      assert.equal(reading.timeProperties.leap61, name.includes('leap61'), name);
      assert.equal(reading.timeProperties.ptpTimescale, name.includes('timescale'), name);
      assert.equal(reading.timestamping, null, `${name}: was not asked for when this was recorded, so it is not known`);
      assert.deepEqual(reading.missing, ['PORT_PROPERTIES_NP'], name);
    }
  });

  test(`domain ${domain}: what pmc sends is no reply, and nothing is made of it`, () => {
    for (const name of SILENT) {
      const text = ptpText(domain, `${name}.txt`);
      assert.match(text, /sending: GET TIME_STATUS_NP/);
      assert.deepEqual(parsePmc(text), [], name);
      const reading = toPtpReading(parsePmc(text));
      assert.deepEqual(
        [reading.ports, reading.offsetNs, reading.ingressTime, reading.pathDelayNs, reading.grandmaster.clockClass],
        [[], null, null, null, null],
        `${name}: missing is null, not 0`,
      );
    }
  });

  test(`domain ${domain}: the answer to a setting, a configuration and a log hold no figures of a clock`, () => {
    for (const name of OTHER.filter((other) => ptpFiles(domain).includes(`${other}.txt`))) {
      const reading = toPtpReading(parsePmc(ptpText(domain, `${name}.txt`)));
      assert.deepEqual([reading.ports, reading.offsetNs, reading.ingressTime], [[], null, null], name);
    }
  });
}

test('a boundary clock answers once for each port, between the lines of what is sent', () => {
  const reading = toPtpReading(parsePmc(readFileSync(resolve(PTP_FOLDER, 'boundary-clock-two-ports.txt'), 'utf8')));
  assert.deepEqual(
    reading.ports.map(({ identity, state }) => [identity, state]),
    [
      ['9e60e0.fffe.f3e109-1', 'FAULTY'],
      ['9e60e0.fffe.f3e109-2', 'MASTER'],
    ],
  );
  assert.equal(
    listeningPort(reading)?.state,
    'FAULTY',
    'the port that time would come in by, not the one it goes out by',
  );
  assert.equal(reading.grandmaster.identity, '923dfb.fffe.881cf8');
});

test('events that ptp4l sends unasked hold a port state and no offset', () => {
  const blocks = parsePmc(readFileSync(resolve(PTP_FOLDER, 'push-events.txt'), 'utf8').replace(/^\+[\d.]+s /gm, ''));
  const reading = toPtpReading(blocks);
  assert.equal(listeningPort(reading)?.state, 'LISTENING');
  assert.deepEqual([reading.offsetNs, reading.ingressTime], [null, null]);
});

test('stamping is hardware or software as ptp4l says; a refusal is no answer', () => {
  const reply = (body: string): string =>
    `\t8a2002.fffe.f77b7b-1 seq 1 RESPONSE MANAGEMENT PORT_PROPERTIES_NP \n${body}`;
  const stamping = (word: string): string | null =>
    toPtpReading(parsePmc(reply(`\t\tportState               SLAVE\n\t\ttimestamping            ${word}\n`)))
      .timestamping;
  assert.deepEqual(['HARDWARE', 'ONESTEP', 'P2P1STEP', 'SOFTWARE', 'SOMETHING'].map(stamping), [
    'hardware',
    'hardware',
    'hardware',
    'software',
    null,
  ]);
  const refused =
    '\t8a2002.fffe.f77b7b-1 seq 1 RESPONSE MANAGEMENT_ERROR_STATUS TIME_STATUS_NP \n\t\tmaster_offset 0\n';
  const [block] = parsePmc(refused);
  assert.equal(block?.refused, true);
  assert.equal(toPtpReading(parsePmc(refused)).offsetNs, null);
});

test('what is no number is none', () => {
  assert.deepEqual(['-916', '0x21', '2193.0', '+0.5', '1e3'].map(figure), [-916, 33, 2193, 0.5, 1000]);
  for (const text of ['', 'nan', 'inf', '-', '0x', '1.2.3', '36b427.fffe.34e17c', '9'.repeat(400), undefined]) {
    assert.equal(figure(text), null, String(text));
  }
});

test('hostile output is bounded', () => {
  const header = '\t8a2002.fffe.f77b7b-1 seq 1 RESPONSE MANAGEMENT PORT_DATA_SET \n';
  assert.ok(parsePmc(header.repeat(10_000)).length <= 64, 'blocks');
  const [long] = parsePmc(`${header}\t\tportState ${'X'.repeat(100_000)}\n`);
  assert.ok((long?.fields['portState']?.length ?? Infinity) <= 128, 'a field');
  const [many] = parsePmc(header + Array.from({ length: 5_000 }, (_, i) => `\t\tf${i} 1\n`).join(''));
  assert.ok(Object.keys(many?.fields ?? {}).length <= 64, 'fields');
  const [proto] = parsePmc(`${header}\t\t__proto__ 1\n\t\tportState SLAVE\n`);
  assert.equal(toPtpReading(proto ? [proto] : []).ports[0]?.state, 'SLAVE');
});
