import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ffmpeg from 'fluent-ffmpeg';
import type { MaskRegion } from '#contract/privacy.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { LastWords } from '../ffmpeg/failure.ts';
import { maskFilters } from '../ffmpeg/mask-filter.ts';
import { yieldToOthers } from '../ffmpeg/yield-to-others.ts';
import type { Beginning } from './key-pictures.ts';
import { Turns } from './turns.ts';

/** Larger pictures are made this wide: who needs them whole watches with a browser that has H.265. */
const MAX_WIDTH = 1920;
/** Ten seconds of pictures; who reads slowly has that long. */
const OVER_AFTER_MS = 60_000;

export interface ConversionTools {
  ffmpegPath: string;
  clock: Clock;
  /** Files that are converted at a time; 0: none ever is. */
  conversions: number;
}

/** What is to be converted. */
export interface ConversionOrder extends Beginning {
  path: string;
  bytes: number;
  /** Its key pictures alone, without sound. */
  keys: boolean;
  /** AAC stays as it is, G.711 becomes FLAC: no browser takes it in MP4. Null: it has none. */
  sound: 'aac' | 'g711' | null;
  /** What is covered of each picture. */
  masks: readonly MaskRegion[];
}

/**
 * Makes H.264 of files of footage, for browsers that do not decode H.265 and for people who may not see all of it, and only while
 * somebody waits for it.
 */
export class Conversions {
  readonly #tools: ConversionTools;
  readonly #turns: Turns;

  constructor(tools: ConversionTools) {
    this.#tools = tools;
    this.#turns = new Turns(tools.conversions);
  }

  /**
   * Fragmented MP4, as it is made, its pictures and sound at the times that they have in the file. It ends when `signal` does.
   * Throws TRANSCODE_BUSY, FOOTAGE_BUSY, FOOTAGE_AWAY, FOOTAGE_UNREADABLE, FFMPEG_MISSING.
   */
  async convert({ path, bytes, head, rest, ...wanted }: ConversionOrder, signal: AbortSignal): Promise<Readable> {
    const { ffmpegPath, clock, conversions } = this.#tools;
    if (conversions === 0) throw new AppError('TRANSCODE_BUSY');
    await this.#turns.take();
    const child = spawn(ffmpegPath, conversionArguments(wanted), { signal });
    yieldToOthers(child);
    const words = new LastWords();
    const cancel = clock.after(OVER_AFTER_MS, () => child.kill('SIGKILL'));
    child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
    let failure: AppError | null = null;
    child.on('error', (error) => {
      if (!signal.aborted) failure ??= new AppError('FFMPEG_MISSING', error.message, { cause: error });
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() => {
      cancel();
      this.#turns.giveBack();
    });
    const source = async function* () {
      yield* head;
      if (rest < bytes) yield* createReadStream(path, { start: rest, end: bytes - 1 });
    };
    pipeline(source, child.stdin).catch((error: NodeJS.ErrnoException) => {
      // it may have seen enough; what it says of itself comes with its end
      if (error.code === 'ENOENT') failure ??= new AppError('FOOTAGE_AWAY', error.code, { cause: error });
    });
    const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    // so that a file that cannot be converted is answered by its code
    const first = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
    const unreadable = () => failure ?? new AppError('FOOTAGE_UNREADABLE', words.lines.at(-1) ?? 'ffmpeg made nothing');
    if (first.done) {
      await ended;
      throw unreadable();
    }
    const content = async function* () {
      for (let next: IteratorResult<Buffer> = first; !next.done; next = await chunks.next()) yield next.value;
      if ((await ended) !== 0) throw unreadable();
    };
    return Readable.from(content(), { objectMode: false });
  }
}

/** No B-frames, a key picture each second as the recorder's own files have, and each picture with the time that it had. */
export function conversionArguments({
  keys,
  sound,
  masks,
}: Pick<ConversionOrder, 'keys' | 'sound' | 'masks'>): string[] {
  const soundCoding = sound === 'aac' ? ['-c:a copy'] : ['-c:a flac', '-strict -2'];
  const filters = [...maskFilters(masks), `scale=w=trunc(min(${MAX_WIDTH}\\,iw)/2)*2:h=-2`];
  return ffmpeg()
    .input('pipe:0')
    .inputFormat('mp4')
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', ...(keys ? ['-skip_frame nokey'] : [])])
    .inputOptions(['-threads 1', '-copyts'])
    .outputOptions(['-map 0:v:0', ...(keys || sound === null ? [] : ['-map 0:a:0', ...soundCoding])])
    .videoCodec('libx264')
    .outputOptions(['-preset ultrafast', '-tune zerolatency', '-pix_fmt yuv420p', '-threads 2', '-crf 23'])
    .outputOptions([
      '-force_key_frames expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+1))',
      '-fps_mode passthrough',
    ])
    .outputOptions(['-vf', filters.join(','), '-video_track_timescale', '90000'])
    .outputOptions(['-movflags empty_moov+default_base_moof+frag_keyframe+frag_discont', '-frag_duration 500000'])
    .outputOptions(['-avoid_negative_ts disabled'])
    .format('mp4')
    .output('pipe:1')
    ._getArguments();
}
