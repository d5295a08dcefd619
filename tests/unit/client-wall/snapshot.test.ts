import { describe, expect, it } from 'vitest';
import { codecName, learn, noFacts } from '../../../client/player/stream-facts.ts';
import { snapshotName } from '../../../client/player/snapshot.ts';

describe('the name of a snapshot', () => {
  it('has camera, date and time in the zone of the hall', () => {
    const at = Date.parse('2026-03-02T20:04:05Z');
    expect(snapshotName('03 号窗口', at, 'Asia/Shanghai')).toBe('03 号窗口-2026-03-03-040405.png');
    expect(snapshotName('03 号窗口', at, 'Asia/Urumqi')).toBe('03 号窗口-2026-03-03-020405.png');
  });

  it('has nothing that a file system refuses', () => {
    expect(snapshotName('a/b\\c: "d"\n', 0, 'UTC')).toBe('a_b_c_ _d_-1970-01-01-000000.png');
  });
});

describe('what is known of a stream', () => {
  it('is learned from what the gateway says', () => {
    const config = { type: 'config', codec: 'avc1.42c01f', description: '', width: 1, height: 1, fps: null } as const;
    const since = '2026-03-02T09:00:00+08:00';
    const state = { type: 'state', cameraId: 'c', role: 'sub', status: 'live', since, code: null } as const;
    const known = learn(learn(noFacts, config), { ...state, source: 'ffmpeg', transcoded: true });
    expect(known).toEqual({ codec: 'avc1.42c01f', source: 'ffmpeg', transcoded: true });
    expect(learn(known, { type: 'skipped', units: 3 })).toBe(known);
    expect(learn(known, { ...state, source: 'rtsp' })).toMatchObject({ source: 'rtsp', transcoded: false });
  });

  it('names codecs as people do', () => {
    expect(codecName('hvc1.1.6.L93.B0')).toBe('H.265 (hvc1.1.6.L93.B0)');
    expect(codecName('avc1.42c01f')).toBe('H.264 (avc1.42c01f)');
    expect(codecName('vp09')).toBe('vp09');
  });
});
