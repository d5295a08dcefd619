import { spawn } from 'node:child_process';
import { once } from 'node:events';
import ffmpeg from 'fluent-ffmpeg';
import type { MaskRegion } from '#contract/privacy.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { LastWords } from '../ffmpeg/failure.ts';
import { maskFilters } from '../ffmpeg/mask-filter.ts';

export interface PictureRequest {
  /** An MP4 file of some pictures. */
  movie: Buffer[];
  /** Which of them, from 0. */
  index: number;
  /** Not wider than this. */
  width: number;
  /** Lines to burn in at the bottom; none: as it is. */
  lines: readonly string[];
  /** What is covered of it. */
  masks: readonly MaskRegion[];
}

export interface PictureTools {
  ffmpegPath: string;
  clock: Clock;
}

const ANSWER_WITHIN_MS = 10_000;
/** What fontconfig is to find: fonts with Chinese letters first, and whatever there is at last. */
const FONTS = 'Noto Sans CJK SC,Source Han Sans SC,WenQuanYi Micro Hei,WenQuanYi Zen Hei,DejaVu Sans';

/** One picture as JPEG. @throws AppError FOOTAGE_UNREADABLE, FFMPEG_MISSING */
export async function makePicture(request: PictureRequest, { ffmpegPath, clock }: PictureTools): Promise<Buffer> {
  const child = spawn(ffmpegPath, pictureArguments(request), { stdio: ['pipe', 'pipe', 'pipe'] });
  const words = new LastWords();
  const chunks: Buffer[] = [];
  const cancel = clock.after(ANSWER_WITHIN_MS, () => child.kill('SIGKILL'));
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  child.stdin.on('error', () => undefined); // it may have seen enough; `close` follows
  for (const piece of request.movie) child.stdin.write(piece);
  child.stdin.end();
  try {
    await once(child, 'close');
  } catch (error) {
    throw new AppError('FFMPEG_MISSING', (error as Error).message, { cause: error });
  } finally {
    cancel();
  }
  if (chunks.length === 0)
    throw new AppError('FOOTAGE_UNREADABLE', words.lines.at(-1) ?? 'ffmpeg ended without a word');
  return Buffer.concat(chunks);
}

/** Whether this ffmpeg can write letters into a picture. */
export async function drawsText(ffmpegPath: string): Promise<boolean> {
  const child = spawn(ffmpegPath, ['-hide_banner', '-filters'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close').catch(() => undefined);
  return /\sdrawtext\s/.test(text);
}

export function pictureArguments({ index, width, lines, masks }: Omit<PictureRequest, 'movie'>): string[] {
  const filters = [
    ...(index > 0 ? [`select=eq(n\\,${index})`] : []),
    ...maskFilters(masks),
    `scale=min(iw\\,${width}):-2:in_range=tv:out_range=pc,format=yuvj420p`,
    ...lines.map((line, i) => drawText(line, lines.length - i)),
  ];
  return ffmpeg()
    .input('pipe:0')
    .inputFormat('mp4')
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', '-threads 1'])
    .noAudio()
    .outputOptions(['-vf', filters.join(',')])
    .outputOptions(['-frames:v 1', '-fps_mode passthrough', '-q:v 4', '-threads 1'])
    .format('image2pipe')
    .videoCodec('mjpeg')
    .output('pipe:1')
    ._getArguments();
}

/** White on a dark band, so many lines above the lower edge. */
function drawText(line: string, fromBottom: number): string {
  const size = 'max(16\\,h/30)';
  const place = `x=h/60:y=h-${fromBottom}*1.5*${size}`;
  const look = `fontcolor=white:fontsize=${size}:box=1:boxcolor=black@0.6:boxborderw=6`;
  return `drawtext=expansion=none:font='${FONTS}':text=${escaped(line)}:${place}:${look}`;
}

/** Once for the value of an option and once for the graph of filters (ffmpeg-utils, 2.1; ffmpeg-filters, 4.1). */
function escaped(text: string): string {
  const value = text.replace(/[\\':]/g, '\\$&');
  return value.replace(/[\\'[\],;]/g, '\\$&');
}
