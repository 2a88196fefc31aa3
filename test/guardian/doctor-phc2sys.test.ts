/** Who sets the system's clock, by what a running phc2sys was started with. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setsSystemClock } from '../../guardian-node/doctor/phc2sys.ts';
import { projectRoot } from '../rigs/nats-server-bins.ts';

const template = (role: string): string => join(projectRoot, `config/time/${role}/phc2sys.conf`);

for (const [command, expected] of [
  ['-a -r', true],
  ['-s eth1 -w', true],
  ['-s eth1 -c CLOCK_REALTIME -O -37', true],
  ['-s CLOCK_REALTIME -c eth1', false],
  ['-a -r -E ntpshm', false],
  ['-a -r --clock_servo=ntpshm', false],
  ['-s eth1 -Entpshm -w', false],
  ['-s eth1 -E linreg -w', true],
  [`-f ${template('leaf')} -a -r -m`, false],
  [`-f ${template('master')} -a -rr -m`, false],
  ['-f /nowhere/phc2sys.conf -a -r', true],
] as const) {
  test(`phc2sys ${command.replace(projectRoot, '')}: ${expected ? 'sets' : 'does not set'} the system's clock`, () => {
    assert.equal(setsSystemClock(command.split(' ')), expected);
  });
}
