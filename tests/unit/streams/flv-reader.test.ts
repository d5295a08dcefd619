import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { FlvReader } from '../../../streams/flv/flv-reader.ts';

const header = Buffer.from('464c5601010000000900000000', 'hex');

function tag(type: number, timestamp: number, data: Buffer): Buffer {
  const head = Buffer.alloc(11);
  head[0] = type;
  head.writeUIntBE(data.length, 1, 3);
  head.writeUIntBE(timestamp & 0xffffff, 4, 3);
  head[7] = timestamp / 2 ** 24;
  const size = Buffer.alloc(4);
  size.writeUInt32BE(11 + data.length);
  return Buffer.concat([head, data, size]);
}

const avc = (packetType: number, composition: number, data: number[]) => {
  const head = Buffer.from([0x17, packetType, 0, 0, 0]);
  head.writeIntBE(composition, 2, 3);
  return Buffer.concat([head, Buffer.from(data)]);
};

function read(chunks: Uint8Array[]) {
  const heard: string[] = [];
  const reader = new FlvReader({
    config: (record, codec) => heard.push(`${codec === 'h264' ? '' : `${codec} `}config ${record.toString('hex')}`),
    picture: (bytes, start, end, pts) => heard.push(`picture ${pts} ${bytes.toString('hex', start, end)}`),
    otherCodec: () => heard.push('other'),
    soundConfig: (description) => heard.push(`sound config ${description.toString('hex')}`),
    sound: (bytes, start, end, pts) => heard.push(`sound ${pts} ${bytes.toString('hex', start, end)}`),
  });
  const good = chunks.map((chunk) => reader.push(Buffer.from(chunk))).every(Boolean);
  return { heard, good };
}

describe('FLV reader', () => {
  const stream = Buffer.concat([
    header,
    tag(18, 0, Buffer.from('onMetaData')),
    tag(9, 0, avc(0, 0, [1, 2, 3])),
    tag(9, 40, avc(1, 0, [0, 0, 0, 1, 0x65])),
    tag(9, 0x01000000, avc(1, 80, [4])),
    tag(9, 100, avc(1, -20, [5])),
    tag(9, 120, avc(2, 0, [])),
  ]);
  const told = ['config 010203', 'picture 40 0000000165', `picture ${0x01000000 + 80} 04`, 'picture 80 05'];

  it('reads configuration and pictures, whatever the chunks are', () => {
    expect(read([stream])).toEqual({ heard: told, good: true });
    expect(read([...stream].map((byte) => Uint8Array.of(byte)))).toEqual({ heard: told, good: true });
  });

  it('reads H.265 as enhanced RTMP has it', () => {
    const enhanced = (packetType: number, data: number[]) =>
      Buffer.concat([Buffer.from([0x90 | packetType]), Buffer.from('hvc1'), Buffer.from(data)]);
    const tags = [
      tag(9, 0, enhanced(0, [7, 8, 9])),
      tag(9, 40, enhanced(1, [0, 0, 80, 1, 2])),
      tag(9, 80, enhanced(3, [3])),
      tag(9, 80, enhanced(1, [])),
      tag(9, 120, enhanced(2, [])),
      tag(9, 160, Buffer.from('\x90av01....')),
    ];
    expect(read([header, ...tags]).heard).toEqual(['h265 config 070809', 'picture 120 0102', 'picture 80 03', 'other']);
  });

  it('reads AAC, and passes over other sound', () => {
    const tags = [
      tag(8, 0, Buffer.from([0xaf, 0, 0x12, 0x10])),
      tag(8, 23, Buffer.from([0xaf, 1, 1, 2, 3])),
      tag(8, 23, Buffer.from([0x2f, 1, 1])),
      tag(8, 46, Buffer.from([0xaf])),
    ];
    expect(read([header, ...tags]).heard).toEqual(['sound config 1210', 'sound 23 010203']);
  });

  it('says when the video is of another codec', () => {
    expect(read([header, tag(9, 0, Buffer.from([0x19, 1, 2, 3, 4, 5]))]).heard).toEqual(['other']);
  });

  it('refuses what is not FLV, and tags that cannot be', () => {
    expect(read([Buffer.from('this is no video at all')]).good).toBe(false);
    expect(read([header, Buffer.from([9, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0])]).good).toBe(false);
  });

  it('takes any bytes without failing otherwise', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
        expect(typeof read([header, ...chunks]).good).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});
