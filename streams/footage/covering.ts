import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import ffmpeg from 'fluent-ffmpeg';
import type { MaskRegion } from '#contract/privacy.ts';
import { AppError } from '#lib/app-error.ts';
import { LastWords } from '../ffmpeg/failure.ts';
import { maskFilters } from '../ffmpeg/mask-filter.ts';
import { yieldToOthers } from '../ffmpeg/yield-to-others.ts';

export interface CoverOrder {
  /** An MP4 file, as it was cut. */
  path: string;
  /** Where the covered one goes. */
  target: string;
  masks: readonly MaskRegion[];
  signal: AbortSignal;
}

/**
 * Makes an exported film anew with parts of its pictures covered, for whoever may not see what is under them. Rejects with the
 * reason of the signal, EXPORT_DISK_FULL, EXPORT_FAILED, FFMPEG_MISSING.
 */
export async function coverMovie(
  ffmpegPath: string,
  { signal, ...order }: CoverOrder,
): Promise<{ bytes: number; sha256: string }> {
  signal.throwIfAborted();
  const child = spawn(ffmpegPath, coverArguments(order), { stdio: ['ignore', 'ignore', 'pipe'] });
  yieldToOthers(child);
  const words = new LastWords();
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  try {
    const [code] = (await once(child, 'close').catch((error: unknown) => {
      throw new AppError('FFMPEG_MISSING', (error as Error).message, { cause: error });
    })) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw failure(words.lines);
  } finally {
    signal.removeEventListener('abort', end);
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(order.target), hash, { signal });
  return { bytes: (await stat(order.target)).size, sha256: hash.digest('hex') };
}

/** Every picture keeps the time that it has; whatever sound there is becomes what every player has. */
function coverArguments({ path, target, masks }: Omit<CoverOrder, 'signal'>): string[] {
  return ffmpeg()
    .input(path)
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', '-nostdin'])
    .outputOptions(['-map 0:v:0', '-map 0:a:0?', '-c:a aac'])
    .videoCodec('libx264')
    .outputOptions(['-preset veryfast', '-pix_fmt yuv420p', '-crf 20', '-fps_mode passthrough'])
    .outputOptions(['-vf', [...maskFilters(masks), 'scale=w=trunc(iw/2)*2:h=trunc(ih/2)*2'].join(',')])
    .outputOptions(['-video_track_timescale', '90000', '-movflags +faststart', '-y'])
    .format('mp4')
    .output(target)
    ._getArguments();
}

function failure(lines: readonly string[]): AppError {
  const isFull = lines.some((line) => /No space left|Disk quota/i.test(line));
  return new AppError(isFull ? 'EXPORT_DISK_FULL' : 'EXPORT_FAILED', lines.at(-1) ?? 'ffmpeg ended without a word');
}
