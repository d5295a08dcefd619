import { spawn, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import type { SoundUnit } from '../../../streams/access-unit.ts';
import { RtpGate } from '../../../streams/rtsp/rtp-gate.ts';
import { parseSdp } from '../../../streams/rtsp/sdp.ts';
import { SoundReader } from '../../../streams/rtsp/sound-reader.ts';
import { chooseSoundTrack } from '../../../streams/rtsp/sound-track.ts';
import { Synchroniser } from '../../../streams/rtsp/synchroniser.ts';
import { WallClock } from '../../../streams/rtsp/wall-clock.ts';

/** ffmpeg as the camera's microphone: a second of a tone in real time, as RTP to this port. */
async function send(codec: string[], socket: dgram.Socket): Promise<{ sdp: string; packets: Buffer[] }> {
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  const tone = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:duration=1:sample_rate=16000'];
  const to = ['-f', 'rtp', '-sdp_file', 'pipe:1', `rtp://127.0.0.1:${socket.address().port}?rtcpport=9`];
  const child = spawn('ffmpeg', ['-v', 'error', ...tone, ...codec, ...to]);
  let sdp = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (sdp += text));
  await once(child, 'close');
  return { sdp, packets };
}

/** ADTS (ISO/IEC 14496-3, 1.A.2) around frames of AAC-LC, 16 kHz, one channel, so that they can be decoded alone. */
function adts(frame: Buffer): Buffer {
  const length = frame.length + 7;
  return Buffer.concat([
    Buffer.from([0xff, 0xf1, 0x60, 0x40 | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 0x1f, 0xfc]),
    frame,
  ]);
}

it.each([
  ['AAC', ['-c:a', 'aac', '-b:a', '64k', '-ac', '1'], 'aac', adts],
  ['G.711', ['-c:a', 'pcm_alaw', '-ar', '8000', '-ac', '1'], 'alaw', (data: Buffer) => data],
] as const)(
  'takes %s out of RTP as ffmpeg packs it, so that it decodes to a second of sound',
  async (_, encode, input, wrap) => {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { sdp, packets } = await send([...encode], socket);
    socket.close();
    const track = chooseSoundTrack(parseSdp(sdp))!;
    const synchroniser = new Synchroniser();
    synchroniser.picture(0, null, systemClock.monotonic());
    const units: SoundUnit[] = [];
    const wallClock = new WallClock(track.clockRate);
    const clock = systemClock;
    const reader = new SoundReader({ track, wallClock, synchroniser, clock, take: (unit) => units.push(unit) });
    const { payloadType, clockRate } = track;
    const deliver = (bytes: Buffer, start: number, end: number) => reader.packet(bytes, start, end);
    const gate = new RtpGate({ payloadType, clockRate, clock, deliver, switched: () => reader.lose() });
    for (const packet of packets) gate.packet(packet, 0, packet.length);

    const seconds = (units.at(-1)!.pts - units[0]!.pts) / 1000;
    expect(seconds).toBeGreaterThan(0.85);
    expect(seconds).toBeLessThan(1.2);
    const { stdout, stderr } = spawnSync(
      'ffmpeg',
      [
        '-v',
        'error',
        '-f',
        input,
        ...(input === 'alaw' ? ['-ar', '8000'] : []),
        '-i',
        'pipe:0',
        '-f',
        's16le',
        '-ar',
        '16000',
        'pipe:1',
      ],
      { input: Buffer.concat(units.map(({ data }) => wrap(data))) },
    );
    expect(stderr.toString()).toBe('');
    expect(stdout.length / 2 / 16_000).toBeGreaterThan(0.9);
    const loudest = Math.max(
      ...Array.from({ length: 1000 }, (_each, i) => Math.abs(stdout.readInt16LE(2 * (8000 + i)))),
    );
    expect(loudest).toBeGreaterThan(1000);
  },
);
