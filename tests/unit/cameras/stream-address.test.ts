import { describe, expect, it } from 'vitest';
import { onHost, parseStreamAddress } from '#lib/stream-address.ts';

describe('a stream address', () => {
  it.each([
    ['rtsp://10.0.0.7/a', 'rtsp://10.0.0.7/a', '10.0.0.7', '', ''],
    [' RTSP://Cam:554/A?b=c&d=%2F#e ', 'rtsp://Cam:554/A?b=c&d=%2F#e', 'cam', '', ''],
    ['rtsp://admin:12%2034@10.0.0.7:8554/a', 'rtsp://10.0.0.7:8554/a', '10.0.0.7', 'admin', '12 34'],
    ['rtsp://admin:p@ss:w@10.0.0.7/a', 'rtsp://10.0.0.7/a', '10.0.0.7', 'admin', 'p@ss:w'],
    ['rtsp://admin:100%@10.0.0.7/a', 'rtsp://10.0.0.7/a', '10.0.0.7', 'admin', '100%'],
    ['rtsp://admin@10.0.0.7', 'rtsp://10.0.0.7', '10.0.0.7', 'admin', ''],
    ['rtsps://[fe80::1]:322/x@y', 'rtsps://[fe80::1]:322/x@y', '[fe80::1]', '', ''],
    ['rtsp://10.0.0.7?x=1', 'rtsp://10.0.0.7?x=1', '10.0.0.7', '', ''],
  ])('%s is taken apart', (text, address, host, username, password) => {
    expect(parseStreamAddress(text)).toEqual({ address, host, username, password });
  });

  it.each([
    '',
    'rtsp://',
    'http://10.0.0.7/a',
    'rtsp:///a',
    'rtsp://a b/c',
    'rtsp://10.0.0.7:99999999/a',
    '10.0.0.7/a',
    'rtsp://u:p@/a',
  ])('%j is none', (text) => {
    expect(parseStreamAddress(text)).toBeNull();
  });

  it.each([
    ['rtsp://192.168.1.64:8554/a?b=192.168.1.64', '10.0.0.7', 'rtsp://10.0.0.7:8554/a?b=192.168.1.64'],
    ['rtsp://[fe80::1]/a', '10.0.0.7', 'rtsp://10.0.0.7/a'],
    ['rtsp://cam.local/a', '[fd00::7]', 'rtsp://[fd00::7]/a'],
    ['rtsp://CAM/a', 'cam', 'rtsp://CAM/a'],
    ['rtsp://cam/a', '$1', 'rtsp://$1/a'],
  ])('%s moves to %s', (text, host, moved) => {
    expect(onHost(parseStreamAddress(text)!, host)).toBe(moved);
  });
});
