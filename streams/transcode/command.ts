import ffmpeg from 'fluent-ffmpeg';
import type { MaskRegion } from '#contract/privacy.ts';
import { maskFilters } from '../ffmpeg/mask-filter.ts';

/** Larger pictures are made this wide: who needs them whole watches with a browser that has H.265. */
const MAX_WIDTH = 1920;

/**
 * The arguments for an ffmpeg that reads fragmented MP4 with H.265, or H.264 of which parts are covered, and writes FLV with H.264: each picture as soon as it
 * is there, with the time it came with. No B-frames and no look-ahead, and a key frame every two seconds for who joins.
 * Without `-fflags nobuffer`, with which the key frame that it reads to know the stream is thrown away.
 */
export function transcodeArguments(masks: readonly MaskRegion[] = []): string[] {
  const filters = [...maskFilters(masks), `scale=w=trunc(min(${MAX_WIDTH}\\,iw)/2)*2:h=-2`];
  return ffmpeg()
    .input('pipe:0')
    .inputFormat('mp4')
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', '-flags low_delay'])
    .inputOptions(['-threads 1', '-analyzeduration 0', '-fpsprobesize 0'])
    .noAudio()
    .videoCodec('libx264')
    .outputOptions(['-preset ultrafast', '-tune zerolatency', '-pix_fmt yuv420p', '-threads 2'])
    .outputOptions(['-crf 24', '-maxrate 4M', '-bufsize 2M', '-force_key_frames expr:gte(t,n_forced*2)'])
    .outputOptions(['-vf', filters.join(','), '-fps_mode', 'passthrough'])
    .outputOptions(['-flush_packets 1', '-flvflags no_duration_filesize+no_metadata'])
    .format('flv')
    .output('pipe:1')
    ._getArguments();
}
