import { describe, expect, it } from 'vitest';
import { chooseRoles, readProfiles, type VideoProfile } from '../../../devices/onvif/media-profiles.ts';
import { child, readXml } from '../../../devices/onvif/soap.ts';

function profile(token: string, width: number, height: number, more: Partial<VideoProfile> = {}): VideoProfile {
  const facts = { source: 'v0', codec: 'h264', fps: 25, keyIntervalSec: 2, audio: null } as const;
  return { token, name: token, ...facts, width, height, ...more };
}

function choice(...profiles: VideoProfile[]): string | null {
  const roles = chooseRoles(profiles);
  return roles && `${roles.main.token} ${roles.sub.token}`;
}

describe('the choice of main and sub', () => {
  it('takes the largest as main and the smallest that a tile can use as sub', () => {
    expect(
      choice(profile('s', 640, 360), profile('m', 2560, 1440), profile('t', 352, 288), profile('u', 176, 144)),
    ).toBe('m t');
  });

  it('gives one profile to both', () => {
    expect(choice(profile('only', 1280, 720))).toBe('only only');
    expect(choice(profile('unknown', 0, 0))).toBe('unknown unknown');
  });

  it('prefers H.264 for the wall, then H.265, and main where nothing fits', () => {
    expect(
      choice(
        profile('m', 3840, 2160, { codec: 'h265' }),
        profile('a', 640, 360, { codec: 'h265' }),
        profile('b', 1280, 720),
      ),
    ).toBe('m b');
    expect(choice(profile('m', 3840, 2160, { codec: 'h265' }), profile('a', 640, 360, { codec: 'h265' }))).toBe('m a');
    expect(choice(profile('m', 1920, 1080), profile('a', 640, 360, { codec: 'mjpeg' }))).toBe('m m');
  });

  it('takes single pictures only where there is no video', () => {
    expect(choice(profile('j', 4000, 3000, { codec: 'mjpeg' }), profile('v', 1920, 1080))).toBe('v v');
    expect(choice(profile('j', 4000, 3000, { codec: 'mjpeg' }))).toBe('j j');
  });

  it('does not mix the sensors of one device', () => {
    expect(
      choice(
        profile('m1', 1920, 1080),
        profile('m2', 1920, 1080, { source: 'v1' }),
        profile('s2', 320, 180, { source: 'v1' }),
        profile('s1', 640, 360),
      ),
    ).toBe('m1 s1');
  });

  it('has none for a device without video', () => {
    expect(choice()).toBeNull();
  });
});

describe('profiles as XML', () => {
  const read = (xml: string) => readProfiles(child(readXml(`<R>${xml}</R>`), 'R')!);

  it('leaves out what carries no video, and survives what is missing', () => {
    expect(
      read(
        '<Profiles token="audio"><Name>a</Name></Profiles><Profiles><VideoEncoderConfiguration/></Profiles>' +
          '<Profiles token="1"><VideoEncoderConfiguration><Encoding>H264</Encoding><Resolution><Width>-5</Width><Height>x</Height></Resolution></VideoEncoderConfiguration></Profiles>',
      ),
    ).toEqual([
      {
        token: '1',
        name: '',
        source: '',
        codec: 'h264',
        width: 0,
        height: 0,
        fps: 0,
        keyIntervalSec: null,
        audio: null,
      },
    ]);
  });

  it('reads key-frame interval and sound of Media1 and of Media2', () => {
    const rate = '<RateControl><FrameRateLimit>12.5</FrameRateLimit></RateControl>';
    const media1 =
      `<Profiles token="1"><VideoEncoderConfiguration><Encoding>H264</Encoding>${rate}<H264><GovLength>50</GovLength></H264></VideoEncoderConfiguration>` +
      '<AudioEncoderConfiguration><Encoding>G711</Encoding></AudioEncoderConfiguration></Profiles>';
    const media2 =
      `<Profiles token="2"><Configurations><VideoEncoder GovLength="25"><Encoding>H265</Encoding>${rate}</VideoEncoder>` +
      '<AudioEncoder><Encoding>MP4A-LATM</Encoding></AudioEncoder></Configurations></Profiles>';
    expect(read(media1 + media2).map(({ keyIntervalSec, audio }) => ({ keyIntervalSec, audio }))).toEqual([
      { keyIntervalSec: 4, audio: 'pcmu' },
      { keyIntervalSec: 2, audio: 'aac' },
    ]);
  });

  it.each([
    ['H264', 'h264'],
    ['H.265', 'h265'],
    ['JPEG', 'mjpeg'],
    ['MPEG4', 'mpeg4'],
    ['AV1', 'unknown'],
    ['', 'unknown'],
  ])('reads the encoding %j as %s', (encoding, codec) => {
    const xml = `<Profiles token="1"><VideoEncoderConfiguration><Encoding>${encoding}</Encoding></VideoEncoderConfiguration></Profiles>`;
    expect(read(xml)[0]?.codec).toBe(codec);
  });
});
