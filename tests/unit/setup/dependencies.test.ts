import { expect, test } from 'vitest';
import { isInstalled } from '../../../server/setup/dependencies.mjs';

const wanted = {
  '': { version: '1.0.0' },
  'node_modules/a': { version: '2.0.0' },
  'node_modules/for-another-system': { version: '3.0.0', optional: true },
};

test('packages are installed when npm recorded each one of the lock', () => {
  expect(isInstalled(wanted, { 'node_modules/a': { version: '2.0.0' } })).toBe(true);
});

test.each([
  ['no record, as after an npm that broke off', null],
  ['a package is missing', {}],
  ['a package is of another version', { 'node_modules/a': { version: '2.0.1' } }],
  [
    'an optional package is of another version',
    { 'node_modules/a': { version: '2.0.0' }, 'node_modules/for-another-system': { version: '2.9.0' } },
  ],
])('they are not when %s', (_, present) => {
  expect(isInstalled(wanted, present)).toBe(false);
});
