import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { GOP_SECONDS, type Profile, type VideoCodec } from '../model.ts';
import { AviReader } from './avi.ts';
import { FlvReader, type ParameterSets } from './flv.ts';

export interface EncoderDependencies {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  profile: Profile;
  codec: VideoCodec;
  /** Sends the profile's bit rate whatever the picture, filled up where that needs less. */
  constantRate?: boolean;
}

/** A coded picture. `capturedAt` is what was handed in with its frame. */
export interface CodedPicture {
  key: boolean;
  nals: Buffer[];
  capturedAt: number;
}

/** Frames that may be on their way into ffmpeg; a further one is refused, so a stalled encoder costs no memory. */
const MAX_FRAMES_IN_PIPE = 2;
const QUIT_MS = 2000;

/**
 * One x264 or x265 in an ffmpeg child: raw yuv420p frames go in by its standard input, coded pictures come out in the same order.
 * The child ends by itself when its input ends, so it does not outlive this process however that one ends.
 */
export class Encoder {
  readonly picture = new Emitter<CodedPicture>();
  readonly parameters = new Emitter<ParameterSets>();
  /** The child is gone; emitted once. Null when it ended as asked. */
  readonly ended = new Emitter<string | null>();
  readonly #deps: EncoderDependencies;
  readonly #captureTimes: number[] = [];
  #child: ChildProcessWithoutNullStreams | null = null;
  #framesInPipe = 0;
  #stopping = false;
  #over = false;

  constructor(deps: EncoderDependencies) {
    this.#deps = deps;
  }

  /** The child is gone. */
  get isOver(): boolean {
    return this.#over;
  }

  start(): void {
    if (this.#child) return;
    const child = spawn(this.#deps.ffmpegPath, encoderArguments(this.#deps));
    this.#child = child;
    const reader = this.#deps.codec === 'h264' ? new FlvReader() : new AviReader();
    let words = '';
    let failure: string | null = null;
    child.stdout.on('data', (chunk: Buffer) => {
      for (const item of reader.push(chunk)) {
        if (item.type === 'parameters') this.parameters.emit(item.sets);
        else
          this.picture.emit({ key: item.key, nals: item.nals, capturedAt: this.#captureTimes.shift() ?? Number.NaN });
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-500);
    });
    child.on('error', (error) => {
      failure = messageOf(error);
    });
    // A broken pipe is told by `close` as well, with what ffmpeg said.
    child.stdin.on('error', () => undefined);
    child.on('close', (code, signal) => {
      this.#over = true;
      this.ended.emit(this.#stopping ? null : (failure ?? (words.trim() || `ended with ${code ?? signal}`)));
    });
  }

  /** Takes a frame, which must stay unchanged until `whenFree`; false when the pipe is full and it was not taken. */
  write(frame: Uint8Array, capturedAt: number, whenFree: () => void): boolean {
    const child = this.#child;
    if (!child || this.#framesInPipe >= MAX_FRAMES_IN_PIPE || !child.stdin.writable) return false;
    this.#framesInPipe += 1;
    this.#captureTimes.push(capturedAt);
    child.stdin.write(frame, () => {
      this.#framesInPipe -= 1;
      whenFree();
    });
    return true;
  }

  /** Ends the input, then waits for the child to leave; one that does not is killed. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#stopping = true;
    if (!child || this.#over) return;
    const closed = once(child, 'close');
    child.stdin.end();
    const cancel = this.#deps.clock.after(QUIT_MS, () => child.kill('SIGKILL'));
    await closed;
    cancel();
  }
}

/**
 * Encodes one grey frame to learn the parameter sets of a profile, which depend on its settings alone. Streams can then be
 * described before anything is encoded.
 * @throws AppError FFMPEG_MISSING where ffmpeg or its x264 cannot be used.
 */
export async function probeParameterSets(deps: EncoderDependencies): Promise<ParameterSets> {
  const encoder = new Encoder(deps);
  const answer = new Promise<ParameterSets>((resolve, reject) => {
    encoder.parameters.on(resolve);
    encoder.ended.on((words) =>
      reject(new AppError('FFMPEG_MISSING', `${deps.ffmpegPath}: ${words ?? 'no parameter sets'}`)),
    );
  });
  encoder.start();
  const { width, height } = deps.profile;
  encoder.write(new Uint8Array((width * height * 3) / 2).fill(128), 0, () => undefined);
  try {
    return await answer;
  } finally {
    await encoder.stop();
  }
}

/** Pictures leave as they come: no look-ahead, no B pictures, one thread, every output flushed. */
function encoderArguments(deps: EncoderDependencies): string[] {
  const { width, height, fps } = deps.profile;
  return [
    ...['-hide_banner', '-loglevel', 'error', '-nostats', '-threads', '1'],
    // Not `-fflags nobuffer`: it keeps every frame back until the next one (ffmpeg 5.1).
    ...['-probesize', '32', '-analyzeduration', '0'],
    ...['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${width}x${height}`, '-framerate', String(fps)],
    ...['-i', 'pipe:0', '-map', '0:v', '-vsync', 'passthrough', '-preset', 'ultrafast', '-tune', 'zerolatency'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...(deps.codec === 'h264' ? x264Arguments(deps) : x265Arguments(deps)),
    ...['-flush_packets', '1', 'pipe:1'],
  ];
}

function x264Arguments({ profile, constantRate = false }: EncoderDependencies): string[] {
  const gop = profile.fps * GOP_SECONDS;
  const rate = `${profile.bitrate}k`;
  const cap = ['-maxrate', rate, '-bufsize', rate];
  // Sub streams run all the time, so they have one quantiser: without rate control x264 takes a third less.
  const control = constantRate
    ? ['-b:v', rate, '-minrate', rate, ...cap]
    : profile.role === 'sub'
      ? ['-qp', '26']
      : ['-crf', '23', ...cap];
  const filled = constantRate ? ':nal-hrd=cbr' : '';
  return [
    ...['-c:v', 'libx264', '-profile:v', 'baseline', ...control],
    ...['-x264-params', `keyint=${gop}:min-keyint=${gop}:scenecut=0:threads=1:sliced-threads=0${filled}`],
    ...['-flags', '+global_header', '-flvflags', 'no_duration_filesize', '-f', 'flv'],
  ];
}

function x265Arguments({ profile }: EncoderDependencies): string[] {
  const gop = profile.fps * GOP_SECONDS;
  return [
    ...['-c:v', 'libx265', '-qp', '28', '-x265-params'],
    `keyint=${gop}:min-keyint=${gop}:scenecut=0:pools=none:frame-threads=1:repeat-headers=1:log-level=none`,
    ...['-f', 'avi'],
  ];
}
