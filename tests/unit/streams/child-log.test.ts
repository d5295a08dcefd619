import { expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { ChildLog } from '../../../streams/rtmp/child-log.ts';

function open() {
  const clock = new ManualClock(0);
  const lines: string[] = [];
  return { clock, lines, log: new ChildLog({ clock, write: (line) => lines.push(line) }) };
}

it('writes lines as they are completed, without control characters', () => {
  const { lines, log } = open();
  log.push('one\ntw');
  log.push('o\u001b[31m\n\n');
  expect(lines).toEqual(['one', 'two [31m']);
});

it('writes no publish key, however it is written', () => {
  const { lines, log } = open();
  log.push('push /live/cam?key=5e5a3e failed\nname=cam%3Fkey%3d5e5a3e, bad\nKEY=5e5a3e&x=1\n');
  expect(lines.join('\n')).not.toContain('5e5a3e');
  expect(lines[0]).toBe('push /live/cam?key=… failed');
});

it('holds little of a line without an end, and writes no more than anyone would read', () => {
  const { clock, lines, log } = open();
  for (let i = 0; i < 100; i += 1) log.push('x'.repeat(10_000));
  log.push('\n');
  expect(lines).toEqual(['x'.repeat(300)]);
  for (let i = 0; i < 100; i += 1) log.push(`line ${i}\n`);
  expect(lines).toHaveLength(20);
  clock.advance(10_000);
  log.push('later\n');
  expect(lines.slice(20)).toEqual(['81 more lines', 'later']);
});
