import { spawn } from 'node:child_process';
import ffmpeg from 'fluent-ffmpeg';
import { HEIGHT, WIDTH, type Picture } from './picture.ts';

/** A picture for people, as JPEG. Rejects where ffmpeg cannot. */
export function jpegOf(picture: Picture, ffmpegPath: string): Promise<Buffer> {
  const child = spawn(ffmpegPath, jpegArguments(), { stdio: ['pipe', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => undefined); // followed by `close`
  child.stdin.end(picture);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && chunks.length > 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`ffmpeg made no JPEG: ${code}`));
    });
  });
}

function jpegArguments(): string[] {
  return ffmpeg()
    .input('pipe:0')
    .inputFormat('rawvideo')
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', '-threads 1'])
    .inputOptions(['-pixel_format yuv420p', `-video_size ${WIDTH}x${HEIGHT}`])
    .outputOptions(['-vf scale=in_range=tv:out_range=pc,format=yuvj420p', '-frames:v 1', '-q:v 4'])
    .format('image2pipe')
    .videoCodec('mjpeg')
    .output('pipe:1')
    ._getArguments();
}
