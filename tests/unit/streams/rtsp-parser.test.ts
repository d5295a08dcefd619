import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, MAX_HEAD_BYTES, RtspParser } from '../../../streams/rtsp/message-parser.ts';

/** Parses the chunks; answers what was heard, as text, and what was wrong. */
function parse(chunks: Uint8Array[]) {
  const heard: string[] = [];
  const parser = new RtspParser({
    message: ({ status, phrase, headers, body }) =>
      heard.push(`${status} ${phrase} [${headers.get('cseq') ?? ''}] ${body.toString('latin1')}`),
    interleaved: (channel, bytes, start, end) => heard.push(`$${channel} ${bytes.toString('hex', start, end)}`),
  });
  let failure: string | null = null;
  for (const chunk of chunks) failure = parser.push(Buffer.from(chunk));
  return { heard, failure };
}

const text = (value: string) => Buffer.from(value, 'latin1');
const packet = (channel: number, hex: string) => {
  const data = Buffer.from(hex, 'hex');
  return Buffer.concat([Buffer.from([0x24, channel, data.length >> 8, data.length & 255]), data]);
};

const stream = Buffer.concat([
  text('RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS\r\n\r\n'),
  packet(0, 'aabbcc'),
  text('RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n'),
  packet(1, ''),
  text('\r\n'),
  packet(0, '24'.repeat(300)),
  text('OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 9\r\n\r\n'),
  text('RTSP/1.0 404 Not Found\nCSeq: 3\n\n'),
]);
const told = [
  '200 OK [1] ',
  '$0 aabbcc',
  '200 OK [2] v=0\r\n',
  '$1 ',
  `$0 ${'24'.repeat(300)}`,
  '0 OPTIONS rtsp://h/ RTSP/1.0 [9] ',
  '404 Not Found [3] ',
];

describe('RTSP parser', () => {
  it('tells messages and packets apart', () => {
    expect(parse([stream])).toEqual({ heard: told, failure: null });
  });

  it('hears the same whatever the chunks are', () => {
    expect(parse([...stream].map((byte) => Uint8Array.of(byte)))).toEqual({ heard: told, failure: null });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length })), (cuts) => {
        const at = [0, ...new Set(cuts.sort((a, b) => a - b)), stream.length];
        const chunks = at.slice(1).map((end, i) => stream.subarray(at[i], end));
        expect(parse(chunks)).toEqual({ heard: told, failure: null });
      }),
    );
  });

  it('joins folded headers and keeps those that come twice', () => {
    let challenges: string[] = [];
    const parser = new RtspParser({
      message: ({ headers }) => (challenges = headers.all('www-authenticate')),
      interleaved: () => undefined,
    });
    parser.push(text('RTSP/1.0 401 No\r\nWWW-Authenticate: Digest a=1,\r\n b=2\r\nWww-authenticate: Basic\r\n\r\n'));
    expect(challenges).toEqual(['Digest a=1, b=2', 'Basic']);
  });

  it.each([
    ['bytes that begin nothing', [text('\u0001\u0002\u0003')]],
    ['another protocol', [text('HTTP/1.1 400 Bad Request\r\n\r\n')]],
    ['a head without an end', [text('RTSP/1.0 200 OK\r\n'), text('X: y\r\n'.repeat(MAX_HEAD_BYTES / 6))]],
    ['a body that is too large', [text(`RTSP/1.0 200 OK\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`)]],
    ['a length that is no number', [text('RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n')]],
  ])('refuses %s, and everything after it', (_, chunks) => {
    const { heard, failure } = parse([...chunks, text('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n')]);
    expect(failure).not.toBeNull();
    expect(heard).toEqual([]);
  });

  it('takes any bytes without failing otherwise', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .constantFrom('RTSP/1.0 200 OK\r\n', 'CSeq: 1\r\n', 'Content-Length: 7\r\n', '\r\n\r\n', '$\0\0\u0004')
        .map(text),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (chunks) => {
        const { failure } = parse(chunks);
        expect(failure === null || failure.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
