import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VERSION } from '../../components/core/element/define.ts';
import packageJson from '../../package.json' with { type: 'json' };

test('elements name the version of the package that they come from', () => {
  assert.equal(VERSION, packageJson.version);
});
