import { expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { SoundFormat, SoundUnit } from '../../../streams/access-unit.ts';
import { configTag, flvHeader, pictureTag, soundConfigTag, soundTag } from '../../../streams/flv/flv-writer.ts';
import { FlvReader } from '../../../streams/flv/flv-reader.ts';
import { StreamReader } from '../../../streams/flv/stream-reader.ts';
import { RecordingSink } from './recording-sink.ts';
import { format, unit } from './samples.ts';

const sound: SoundFormat = {
  codec: 'aac',
  codecString: 'mp4a.40.2',
  sampleRate: 44_100,
  channels: 2,
  description: Buffer.from('1210', 'hex'),
};
const soundUnit = (pts: number): SoundUnit => ({
  track: 'sound',
  pts,
  wallclock: null,
  receivedAt: 0,
  data: Buffer.from([pts & 255]),
});

it('writes what the reader reads, beyond 24 bits of time too', () => {
  const heard: string[] = [];
  const reader = new FlvReader({
    config: (record) => heard.push(`config ${record.toString('hex')}`),
    picture: (_, start, end, pts) => heard.push(`picture ${pts} ${end - start}`),
    otherCodec: () => heard.push('other'),
    soundConfig: (description) => heard.push(`sound config ${description.toString('hex')}`),
    sound: (_bytes, _start, _end, pts) => heard.push(`sound ${pts}`),
  });
  const late = 2 ** 24 + 40;
  const tags = [
    ...[flvHeader(true), configTag(format, 0), soundConfigTag(sound, 0)!, pictureTag(unit(true, 0), 0)],
    ...[soundTag(sound, soundUnit(23), 23), pictureTag(unit(false, 40), late)],
  ];
  expect(reader.push(Buffer.concat(tags))).toBe(true);
  expect(heard).toEqual(['config 0142c016', 'sound config 1210', 'picture 0 10', 'sound 23', `picture ${late} 10`]);
});

it('gives G.711 no words beforehand', () => {
  expect(soundConfigTag({ ...sound, codec: 'alaw' }, 0)).toBeNull();
  expect(soundTag({ ...sound, codec: 'ulaw' }, soundUnit(7), 0).subarray(11, 13)).toEqual(Buffer.from([0x82, 7]));
});

it('puts sound on the line of the pictures, which may begin anywhere', () => {
  const sps = '6742c01eda02d0f68408840000030004000003000ca3c58ba8';
  const record = Buffer.from(
    `0142c01effe1${(sps.length / 2).toString(16).padStart(4, '0')}${sps}01000468ce3c80`,
    'hex',
  );
  const heard: number[] = [];
  const sink = Object.assign(new RecordingSink(), {
    soundFormat: () => undefined,
    sound: ({ pts }: SoundUnit) => heard.push(pts),
  });
  const signal = new AbortController().signal;
  const reader = new StreamReader({ signal, sink, clock: new ManualClock(0), codecs: ['h264'] });
  const picture = { ...unit(true, 0), data: Buffer.from('00000003658880', 'hex') };
  const begin = 500_000;
  const tags = [
    ...[flvHeader(true), soundConfigTag(sound, begin)!, soundTag(sound, soundUnit(0), begin)],
    ...[configTag({ ...format, description: record }, begin), pictureTag(picture, begin)],
    ...[begin + 23, begin + 46, begin + 46, begin + 20_000].map((time) => soundTag(sound, soundUnit(0), time)),
  ];
  reader.push(Buffer.concat(tags));
  expect(sink.order).toEqual(['format', 'key']);
  expect(heard).toEqual([23, 46]);
});
