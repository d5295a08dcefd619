import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '#lib/app-error.ts';

/** The oldest ffmpeg whose options and behaviour the sources were written for. */
const OLDEST = [5, 1] as const;
const TIMEOUT_MS = 5000;

export type FfmpegCheck =
  { ok: true; version: string } | { ok: false; code: 'FFMPEG_MISSING' | 'FFMPEG_TOO_OLD'; detail: string };

/** Asks the ffmpeg at this path for its version. */
export async function checkFfmpeg(path: string, signal?: AbortSignal): Promise<FfmpegCheck> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-version'], { timeout: TIMEOUT_MS, signal });
    return judgeFfmpeg(stdout.split('\n', 1)[0]!.trim());
  } catch (error) {
    return { ok: false, code: 'FFMPEG_MISSING', detail: `${path}: ${messageOf(error)}` };
  }
}

/**
 * Judges the first line of `ffmpeg -version`. Releases say `ffmpeg version 5.1.6-0+deb12u1` or `n7.1`; builds from the
 * repository carry no number and count as new.
 */
export function judgeFfmpeg(line: string): FfmpegCheck {
  const word = /^ffmpeg version (\S+)/.exec(line)?.[1];
  if (!word) return { ok: false, code: 'FFMPEG_MISSING', detail: `not an ffmpeg: ${line.slice(0, 100)}` };
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(word) ?? [];
  if (major === undefined) return { ok: true, version: word };
  const newEnough = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  return newEnough ? { ok: true, version: word } : { ok: false, code: 'FFMPEG_TOO_OLD', detail: `found ${word}` };
}
