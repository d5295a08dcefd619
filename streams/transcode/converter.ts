import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { MaskRegion } from '#contract/privacy.ts';
import type { Clock } from '#lib/clock.ts';
import type { AccessUnit, StreamFormat } from '../access-unit.ts';
import { LastWords } from '../ffmpeg/failure.ts';
import { yieldToOthers } from '../ffmpeg/yield-to-others.ts';
import { StreamReader } from '../flv/stream-reader.ts';
import { Backlog } from '../gateway/backlog.ts';
import { createEncoding } from '../gateway/encoding.ts';
import { transcodeArguments } from './command.ts';

/** Pictures inside ffmpeg at a time; it holds back one or two. */
const MAX_INSIDE = 500;
/** Pictures went in and none came out for so long: it hangs. */
const STALLED_AFTER_MS = 5000;

export type ConverterEnd = { code: 'FFMPEG_MISSING' | 'CAMERA_CODEC_UNSUPPORTED' | 'TRANSCODE_BUSY'; detail: string };

export interface ConverterOptions {
  /** Of what is fed; another one needs another converter. */
  format: StreamFormat;
  onFormat: (format: StreamFormat) => void;
  /** With the times of the picture it was made from. */
  onUnit: (unit: AccessUnit) => void;
  /** It ended, and not because it was stopped. */
  onEnd: (end: ConverterEnd) => void;
  clock: Clock;
  ffmpegPath: string;
  /** What is covered of each picture. */
  masks: readonly MaskRegion[];
}

/**
 * One ffmpeg that turns H.265 into H.264, and covers parts of its pictures where it must. Both pipes are bounded: what comes out is taken at once, and when ffmpeg does
 * not keep up with what goes in, it is moved forward to the next key frame like any slow viewer. It ends with us, even
 * where we are killed, as its input ends.
 */
export class Converter {
  readonly #options: ConverterOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #encoding = createEncoding('fmp4');
  readonly #backlog = new Backlog();
  readonly #stopping = new AbortController();
  readonly #inside: Pick<AccessUnit, 'pts' | 'wallclock' | 'receivedAt'>[] = [];
  readonly #ended: Promise<void>;
  #firstPts: number | null = null;
  /** Since when it owes us a picture. */
  #owesSince: number | null = null;

  /** Starts it. */
  constructor(options: ConverterOptions) {
    this.#options = options;
    const { clock, ffmpegPath, format, masks } = options;
    const child = spawn(ffmpegPath, transcodeArguments(masks));
    this.#child = child;
    const words = new LastWords();
    const sink = { format: options.onFormat, unit: (unit: AccessUnit) => this.#out(unit), dropped: () => undefined };
    const reader = new StreamReader({ signal: this.#stopping.signal, sink, clock, codecs: ['h264'] });
    child.stdin.on('error', () => undefined); // followed by `close`
    child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.#stopping.signal.aborted && !reader.push(chunk)) child.kill('SIGKILL');
    });
    let missing: Error | null = null;
    child.on('error', (error) => (missing = error));
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    void this.#ended.then(() => {
      words.end();
      const detail = missing
        ? `${ffmpegPath}: ${missing.message}`
        : (words.lines.at(-1) ?? 'ffmpeg ended without a word');
      this.#end({ code: missing ? 'FFMPEG_MISSING' : 'CAMERA_CODEC_UNSUPPORTED', detail });
    });
    yieldToOthers(child);
    child.stdin.write(this.#encoding.init(format)!);
  }

  /** The next picture; the first one must be a key frame. */
  feed(unit: AccessUnit): void {
    const { stdin } = this.#child;
    if (this.#stopping.signal.aborted || !stdin.writable) return;
    if (this.#firstPts === null && !unit.key) return;
    const now = this.#options.clock.monotonic();
    this.#owesSince ??= now;
    if (now - this.#owesSince > STALLED_AFTER_MS) {
      return this.#end({ code: 'CAMERA_CODEC_UNSUPPORTED', detail: 'ffmpeg makes no pictures of it' });
    }
    const verdict = this.#backlog.judge(unit, stdin.writableLength, now);
    if (verdict === 'hopeless') return this.#end({ code: 'TRANSCODE_BUSY', detail: 'this machine is too slow for it' });
    if (verdict === 'skip') return;
    const { pts, wallclock, receivedAt } = unit;
    this.#firstPts ??= pts;
    this.#inside.push({ pts, wallclock, receivedAt });
    if (this.#inside.length > MAX_INSIDE) this.#inside.shift();
    const message = this.#encoding.unit({ ...unit, pts: pts - this.#firstPts });
    stdin.write(message.bytes, message.hold());
  }

  /** Resolves when ffmpeg is gone. */
  stop(): Promise<void> {
    this.#stopping.abort();
    this.#child.kill('SIGKILL');
    return this.#ended;
  }

  /** What comes out counts from 0 in whole ms; it gets back the times of what went in. */
  #out(unit: AccessUnit): void {
    this.#owesSince = null;
    const first = this.#firstPts ?? 0;
    const distance = (at: number) => Math.abs((this.#inside[at]?.pts ?? Infinity) - first - unit.pts);
    while (this.#inside.length > 1 && distance(1) <= distance(0)) this.#inside.shift();
    const from = this.#inside.shift();
    if (from) this.#options.onUnit({ ...unit, pts: from.pts, wallclock: from.wallclock, receivedAt: from.receivedAt });
  }

  #end(end: ConverterEnd): void {
    if (this.#stopping.signal.aborted) return;
    void this.stop();
    this.#options.onEnd(end);
  }
}
