import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installSystemPackages } from '../../../server/setup/system-packages.mjs';

let programs: string;
beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'hallwatch-path-'));
  vi.stubEnv('PATH', programs);
  vi.stubEnv('HALLWATCH_FFMPEG', '');
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
});
afterEach(() => {
  rmSync(programs, { recursive: true });
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

function put(name: string): void {
  writeFileSync(join(programs, name), '#!/bin/sh\n');
  chmodSync(join(programs, name), 0o755);
}

test('what is there needs no words', async () => {
  put('ffmpeg');
  put('mosquitto_pub');
  await expect(installSystemPackages(['ffmpeg', 'mosquitto-clients'])).resolves.toBeUndefined();
});

test('a program named in the settings counts', async () => {
  vi.stubEnv('HALLWATCH_FFMPEG', '/opt/ffmpeg/bin/ffmpeg');
  await expect(installSystemPackages(['ffmpeg'])).resolves.toBeUndefined();
});

test('who is not root is told the exact command for what is missing', async () => {
  put('apt-get');
  put('chromium');
  await expect(installSystemPackages(['ffmpeg', 'chromium', 'mosquitto-clients'])).rejects.toThrow(
    'sudo apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg mosquitto-clients',
  );
});

test('without apt-get the packages are named', async () => {
  symlinkSync('/nowhere', join(programs, 'ffmpeg'));
  await expect(installSystemPackages(['ffmpeg'])).rejects.toThrow(/missing: ffmpeg.*package manager/s);
});

test('root has them installed, with the list of packages brought up to date first', async () => {
  vi.mocked(process.getuid!).mockReturnValue(0);
  const calls = join(programs, 'calls');
  symlinkSync('/bin/sh', join(programs, 'sh'));
  put('apt-get');
  writeFileSync(join(programs, 'apt-get'), `#!/bin/sh\necho "$@" >>${calls}\n`);
  const say = vi.spyOn(console, 'log').mockReturnValue();
  await installSystemPackages(['ffmpeg']);
  expect(say.mock.calls.flat().join('\n')).toMatch(/as root: ffmpeg/);
  expect(readFileSync(calls, 'utf8').trim().split('\n')).toEqual([
    expect.stringMatching(/ update$/),
    expect.stringMatching(/ install -y --no-install-recommends ffmpeg$/),
  ]);
});
