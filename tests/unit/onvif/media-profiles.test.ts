import { describe, expect, it } from 'vitest';
import { chooseRoles, readProfiles, type VideoProfile } from '../../../devices/onvif/media-profiles.ts';
import { child, readXml } from '../../../devices/onvif/soap.ts';

function profile(token: string, width: number, height: number, more: Partial<VideoProfile> = {}): VideoProfile {
  return { token, name: token, source: 'v0', codec: 'h264', width, height, fps: 25, ...more };
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
    ).toEqual([{ token: '1', name: '', source: '', codec: 'h264', width: 0, height: 0, fps: 0 }]);
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
