import { defineConfig } from 'vitest/config';

/** `unit` touches nothing outside the process; `integration` and `faults` use a real database, broker and ffmpeg; `e2e` a real browser. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/{unit,architecture}/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['tests/{integration,faults}/**/*.test.ts'],
          globalSetup: 'tests/helpers/database-server.ts',
          // Limits, not waits: on a busy machine a process takes its time to start.
          testTimeout: 30_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          // Limits, not waits: a first start on a busy machine renders the simulated cameras' rooms meanwhile.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
