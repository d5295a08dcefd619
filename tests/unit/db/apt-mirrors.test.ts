import { expect, test } from 'vitest';
import { readMirrors } from '../../../server/db/embedded/apt-mirrors.ts';

const targets = (...rows: string[][]) => rows.map((row) => row.join('\t')).join('\n');

test('main archives are taken once each, with the keyring of their paragraph', () => {
  const file = `# made by the installer
Types: deb
URIs: http://one.example/debian
Suites: bookworm bookworm-updates
Signed-By: /usr/share/keyrings/one.gpg

Types: deb
URIs: http://two.example/debian
# a remark inside a paragraph
Suites: bookworm
Trusted: yes
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
`;
  const rows = targets(
    ['http://one.example/debian/', 'bookworm', 'main', '/etc/apt/sources.list.d/debian.sources:1'],
    ['http://one.example/debian/', 'bookworm', 'main', '/etc/apt/sources.list.d/debian.sources:1'],
    ['http://one.example/debian/', 'bookworm-updates', 'main', '/etc/apt/sources.list.d/debian.sources:1'],
    ['http://one.example/debian/', 'bookworm', 'contrib', '/etc/apt/sources.list.d/debian.sources:1'],
    ['http://two.example/debian/', 'bookworm', 'main', '/etc/apt/sources.list.d/debian.sources:2'],
    ['http://two.example/security/', 'bookworm-security', 'main', '/etc/apt/sources.list.d/debian.sources:2'],
  );
  expect(readMirrors(rows, () => file)).toEqual([
    { uri: 'http://one.example/debian/', trust: ['Signed-By: /usr/share/keyrings/one.gpg'] },
    {
      uri: 'http://two.example/debian/',
      trust: ['Trusted: yes', 'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF'],
    },
  ]);
});

test('options of a line are translated', () => {
  const file = `deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/a.gpg,/b.gpg trusted=yes] http://new.example/debian bookworm main`;
  const rows = targets(
    ['http://old.example/debian/', 'bookworm', 'main', '/etc/apt/sources.list:1'],
    ['http://new.example/debian/', 'bookworm', 'main', '/etc/apt/sources.list:2'],
    ['cdrom://disc/', 'bookworm', 'main', '/etc/apt/sources.list:1'],
  );
  expect(readMirrors(rows, () => file)).toEqual([
    { uri: 'http://old.example/debian/', trust: [] },
    { uri: 'http://new.example/debian/', trust: ['signed-by: /a.gpg /b.gpg', 'trusted: yes'] },
  ]);
});
