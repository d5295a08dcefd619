import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { unguarded } from '#lib/credential-guard.ts';
import type { Source, SourceAddress, SourceCode, SourceEnd, SourceSink } from '../source.ts';
import { CameraRelay } from './camera-relay.ts';
import { ffmpegArguments, inputScript, type FfmpegMode } from './command.ts';
import { isRefusal, isWrongCodec, LastWords, readFailure } from './failure.ts';
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
    try {
      return await this.#run(sink, signal);
    } catch (error) {
      if (signal.aborted) return { reason: 'stopped' };
      if (error instanceof AppError) return failed(error.code as SourceCode, String(error.details));
      throw error;
    }
  }

  async #run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd> {
    const { address, clock, networks } = this.#options;
    const nobody = await nobodyThere({ uri: address.uri, clock, networks, signal });
    if (nobody && !signal.aborted) return failed(nobody.code, nobody.detail);
    const copied = await this.#attempt('copy', sink, signal);
    if (copied !== 'wrong-codec') return copied;
    const transcoded = await this.#attempt('transcode', sink, signal);
    if (transcoded !== 'wrong-codec') return transcoded;
    return failed('CAMERA_CODEC_UNSUPPORTED', 'ffmpeg cannot turn it into H.264');
  }

  /** ffmpeg shows the credentials when it is asked for them, so it has the turn until its first picture. */
  async #attempt(mode: FfmpegMode, sink: SourceSink, signal: AbortSignal): Promise<SourceEnd | 'wrong-codec'> {
    const { address, networks } = this.#options;
    const { guard = unguarded, username } = address;
    const leave = username === '' ? () => undefined : await guard.enter(signal);
    const relay = new CameraRelay({ uri: address.uri, networks });
    try {
      const end = await this.#read(mode, { ...address, uri: await relay.open() }, sink, signal, leave);
      const { failure } = relay;
      const unreached = failure && end !== 'wrong-codec' && end.reason === 'failed' && end.code !== 'FFMPEG_MISSING';
      return unreached ? failed(failure.code as SourceCode, String(failure.details)) : end;
    } finally {
      leave();
      await relay.close();
    }
  }

  async #read(
    mode: FfmpegMode,
    address: SourceAddress,
    sink: SourceSink,
    signal: AbortSignal,
    onPictures: () => void,
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
      if (reader.gavePictures) onPictures();
    });
    const spawnError = await closed(child);
    signal.removeEventListener('abort', leave);
    (cancelKill as (() => void) | null)?.();
    words.end();

    if (signal.aborted) return { reason: 'stopped' };
    if (spawnError) return failed('FFMPEG_MISSING', `${ffmpegPath}: ${spawnError.message}`);
    if (reader.otherCodec || (!reader.gavePictures && isWrongCodec(words.lines))) return 'wrong-codec';
    const { code, detail } = readFailure(words.lines, reader.gavePictures);
    if (address.username !== '' && isRefusal(words.lines)) {
      address.guard?.refused(detail);
      address.guard?.check();
    }
    return failed(code, detail);
  }
}

function failed(code: SourceCode, detail: string): SourceEnd {
  return { reason: 'failed', code, detail };
}

/** Resolves when the child is gone and its pipes are read to the end, with the error where it could not start. */
function closed(child: ChildProcessWithoutNullStreams): Promise<Error | null> {
  return new Promise((resolve) => {
    let error: Error | null = null;
    child.on('error', (cause) => (error = cause));
    child.on('close', () => resolve(error));
  });
}
