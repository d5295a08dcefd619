import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import ffmpeg from 'fluent-ffmpeg';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { StreamCodec } from '../access-unit.ts';
import { LastWords } from '../ffmpeg/failure.ts';
import { isMarker, markerOf } from './marker.ts';
import { HEIGHT, PICTURE_BYTES, WIDTH, type Picture } from './picture.ts';
import { openPicturePipe, type PicturePipe } from './picture-pipe.ts';

/** Its pictures come by a pipe of ours. */
type Child = ChildProcessByStdio<Writable, null, Readable>;

/** A picture and the marker behind it come out within this, on a busy machine too. */
const ANSWER_WITHIN_MS = 4000;
/** Before ffmpeg has shown its first picture. */
const START_WITHIN_MS = 10_000;

/** `undecodable`: the decoder took it and gave no picture. `broken`: the decoder had to be ended. */
export type Decoded = { picture: Picture } | { failed: 'undecodable' | 'broken'; detail: string };

export interface DecoderOptions {
  codec: StreamCodec;
  clock: Clock;
  ffmpegPath: string;
}

/** Without an answer for this long another marker goes in: decoders hold back pictures of streams with B pictures. */
const NUDGE_MS = 80;
/** H.264 and H.265 let a decoder hold back 16 pictures. */
const MAX_HELD = 16;

interface Waiting {
  /** Markers that went in before it. */
  after: number;
  picture: Picture | null;
  resolve: (decoded: Decoded) => void;
}

/**
 * One long-lived ffmpeg that decodes single key pictures of many cameras in turn; a process for each look would cost more
 * than the look. Behind each picture goes a marker: what comes out before it belongs to that picture, and where nothing
 * does, it could not be decoded. Whatever else happens ends ffmpeg, and the next picture starts it anew. It ends with us,
 * even where we are killed, as its input ends.
 */
export class KeyPictureDecoder {
  readonly #options: DecoderOptions;
  readonly #marker: Buffer;
  readonly #words = new LastWords();
  #child: Child | null = null;
  #opening: Promise<PicturePipe> | null = null;
  #gone: Promise<void> = Promise.resolve();
  #picture: Picture = new Uint8Array(PICTURE_BYTES);
  #spare: Picture | null = null;
  #filled = 0;
  #waiting: Waiting | null = null;
  /** Markers that went in and came out of this ffmpeg; and how many of them it keeps inside. */
  #sent = 0;
  #seen = 0;
  #held = 0;
  /** How often ffmpeg was started. */
  starts = 0;

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#marker = markerOf(options.codec);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** One at a time. Never rejects. */
  async decode(coded: Buffer): Promise<Decoded> {
    if (this.#waiting || this.#opening) throw new Error('a picture is being decoded already');
    if (!this.#child) {
      try {
        await this.#start();
      } catch (error) {
        return { failed: 'broken', detail: messageOf(error) };
      }
      // A decoder learns what it reads from the first picture: let that be one which is known to be good.
      const ready = await this.#ask(Buffer.alloc(0), START_WITHIN_MS);
      if ('failed' in ready && ready.failed === 'broken') return ready;
    }
    return this.#ask(coded, ANSWER_WITHIN_MS);
  }

  /** The picture is not needed any more: a later one is written over it. */
  giveBack(picture: Picture): void {
    this.#spare = picture;
  }

  /** Resolves when ffmpeg is gone. */
  async stop(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    this.#break('stopped');
    await this.#gone;
  }

  #ask(coded: Buffer, withinMs: number): Promise<Decoded> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.after(withinMs, () => this.#break(`no answer within ${withinMs} ms`));
      const cancelNudges = clock.every(NUDGE_MS, () => {
        if (this.#sent - this.#seen <= MAX_HELD) this.#mark();
      });
      this.#waiting = {
        after: this.#sent,
        picture: null,
        resolve: (decoded) => {
          cancel();
          cancelNudges();
          this.#waiting = null;
          this.#held = Math.min(MAX_HELD, this.#sent - this.#seen);
          resolve(decoded);
        },
      };
      this.#child?.stdin.write(coded);
      for (let count = 0; count <= this.#held; count += 1) this.#mark();
    });
  }

  #mark(): void {
    this.#sent += 1;
    this.#child?.stdin.write(this.#marker);
  }

  async #start(): Promise<void> {
    this.#opening = openPicturePipe((bytes) => {
      if (this.#child === child) this.#take(bytes);
    });
    const pipe = await this.#opening.finally(() => (this.#opening = null));
    const child: Child = spawn(this.#options.ffmpegPath, decoderArguments(this.#options.codec), {
      stdio: ['pipe', pipe.far, 'pipe'],
    });
    pipe.far.destroy();
    this.#child = child;
    this.#filled = this.#sent = this.#seen = this.#held = 0;
    this.starts += 1;
    child.stdin.on('error', () => undefined); // followed by `close`
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#words.push(text));
    const leave = (why: string) => {
      if (this.#child === child) this.#break(why);
    };
    child.on('error', (error) => leave(`${this.#options.ffmpegPath}: ${error.message}`));
    this.#gone = new Promise((resolve) => child.once('close', () => resolve()));
    void this.#gone.then(() => pipe.close());
    void this.#gone.then(() => leave(this.#words.lines.at(-1) ?? 'ffmpeg ended without a word'));
    yieldToOthers(child);
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + PICTURE_BYTES - this.#filled);
      this.#picture.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < PICTURE_BYTES) return;
      this.#filled = 0;
      this.#came();
    }
  }

  #came(): void {
    const waiting = this.#waiting;
    if (isMarker(this.#picture)) {
      this.#seen += 1;
      if (!waiting || this.#seen <= waiting.after) return;
      const detail = this.#words.lines.at(-1) ?? 'no picture came out';
      waiting.resolve(waiting.picture ? { picture: waiting.picture } : { failed: 'undecodable', detail });
    } else if (!waiting || waiting.picture) {
      this.#break('a picture too many');
    } else {
      waiting.picture = this.#picture;
      this.#picture = this.#spare ?? new Uint8Array(PICTURE_BYTES);
      this.#spare = null;
    }
  }

  #break(detail: string): void {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
    this.#waiting?.resolve({ failed: 'broken', detail });
  }
}

/** `explode`: a damaged picture is no picture; smears that the network made must not be judged as the camera's. */
export function decoderArguments(codec: StreamCodec): string[] {
  return ffmpeg()
    .input('pipe:0')
    .inputFormat(codec === 'h264' ? 'h264' : 'hevc')
    .inputOptions(['-hide_banner', '-nostats', '-loglevel error', '-threads 1', '-probesize 32', '-analyzeduration 0'])
    .inputOptions(['-flags low_delay', '-err_detect explode'])
    .noAudio()
    .outputOptions([`-vf scale=${WIDTH}:${HEIGHT}:flags=bilinear,format=yuv420p`, '-fps_mode passthrough'])
    .outputOptions(['-threads 1', '-filter_threads 1', '-flush_packets 1'])
    .format('rawvideo')
    .output('pipe:1')
    ._getArguments();
}

/** Looking at pictures must not hold up the pictures of those who watch. */
function yieldToOthers({ pid }: Child): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // it ended already
  }
}
