import { spawnSync } from 'node:child_process';

export interface Decoded {
  frames: number;
  /** What the decoder had to say; empty for a clean stream. */
  complaints: string;
}

/** Decodes every picture with ffmpeg; `demuxer` is its name for what the bytes are. */
export function decode(demuxer: 'h264' | 'hevc' | 'mp4', bytes: Buffer, width: number, height: number): Decoded {
  const args = ['-v', 'warning', '-f', demuxer, '-i', 'pipe:0', '-fps_mode', 'passthrough'];
  const output = ['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const run = spawnSync('ffmpeg', [...args, ...output], { input: bytes, maxBuffer: 2 ** 28 });
  return { frames: run.stdout.length / (width * height), complaints: run.stderr.toString() };
}
