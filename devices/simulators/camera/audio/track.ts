import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import type { AudioCodec } from '../model.ts';
import { aLaw, muLaw } from './g711.ts';
import { murmur } from './murmur.ts';

/** A sound that goes round and round, ready for RTP. */
export interface AudioTrack {
  payloadType: number;
  /** Of the RTP clock, which is the sampling rate (RFC 3551, 4.1). */
  clockRate: number;
  samplesInPacket: number;
  /** Payloads, one after the other. */
  payloads: readonly Buffer[];
  /** Lines of the session description. */
  attributes: readonly string[];
}

const G711_RATE = 8000;
/** 40 ms: half as many packets as the usual 20. */
const G711_SAMPLES = 320;
const AAC_RATE = 16_000;
const AAC_SAMPLES = 1024;
const AAC_PAYLOAD_TYPE = 97;
/** ISO/IEC 14496-3, 1.6.2.1: AAC-LC, 16 kHz, one channel. */
const AAC_CONFIG = '1408';
const ADTS_HEADER_BYTES = 7;

export async function prepareTrack(codec: AudioCodec, ffmpegPath: string): Promise<AudioTrack> {
  return codec === 'aac' ? aacTrack(await encodeAac(ffmpegPath)) : g711Track(codec);
}

/** RFC 3551, 4.5.14: one byte a sample; payload types 0 and 8 are theirs. */
function g711Track(codec: 'pcmu' | 'pcma'): AudioTrack {
  const bytes = Buffer.from(Array.from(murmur(G711_RATE), codec === 'pcmu' ? muLaw : aLaw));
  const payloadType = codec === 'pcmu' ? 0 : 8;
  return {
    payloadType,
    clockRate: G711_RATE,
    samplesInPacket: G711_SAMPLES,
    payloads: Array.from({ length: bytes.length / G711_SAMPLES }, (_, at) =>
      bytes.subarray(at * G711_SAMPLES, (at + 1) * G711_SAMPLES),
    ),
    attributes: [`a=rtpmap:${payloadType} ${codec.toUpperCase()}/${G711_RATE}`],
  };
}

/** RFC 3640, 3.3.6: AAC-hbr, one access unit a packet behind 16 bits of its size. */
function aacTrack(adts: Buffer): AudioTrack {
  const payloads: Buffer[] = [];
  for (let at = 0; at + ADTS_HEADER_BYTES <= adts.length;) {
    const length = ((adts[at + 3]! & 3) << 11) | (adts[at + 4]! << 3) | (adts[at + 5]! >> 5);
    const unit = adts.subarray(at + ADTS_HEADER_BYTES, at + length);
    const header = Buffer.from([0, 16, unit.length >> 5, (unit.length & 31) << 3]);
    payloads.push(Buffer.concat([header, unit]));
    at += length;
  }
  return {
    payloadType: AAC_PAYLOAD_TYPE,
    clockRate: AAC_RATE,
    samplesInPacket: AAC_SAMPLES,
    payloads,
    attributes: [
      `a=rtpmap:${AAC_PAYLOAD_TYPE} MPEG4-GENERIC/${AAC_RATE}/1`,
      `a=fmtp:${AAC_PAYLOAD_TYPE} streamtype=5;profile-level-id=15;mode=AAC-hbr;sizelength=13;indexlength=3;` +
        `indexdeltalength=3;config=${AAC_CONFIG}`,
    ],
  };
}

async function encodeAac(ffmpegPath: string): Promise<Buffer> {
  const input = ['-f', 'f32le', '-ar', String(AAC_RATE), '-ac', '1', '-i', 'pipe:0'];
  const output = ['-c:a', 'aac', '-b:a', '32k', '-f', 'adts', 'pipe:1'];
  const child = spawn(ffmpegPath, ['-hide_banner', '-loglevel', 'error', ...input, ...output], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  child.on('error', () => child.stdout.destroy());
  child.stdin.end(Buffer.from(murmur(AAC_RATE).buffer));
  return buffer(child.stdout);
}
