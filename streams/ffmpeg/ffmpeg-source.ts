import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Clock } from '#lib/clock.ts';
import type { Source, SourceAddress, SourceEnd, SourceSink } from '../source.ts';
import { ffmpegArguments, inputScript, type FfmpegMode } from './command.ts';
import { isWrongCodec, LastWords, readFailure } from './failure.ts';
import { StreamReader } from '../flv/stream-reader.ts';
import { nobodyThere } from '../rtsp/doorstep.ts';

/** ffmpeg says TEARDOWN to the camera on SIGTERM; a camera that does not listen must not hold us up. */
const LEAVE_WITHIN_MS = 1500;

export interface FfmpegSourceOptions {
  address: SourceAddress;
  clock: Clock;
  ffmpegPath: string;
}

/**
 * Pulls whatever ffmpeg can read: the fallback for cameras whose RTSP is not ours, and the transcoder for codecs other
 * than H.264. ffmpeg ends with us even where we are killed: it writes into a pipe that nobody reads any more.
 */
export class FfmpegSource implements Source {
  readonly kind = 'ffmpeg';
  readonly #options: FfmpegSourceOptions;

  constructor(options: FfmpegSourceOptions) {
    this.#options = options;
  }

  async run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd> {
    const { address, clock } = this.#options;
    const nobody = await nobodyThere({ uri: address.uri, clock, signal });
    if (nobody && !signal.aborted) return { reason: 'failed', ...nobody };
    const copied = await this.#attempt('copy', sink, signal);
    if (copied !== 'wrong-codec') return copied;
    const transcoded = await this.#attempt('transcode', sink, signal);
    if (transcoded !== 'wrong-codec') return transcoded;
    return { reason: 'failed', code: 'CAMERA_CODEC_UNSUPPORTED', detail: 'ffmpeg cannot turn it into H.264' };
  }

  async #attempt(mode: FfmpegMode, sink: SourceSink, signal: AbortSignal): Promise<SourceEnd | 'wrong-codec'> {
    if (signal.aborted) return { reason: 'stopped' };
    const { address, ffmpegPath, clock } = this.#options;
    const child = spawn(ffmpegPath, ffmpegArguments(mode));
    const words = new LastWords();
    const reader = new StreamReader({ signal, sink, clock, codecs: ['h264'] });
    let cancelKill: (() => void) | null = null;
    const leave = () => {
      child.kill('SIGTERM');
      cancelKill ??= clock.after(LEAVE_WITHIN_MS, () => child.kill('SIGKILL'));
    };
    signal.addEventListener('abort', leave);
    child.stdin.on('error', () => undefined); // ffmpeg may be gone before it has read
    child.stdin.end(inputScript(address));
    child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) leave();
    });
    const spawnError = await closed(child);
    signal.removeEventListener('abort', leave);
    (cancelKill as (() => void) | null)?.();
    words.end();

    if (signal.aborted) return { reason: 'stopped' };
    if (spawnError) return { reason: 'failed', code: 'FFMPEG_MISSING', detail: `${ffmpegPath}: ${spawnError.message}` };
    if (reader.otherCodec || (!reader.gavePictures && isWrongCodec(words.lines))) return 'wrong-codec';
    return { reason: 'failed', ...readFailure(words.lines, reader.gavePictures) };
  }
}

/** Resolves when the child is gone and its pipes are read to the end, with the error where it could not start. */
function closed(child: ChildProcessWithoutNullStreams): Promise<Error | null> {
  return new Promise((resolve) => {
    let error: Error | null = null;
    child.on('error', (cause) => (error = cause));
    child.on('close', () => resolve(error));
  });
}
