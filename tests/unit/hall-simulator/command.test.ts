import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../devices/simulators/command.ts';

describe('simulator commands', () => {
  it('reads the words in order', () => {
    expect(parseCommand('  walk-off zhongxin w03 60 ')).toEqual({
      ok: true,
      command: { name: 'walk-off', hall: 'zhongxin', window: 'w03', seconds: 60 },
    });
    expect(parseCommand('terminal-dies zhongxin caller w03 20')).toMatchObject({ ok: true });
  });

  it.each(['walk-off zhongxin w03', 'walk-off zhongxin w03 soon', 'walk-off zhongxin w03 60 70', 'walk-off ZH w03 60'])(
    'says what was expected of %s',
    (line) => {
      expect(parseCommand(line)).toEqual({ ok: false, problem: 'expected: walk-off HALL WINDOW SECONDS' });
    },
  );

  it.each(['dance', '__proto__', 'constructor x', ''])('lists the commands for %j', (line) => {
    const answer = parseCommand(line);
    expect(answer.ok).toBe(false);
    expect(!answer.ok && answer.problem).toContain('camera-dies CAMERA SECONDS');
  });
});
