import { spawn } from 'node:child_process';
import type { StreamLook } from '#contract/camera-onboarding.ts';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { kept, type AccessUnit, type StreamCodec, type StreamFormat } from './access-unit.ts';
import { annexB } from './diagnosis/annex-b.ts';
import { FfmpegSource } from './ffmpeg/ffmpeg-source.ts';
import { RtspSource } from './rtsp/rtsp-source.ts';
import type { Source, SourceAddress, SourceCode, SourceEnd, SourceSink } from './source.ts';

export interface LookOptions {
  address: SourceAddress;
  ffmpegPath: string;
  clock: Clock;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  signal: AbortSignal;
}

const FIRST_PICTURE_WITHIN_MS = 8000;
export const MEASURED_FOR_MS = 3000;
/** Key frames further apart than four seconds deserve a warning, so that long is waited for the second one. */
const SECOND_KEY_WITHIN_MS = 4500;
const DECODED_WITHIN_MS = 5000;
const MOST_JPEG_BYTES = 2 * 1024 * 1024;

/** What our RTSP client does not understand, ffmpeg may. */
const OTHERS_MAY_READ: ReadonlySet<SourceCode> = new Set<SourceCode>(['CAMERA_CODEC_UNSUPPORTED', 'CAMERA_PROTOCOL']);

/**
 * Pulls a stream for some seconds, to tell what it really sends before anything is stored, and takes a still of it.
 * @throws AppError of the CAMERA_ codes, or the signal's reason
 */
export async function lookAt(options: LookOptions): Promise<StreamLook> {
  const { address, clock, networks, ffmpegPath, signal } = options;
  const first = await measure(new RtspSource({ address, clock, networks }), options);
  const told = first instanceof Glimpse || !OTHERS_MAY_READ.has(first.code);
  const glimpse = told ? first : await measure(new FfmpegSource({ address, clock, networks, ffmpegPath }), options);
  signal.throwIfAborted();
  if (!(glimpse instanceof Glimpse)) throw new AppError(glimpse.code, glimpse.detail);
  return { ...glimpse.figures(), picture: await glimpse.still(ffmpegPath, clock) };
}

async function measure(
  source: Source,
  { clock, signal }: LookOptions,
): Promise<Glimpse | Extract<SourceEnd, { reason: 'failed' }>> {
  const done = new AbortController();
  const glimpse = new Glimpse(source.kind);
  let cancel = clock.after(FIRST_PICTURE_WITHIN_MS, () => done.abort());
  const stopWatch = glimpse.began.then(() => {
    cancel();
    cancel = clock.after(MEASURED_FOR_MS, () => {
      if (glimpse.complete) return done.abort();
      cancel = clock.after(SECOND_KEY_WITHIN_MS - MEASURED_FOR_MS, () => done.abort());
    });
  });
  try {
    const end = await source.run(glimpse, AbortSignal.any([signal, done.signal]));
    if (glimpse.shown) return glimpse;
    if (end.reason === 'failed') return end;
    return { reason: 'failed', code: 'CAMERA_SILENT', detail: `no picture within ${FIRST_PICTURE_WITHIN_MS / 1000} s` };
  } finally {
    glimpse.give();
    await stopWatch;
    cancel();
  }
}

/** What was seen of a stream. */
class Glimpse implements SourceSink {
  readonly #kind: Source['kind'];
  readonly #began = Promise.withResolvers<void>();
  #format: StreamFormat | null = null;
  #key: AccessUnit | null = null;
  #keys = 0;
  #firstPts = 0;
  #lastPts = 0;
  #firstKeyPts = 0;
  #lastKeyPts = 0;
  #units = 0;
  #bytes = 0;
  #sound = false;

  constructor(kind: Source['kind']) {
    this.#kind = kind;
  }

  get began(): Promise<void> {
    return this.#began.promise;
  }

  get shown(): boolean {
    return this.#key !== null;
  }

  get complete(): boolean {
    return this.#keys > 1;
  }

  /** Nothing more comes. */
  give(): void {
    this.#began.resolve();
  }

  format(format: StreamFormat): void {
    // The still must be decoded with what held when it came.
    if (this.#key === null) this.#format = format;
  }

  unit(unit: AccessUnit): void {
    if (this.#key === null && !unit.key) return;
    if (this.#key === null) {
      this.#key = kept(unit);
      this.#firstPts = this.#firstKeyPts = unit.pts;
      this.#began.resolve();
    }
    if (unit.key) {
      this.#keys += 1;
      this.#lastKeyPts = unit.pts;
    }
    this.#units += 1;
    this.#bytes += unit.data.length;
    this.#lastPts = unit.pts;
  }

  dropped(): void {
    // counted by health, once the camera is one of ours
  }

  soundFormat(): void {
    this.#sound = true;
  }

  sound(): void {
    // that there is some is all we tell
  }

  figures(): Omit<StreamLook, 'picture'> {
    const { codec, width, height } = this.#format!;
    const span = (this.#lastPts - this.#firstPts) / 1000;
    const perSecond = (count: number) => (span > 0 ? count / span : 0);
    const keySpan = this.complete ? (this.#lastKeyPts - this.#firstKeyPts) / (this.#keys - 1) / 1000 : span;
    return {
      source: this.#kind,
      codec,
      width,
      height,
      fps: round(perSecond(this.#units - 1), 1),
      kbps: Math.round(perSecond(this.#bytes * 8) / 1000),
      keyIntervalSec: round(keySpan, 2),
      keyIntervalOpen: !this.complete,
      sound: this.#sound,
    };
  }

  async still(ffmpegPath: string, clock: Clock): Promise<string | null> {
    const format = this.#format!;
    const bytes = annexB(format, this.#key!);
    return bytes && decodeStill(bytes, format.codec, ffmpegPath, clock);
  }
}

/** One key frame as JPEG in base64; null where ffmpeg cannot, or takes too long. */
function decodeStill(bytes: Buffer, codec: StreamCodec, ffmpegPath: string, clock: Clock): Promise<string | null> {
  const options = ['-hide_banner', '-nostats', '-loglevel', 'error', '-threads', '1'];
  const input = ['-f', codec === 'h264' ? 'h264' : 'hevc', '-i', 'pipe:0'];
  const output = ['-vf', "scale='min(960,iw)':-2", '-frames:v', '1', '-q:v', '5', '-f', 'image2pipe'];
  const child = spawn(ffmpegPath, [...options, ...input, ...output, '-c:v', 'mjpeg', 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const cancel = clock.after(DECODED_WITHIN_MS, () => child.kill('SIGKILL'));
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_JPEG_BYTES) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  child.stdin.on('error', () => undefined); // ffmpeg may be gone before it has read; `close` follows
  child.stdin.end(bytes);
  return new Promise((resolve) => {
    child.on('error', () => undefined);
    child.on('close', (code) => {
      cancel();
      resolve(code === 0 && size > 0 ? Buffer.concat(chunks).toString('base64') : null);
    });
  });
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
