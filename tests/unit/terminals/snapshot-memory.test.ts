import { describe, expect, it } from 'vitest';
import { SnapshotMemory } from '../../../server/features/terminals/snapshot-memory.ts';

describe('the memory of snapshots', () => {
  it('takes a repetition for no news, until an hour has passed or something else was said', () => {
    const memory = new SnapshotMemory();
    expect(memory.isNews('caller', 'idle', 0)).toBe(true);
    expect(memory.isNews('caller', 'idle', 60_000)).toBe(false);
    expect(memory.isNews('other', 'idle', 60_000)).toBe(true);
    expect(memory.isNews('caller', 'idle', 3_600_000)).toBe(true);
    memory.forget('caller');
    expect(memory.isNews('caller', 'idle', 3_600_001)).toBe(true);
  });
});
