import { describe, expect, it } from 'vitest';
import { judgeFfmpeg } from '../../../server/features/system/ffmpeg-check.ts';

describe('ffmpeg check', () => {
  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers', '5.1.9-0+deb12u1'],
    ['ffmpeg version 5.1 Copyright', '5.1'],
    ['ffmpeg version n7.1.1 Copyright', 'n7.1.1'],
    ['ffmpeg version N-118384-g1234567 Copyright', 'N-118384-g1234567'],
    ['ffmpeg version 10.0 Copyright', '10.0'],
  ])('takes %s', (line, version) => {
    expect(judgeFfmpeg(line)).toEqual({ ok: true, version });
  });

  it.each([
    ['ffmpeg version 5.0.3 Copyright', 'FFMPEG_TOO_OLD'],
    ['ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright', 'FFMPEG_TOO_OLD'],
    ['avconv version 12', 'FFMPEG_MISSING'],
    ['', 'FFMPEG_MISSING'],
  ])('refuses %s', (line, code) => {
    expect(judgeFfmpeg(line)).toMatchObject({ ok: false, code });
  });
});
