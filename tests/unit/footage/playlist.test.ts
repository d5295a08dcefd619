import { describe, expect, it } from 'vitest';
import type { FootageSegment } from '#contract/footage.ts';
import { parseRange } from '../../../server/http/send-file.ts';
import { playlistOf } from '../../../server/features/footage/playlist.ts';

const segment = (run: string, number: number, fromMs: number, ms = 10_000): FootageSegment => ({
  ...{ cameraId: 'cam-1', role: 'main', run, number, bytes: 5000, frames: 250, initBytes: 800, finished: true },
  ...{ startedAt: new Date(fromMs).toISOString(), endedAt: new Date(fromMs + ms).toISOString() },
  startTicks: number * 900_000,
});

describe('a playlist', () => {
  it('tells each run where its head is, what the time is, and where to go on', () => {
    const segments = [segment('A', 0, 0), segment('A', 1, 10_000), segment('B', 0, 60_000, 4000)];
    expect(playlistOf({ segments, growing: false, token: 'a.b' })).toBe(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-TARGETDURATION:10',
        '#EXT-X-MEDIA-SEQUENCE:0',
        '#EXT-X-PLAYLIST-TYPE:VOD',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MAP:URI="segments/A/0.mp4?token=a.b",BYTERANGE="800@0"',
        '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z',
        '#EXTINF:10.00000,',
        '#EXT-X-BYTERANGE:4200@800',
        'segments/A/0.mp4?token=a.b',
        '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:10.000Z',
        '#EXTINF:10.00000,',
        '#EXT-X-BYTERANGE:4200@800',
        'segments/A/1.mp4?token=a.b',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-MAP:URI="segments/B/0.mp4?later=60000&token=a.b",BYTERANGE="800@0"',
        '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:01:00.000Z',
        '#EXTINF:4.00000,',
        '#EXT-X-BYTERANGE:4200@800',
        'segments/B/0.mp4?later=60000&token=a.b',
        '#EXT-X-ENDLIST',
        '',
      ].join('\n'),
    );
  });

  it('says where a file in the middle of a run is gone', () => {
    const lines = playlistOf({
      segments: [segment('A', 3, 30_000), segment('A', 5, 50_000)],
      growing: false,
      token: null,
    });
    expect(lines.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
    expect(lines.match(/#EXT-X-MAP/g)).toHaveLength(1);
    expect(lines).not.toContain('?');
  });

  it('never lets decode times go back, whatever the clock did', () => {
    const lines = playlistOf({
      segments: [segment('A', 0, 60_000), segment('B', 0, 5000)],
      growing: false,
      token: null,
    });
    expect(lines).toContain('segments/B/0.mp4?later=10000');
  });

  it('is open at its end while more may come', () => {
    const lines = playlistOf({ segments: [], growing: true, token: null });
    expect(lines).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
    expect(lines).not.toContain('ENDLIST');
  });
});

describe('a range', () => {
  it.each([
    [undefined, 'whole'],
    ['bytes=0-', { from: 0, until: 100 }],
    ['bytes=10-19', { from: 10, until: 20 }],
    ['bytes=90-1000', { from: 90, until: 100 }],
    ['bytes=-30', { from: 70, until: 100 }],
    ['bytes=-300', { from: 0, until: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['bytes=-', 'whole'],
    ['lines=1-2', 'whole'],
    ['bytes=1e3-', 'whole'],
  ])('%s', (header, meant) => {
    expect(parseRange(header, 100)).toEqual(meant);
  });
});
