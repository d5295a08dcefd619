import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { onHost, parseStreamAddress } from '#lib/stream-address.ts';
import type { Source, SourceAddress, SourceCode, SourceEnd, SourceSink } from '../source.ts';
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
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
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
    const { clock, networks } = this.#options;
    const address = await this.#resolved();
    if (address instanceof AppError) {
      return { reason: 'failed', code: address.code as SourceCode, detail: String(address.details) };
    }
    const nobody = await nobodyThere({ uri: address.uri, clock, networks, signal });
    if (nobody && !signal.aborted) return { reason: 'failed', ...nobody };
    const copied = await this.#attempt('copy', address, sink, signal);
    if (copied !== 'wrong-codec') return copied;
    const transcoded = await this.#attempt('transcode', address, sink, signal);
    if (transcoded !== 'wrong-codec') return transcoded;
    return { reason: 'failed', code: 'CAMERA_CODEC_UNSUPPORTED', detail: 'ffmpeg cannot turn it into H.264' };
  }

  /** ffmpeg asks nobody before it connects, so it gets an address that was judged in place of a name. */
  async #resolved(): Promise<SourceAddress | AppError> {
    const { address, networks } = this.#options;
    const stream = parseStreamAddress(address.uri);
    if (!networks || !stream) return address;
    try {
      const found = await networks.resolve(stream.host);
      return { ...address, uri: onHost(stream, found.includes(':') ? `[${found}]` : found) };
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  async #attempt(
    mode: FfmpegMode,
    address: SourceAddress,
    sink: SourceSink,
    signal: AbortSignal,
  ): Promise<SourceEnd | 'wrong-codec'> {
    if (signal.aborted) return { reason: 'stopped' };
    const { ffmpegPath, clock } = this.#options;
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
