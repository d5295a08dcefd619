import { describe, expect, it } from 'vitest';
import { PartName, type Problem } from '#contract/system.ts';
import { readinessOf } from '../../../server/features/system/readiness.ts';

const problem = (subject: string, code: Problem['code'], detail: string | null = null): Problem => ({
  subject,
  code,
  since: '2026-03-09T02:00:00.000Z',
  detail,
});
const stateOf = (problems: Problem[], part: PartName) => readinessOf(problems).parts.find((row) => row.part === part);

describe('readiness', () => {
  it('names every part, all well without problems', () => {
    const { ready, parts } = readinessOf([]);
    expect(ready).toBe(true);
    expect(parts.map(({ part }) => part)).toEqual(PartName.options);
    expect(parts.every(({ state }) => state === 'ok')).toBe(true);
  });

  it('is not ready without database or broker', () => {
    expect(readinessOf([problem('database', 'DATABASE_UNREACHABLE')]).ready).toBe(false);
    expect(readinessOf([problem('broker', 'BROKER_UNREACHABLE')]).ready).toBe(false);
  });

  it('is ready with something missing that others do without', () => {
    const problems = [
      problem('ffmpeg', 'FFMPEG_MISSING', 'not there'),
      problem('camera:a/sub', 'CAMERA_SILENT', 'no pictures'),
      problem('camera:b/sub', 'CAMERA_SILENT'),
      problem('terminal:hall/caller/w07', 'TERMINAL_OFFLINE'),
    ];
    expect(readinessOf(problems).ready).toBe(true);
    expect(stateOf(problems, 'ffmpeg')).toMatchObject({
      state: 'degraded',
      code: 'FFMPEG_MISSING',
      detail: 'ffmpeg: not there',
    });
    expect(stateOf(problems, 'cameras')).toMatchObject({
      state: 'degraded',
      detail: 'camera:a/sub and 1 more: no pictures',
    });
    expect(stateOf(problems, 'ingest')).toMatchObject({ state: 'ok' });
  });
});
