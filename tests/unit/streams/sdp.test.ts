import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { controlUri, parseRtspAddress } from '../../../streams/rtsp/address.ts';
import { parseSdp } from '../../../streams/rtsp/sdp.ts';
import { chooseVideoTrack } from '../../../streams/rtsp/video-track.ts';
import { PPS, SPS } from './rtp-packets.ts';

const choose = (...lines: string[]) => chooseVideoTrack(parseSdp(['v=0', 's=x', ...lines].join('\r\n')));

describe('session description', () => {
  it('of a camera with audio, video and metadata', () => {
    const choice = choose(
      'a=control:*',
      'm=audio 0 RTP/AVP 0',
      'a=control:track1',
      'm=video 0 RTP/AVP 96',
      'a=framerate:25.0',
      'a=control:track2',
      'a=rtpmap:96 H264/90000',
      `a=fmtp:96 packetization-mode=1; profile-level-id=42C016; sprop-parameter-sets=${SPS.toString('base64')},${PPS.toString('base64')}`,
      'm=application 0 RTP/AVP 107',
      'a=rtpmap:107 vnd.onvif.metadata/90000',
      'a=control:track3',
    );
    expect(choice).toEqual({
      found: true,
      track: {
        codec: 'h264',
        payloadType: 96,
        clockRate: 90_000,
        control: 'track2',
        fps: 25,
        parameterSets: [SPS, PPS],
      },
    });
  });

  it('of H.265 with its three kinds of parameter sets', () => {
    const choice = choose(
      'm=video 0 RTP/AVP 98',
      'a=rtpmap:98 H265/90000',
      'a=fmtp:98 sprop-vps=QAE=;sprop-sps=QgE=;sprop-pps=RAE=',
    );
    expect(choice).toMatchObject({
      found: true,
      track: { codec: 'h265', fps: null, control: null, parameterSets: [{ 0: 0x40 }, { 0: 0x42 }, { 0: 0x44 }] },
    });
  });

  it('takes the track it can read where there are several', () => {
    const choice = choose(
      'm=video 0 RTP/AVP 26',
      'a=control:jpeg',
      'm=video 0 RTP/AVP 97',
      'a=control:avc',
      'a=rtpmap:97 h264/90000',
    );
    expect(choice).toMatchObject({ found: true, track: { control: 'avc' } });
  });

  it.each([
    ['no video', ['m=audio 0 RTP/AVP 0'], 'CAMERA_NO_STREAM'],
    ['nothing', [], 'CAMERA_NO_STREAM'],
    ['JPEG', ['m=video 0 RTP/AVP 26'], 'CAMERA_CODEC_UNSUPPORTED'],
    ['MPEG-4', ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 MP4V-ES/90000'], 'CAMERA_CODEC_UNSUPPORTED'],
    [
      'interleaved decoding order',
      ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=2'],
      'CAMERA_PROTOCOL',
    ],
    [
      'decoding order numbers',
      ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H265/90000', 'a=fmtp:96 sprop-max-don-diff=1'],
      'CAMERA_PROTOCOL',
    ],
  ])('with %s is refused', (_, lines, code) => {
    expect(choose(...lines)).toMatchObject({ found: false, code });
  });

  it('is read from anything without failing', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .tuple(fc.constantFrom('m=video ', 'a=rtpmap:96 ', 'a=fmtp:96 ', 'a=control:'), fc.string())
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        expect(typeof choose(...lines).found).toBe('boolean');
        expect(parseSdp(lines.join('\n')).media.length).toBeLessThanOrEqual(32);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('addresses', () => {
  it('lose their credentials and get a port', () => {
    expect(parseRtspAddress('rtsp://user:p%40ss@10.0.0.1/cam/realmonitor?channel=1&subtype=0')).toEqual({
      host: '10.0.0.1',
      port: 554,
      uri: 'rtsp://10.0.0.1/cam/realmonitor?channel=1&subtype=0',
    });
    expect(parseRtspAddress('rtsp://[fe80::1]:8554/x')).toMatchObject({ host: 'fe80::1', port: 8554 });
  });

  it.each(['http://h/', 'rtsps://h/', 'rtsp:', 'h/x', ''])('%j is none of ours', (text) => {
    expect(parseRtspAddress(text)).toBeNull();
  });

  it.each([
    ['rtsp://h/x', 'trackID=0', 'rtsp://h/x/trackID=0'],
    ['rtsp://h/x/', 'trackID=0', 'rtsp://h/x/trackID=0'],
    ['rtsp://h/x?channel=1&subtype=0', 'trackID=0', 'rtsp://h/x?channel=1&subtype=0/trackID=0'],
    ['rtsp://h/x', 'rtsp://10.0.0.9/y', 'rtsp://10.0.0.9/y'],
    ['rtsp://h/x/', '*', 'rtsp://h/x/'],
    ['rtsp://h/x/', null, 'rtsp://h/x/'],
    ['rtsp://h/x', 'a b\r\nEvil: 1', 'rtsp://h/x/abEvil:1'],
  ])('%s with the control %s', (base, control, uri) => {
    expect(controlUri(base, control)).toBe(uri);
  });
});
