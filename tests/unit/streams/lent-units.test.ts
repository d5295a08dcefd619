import { describe, expect, it } from 'vitest';
import { LIVE_FLAG_SOUND, LIVE_HEADER_BYTES, type LiveFormat } from '#contract/live.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import type { AccessUnit, SoundUnit } from '../../../streams/access-unit.ts';
import { createEncoding } from '../../../streams/gateway/encoding.ts';
import { FlvViewer } from '../../../streams/gateway/flv-viewer.ts';
import { LiveViewer } from '../../../streams/gateway/live-viewer.ts';
import type { Message } from '../../../streams/gateway/message.ts';
import type { Hub } from '../../../streams/hub.ts';
import { H264Stream } from '../../../streams/transcode/h264-stream.ts';
import { TranscodeSlots } from '../../../streams/transcode/slots.ts';
import { LendingHub, lend } from '../../helpers/lending-hub.ts';
import { format, sound, soundFormat, state, unit } from './samples.ts';

const FLV_PICTURE_AT = 11 + 5;
const FLV_SOUND_AT = 11 + 1;
const FLV_VIDEO = 9;
const FLV_AUDIO = 8;

const clock = new ManualClock(0);
const ends = { clock, onSkipped: () => undefined, onOver: () => undefined };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What a tile reads off its wire: the data of pictures and of sounds. */
function openTile(hub: Hub, name: LiveFormat) {
  const sent: Buffer[] = [];
  const pass = (message: Message) => {
    const left = message.hold();
    sent.push(Buffer.from(message.bytes));
    left();
  };
  const send = (data: string | Buffer) => void (Buffer.isBuffer(data) && sent.push(data));
  const wire = { bufferedAmount: 0, send, pass };
  const viewer = new LiveViewer({ wire, encoding: createEncoding(name), ...ends });
  viewer.ask({ type: 'sound', on: true });
  hub.join(viewer);
  const isSound = (bytes: Buffer) => name === 'units' && bytes[0] === LIVE_FLAG_SOUND;
  return {
    pictures: () => sent.filter((bytes) => !isSound(bytes)),
    sounds: () => sent.filter(isSound).map((bytes) => hex(bytes.subarray(LIVE_HEADER_BYTES))),
  };
}

function openPlayer(hub: Hub) {
  const tags: Buffer[] = [];
  hub.join(new FlvViewer({ wire: { writableLength: 0, write: (data) => void tags.push(data) }, ...ends }));
  const bodies = (type: number, at: number) =>
    tags.filter((tag) => tag[0] === type).map((tag) => hex(tag.subarray(at, -4)));
  // The first tag of pictures is their configuration.
  return { pictures: () => bodies(FLV_VIDEO, FLV_PICTURE_AT).slice(1), sounds: () => bodies(FLV_AUDIO, FLV_SOUND_AT) };
}

/** A stream whose bytes are gone when each call is over. */
function play(hub: Hub, units: (AccessUnit | SoundUnit)[]): void {
  for (const each of units) {
    if (each.track === 'sound') lend(each, (lent) => hub.pushSound(lent));
    else lend(each, (lent) => hub.push(lent));
  }
}

/** In the second group of pictures, which lies where the first and larger one was. */
function openHub(): LendingHub {
  const hub = new LendingHub({ state, onViewers: () => undefined });
  hub.setFormat(format);
  hub.setSoundFormat(soundFormat);
  play(hub, [unit(true, 1, 9000), unit(false, 2, 70_000), unit(true, 3, 500), unit(false, 4, 300)]);
  return hub;
}

const now = [unit(false, 5, 20_000), sound(6), unit(true, 7, 100), sound(8), unit(false, 9, 200)];
const pictures = [
  unit(true, 3, 500),
  unit(false, 4, 300),
  unit(false, 5, 20_000),
  unit(true, 7, 100),
  unit(false, 9, 200),
];
const shown = pictures.map(({ data }) => hex(data));
const heard = [6, 8].map((pts) => hex(sound(pts).data));

describe('bytes that are lent for a call', () => {
  it('reach a tile that decodes units', () => {
    const hub = openHub();
    const tile = openTile(hub, 'units');
    play(hub, now);
    expect(tile.pictures().map((bytes) => hex(bytes.subarray(LIVE_HEADER_BYTES)))).toEqual(shown);
    expect(tile.sounds()).toEqual(heard);
  });

  it('reach a tile that plays fragmented MP4', () => {
    const hub = openHub();
    const tile = openTile(hub, 'fmp4');
    play(hub, now);
    const [, ...fragments] = tile.pictures();
    expect(fragments.map((bytes, i) => hex(bytes.subarray(-pictures[i]!.data.length)))).toEqual(shown);
  });

  it('reach a player of FLV', () => {
    const hub = openHub();
    const player = openPlayer(hub);
    play(hub, now);
    expect(player.pictures()).toEqual(shown);
    expect(player.sounds()).toEqual(heard);
  });

  it('reach who decodes H.264 only', () => {
    const hub = openHub();
    const slots = new TranscodeSlots({ max: 1 });
    const stream = new H264Stream({ source: hub, slots, clock, log: silentLogger, ffmpegPath: 'ffmpeg' });
    const [first, later] = [openPlayer(stream.open()), () => openPlayer(stream.open())];
    play(hub, now);
    expect(first.pictures()).toEqual(shown);
    expect(first.sounds()).toEqual(heard);
    expect(later().pictures()).toEqual(shown.slice(-2));
  });
});
