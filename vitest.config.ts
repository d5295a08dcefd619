import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Their limits are milliseconds of a camera's picture: another file beside them would be measured, not the product. */
const measured = ['tests/integration/recordings/recorder.test.ts'];
const measuredInBrowser = ['tests/e2e/footage.test.ts'];

// Limits, not waits: on a busy machine a process takes its time to start, and a first start renders the rooms of the
// simulated cameras meanwhile.
const limitsInBrowser = { testTimeout: 300_000, hookTimeout: 300_000 };
const limits = { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };

const MEMORY = '/dev/shm';
const ROOM_IN_MEMORY = 4e9;

// What a test writes is gone when it ends: a database of its own is there eight times as soon where no disk is asked for it.
if (hasRoom(MEMORY)) {
  const folder = mkdtempSync(`${MEMORY}/hallwatch-tests-`);
  process.env['TMPDIR'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= ROOM_IN_MEMORY;
}

/**
 * `unit` touches nothing outside the process; `integration` and `faults` use a real database, broker and ffmpeg,
 * three files side by side, as most of it is waiting for cameras, disks and deadlines; `e2e` uses a real browser, two files
 * side by side; `measured` and `measured-e2e` files run alone.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/{unit,architecture}/**/*.test.ts'],
          // a property of a thousand examples on a busy machine
          testTimeout: limits.testTimeout,
          // Nothing outside the process, nothing kept in it: files share what they load, and take a third of the time.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/{integration,faults}/**/*.test.ts'],
          exclude: measured,
          globalSetup: 'tests/helpers/database-server.ts',
          ...limits,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { name: 'measured', include: measured, ...limits, fileParallelism: false, sequence: { groupOrder: 3 } } },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: measuredInBrowser,
          ...limitsInBrowser,
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'measured-e2e',
          include: measuredInBrowser,
          ...limitsInBrowser,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
