import { fc, test } from './property.ts';
import { describe, expect, it } from 'vitest';
import { formatAnswer, RtspReader } from '../../../devices/simulators/camera/rtsp/message.ts';

const request = Buffer.from(
  'SETUP rtsp://127.0.0.1/w07/sub/trackID=0 RTSP/1.0\r\nCSeq: 3\r\ntransport:RTP/AVP/TCP\r\nContent-Length: 4\r\n\r\nbody',
);
const packet = Buffer.from([0x24, 1, 0, 3, 7, 8, 9]);

describe('what arrives on an RTSP connection', () => {
  test(
    'is the same however the bytes are cut',
    fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }),
    (cuts) => {
      const bytes = Buffer.concat([request, packet, request]);
      const reader = new RtspReader();
      const items = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        items.push(...reader.push(bytes.subarray(at, at + cut)));
        at += cut;
      }
      expect(items.map(({ type }) => type)).toEqual(['request', 'interleaved', 'request']);
      expect(items[0]).toMatchObject({ request: { method: 'SETUP', url: 'rtsp://127.0.0.1/w07/sub/trackID=0' } });
      expect(items[1]).toMatchObject({ channel: 1, data: Buffer.from([7, 8, 9]) });
    },
  );

  it('has header names in lower case', () => {
    const [item] = new RtspReader().push(request);
    expect(item).toMatchObject({ type: 'request' });
    if (item?.type === 'request') expect(item.request.headers.get('transport')).toBe('RTP/AVP/TCP');
  });

  it.each([
    ['another protocol', 'GET / HTTP/1.1\r\n\r\n'],
    ['a header without a colon', 'OPTIONS * RTSP/1.0\r\nnonsense\r\n\r\n'],
    ['a body of no length', 'OPTIONS * RTSP/1.0\r\nContent-Length: x\r\n\r\n'],
    ['a body without end', 'OPTIONS * RTSP/1.0\r\nContent-Length: 9999999\r\n\r\n'],
    ['a head without end', `OPTIONS * RTSP/1.0\r\nX: ${'x'.repeat(20_000)}`],
  ])('is refused when it is %s', (_, text) => {
    expect(new RtspReader().push(Buffer.from(text))).toEqual([{ type: 'malformed' }]);
  });
});

describe('an answer', () => {
  it('tells the length of its body in bytes', () => {
    const text = formatAnswer({ status: 200, body: { type: 'application/sdp', text: 's=窗口' } }, '7');
    expect(text).toContain('RTSP/1.0 200 OK\r\nCSeq: 7\r\n');
    expect(text).toContain('Content-Length: 8\r\n\r\ns=窗口');
  });
});
