import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger, type Logger } from '#lib/logger.ts';
import { StreamLog } from '../../../streams/stream-log.ts';

function open() {
  const lines: string[] = [];
  const write = (fields: object, text: string) => void lines.push(`${text} ${JSON.stringify(fields)}`);
  const clock = new ManualClock(0);
  const log = new StreamLog({ log: { ...silentLogger, info: write, warn: write } as unknown as Logger, clock });
  const lost = (code: 'CAMERA_SILENT' | 'CAMERA_UNREACHABLE') => {
    log.failed();
    log.changed({ status: 'lost', source: null, code, detail: 'd' });
  };
  const live = () => log.changed({ status: 'live', source: 'rtsp', code: null, detail: null });
  return { clock, lines, log, lost, live };
}

describe('log of a stream', () => {
  it('has one line for a loss and one for the return, however many attempts lie between', () => {
    const { lines, log, lost, live } = open();
    live();
    lost('CAMERA_SILENT');
    for (let i = 0; i < 500; i += 1) log.failed();
    live();
    expect(lines).toEqual([
      'stream live {"source":"rtsp"}',
      'stream lost {"code":"CAMERA_SILENT","detail":"d"}',
      'stream live again {"source":"rtsp","attempts":501}',
    ]);
  });

  it('folds a stream that comes and goes, and failures of ever other kinds, to a line a minute', () => {
    const { clock, lines, lost, live } = open();
    for (let i = 0; i < 600; i += 1) {
      lost(i % 2 ? 'CAMERA_SILENT' : 'CAMERA_UNREACHABLE');
      if (i % 3 === 0) live();
      clock.advance(1000);
    }
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(lines.filter((line) => line.startsWith('stream lost'))).toHaveLength(10);
    expect(lines.join('\n')).toContain('"folded":59');
  });

  it('tells the next loss at once when it was steady in between', () => {
    const { lines, log, lost, live } = open();
    lost('CAMERA_SILENT');
    live();
    log.steady();
    lost('CAMERA_SILENT');
    expect(lines.filter((line) => line.startsWith('stream lost'))).toHaveLength(2);
  });
});
