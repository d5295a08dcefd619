import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { MaskRegion } from '#contract/privacy.ts';
import { AppError } from '#lib/app-error.ts';
import { readAt, readIndex, type Sample } from './file-index.ts';
import { mimeTypeOf, readInit, type TrackFacts } from './init-facts.ts';
import { Conversions, type ConversionTools } from './conversion.ts';
import { beginWithKey, fragmentHead, keyPictures, samplesOf } from './key-pictures.ts';
import { PictureDesk } from './picture-desk.ts';

/** A file of footage, and as much of it as is safe to read. */
export interface ReadableFile {
  path: string;
  run: string;
  number: number;
  bytes: number;
  initBytes: number;
  /** Epoch ms of its first picture, whose decode time is `startTicks`. */
  startedAt: number;
  startTicks: number;
}

/** Bytes that stand in place of those of the file. */
export interface Patch {
  at: number;
  bytes: Buffer;
}

export interface StillPicture {
  jpeg: Buffer;
  /** Epoch ms: when it was taken. */
  at: number;
}

const TICKS_PER_MS = 90;
const FULL_WIDTH = 7680;

/** Reads files of footage for whoever plays them: what they hold, their key pictures, single pictures. */
export class FootageReader {
  readonly #desk: PictureDesk;
  readonly #conversions: Conversions;

  constructor(tools: ConversionTools) {
    this.#desk = new PictureDesk(tools);
    this.#conversions = new Conversions(tools);
  }

  /** RFC 6381, for `MediaSource.isTypeSupported`. Throws as all here: FOOTAGE_AWAY, FOOTAGE_UNREADABLE. */
  mimeType(file: ReadableFile): Promise<string> {
    return withFile(file, async (handle) => {
      const type = mimeTypeOf(await readAt(handle, 0, file.initBytes));
      if (type === null) throw new AppError('FOOTAGE_UNREADABLE', file.path);
      return type;
    });
  }

  /** What to write over the file, so that its decode times are so much later: runs one behind the other need that. */
  later(file: ReadableFile, ms: number): Promise<Patch[]> {
    return withFile(file, async (handle) => {
      const { fragments } = await readIndex(handle, file.bytes);
      const facts = readInit(await readAt(handle, 0, file.initBytes));
      const tracks = [facts?.picture, facts?.sound];
      return fragments.flat().flatMap(({ trackId, timeAt, timeBytes, samples }) => {
        const timescale = tracks.find((track) => track?.id === trackId)?.timescale ?? 0;
        const time = BigInt((samples[0]?.decodeTime ?? 0) + Math.round((ms * timescale) / 1000));
        const bytes = Buffer.allocUnsafe(8);
        bytes.writeBigUInt64BE(time);
        return { at: timeAt, bytes: bytes.subarray(8 - timeBytes) };
      });
    });
  }

  /** The head of the file, then each key picture as a fragment that lasts until the next. */
  async keyPictures(file: ReadableFile): Promise<{ bytes: number; content: Readable }> {
    const { init, picture, pictures } = await withFile(file, (handle) => readPictures(handle, file));
    const keys = keyPictures(pictures, picture.id);
    const bytes = keys.reduce((sum, key) => sum + key.head.length + key.bytes, init.length);
    const content = async function* () {
      yield init;
      const handle = await open(file.path, 'r');
      try {
        for (const key of keys) {
          yield key.head;
          yield await readAt(handle, key.offset, key.bytes);
        }
      } finally {
        await handle.close();
      }
    };
    return { bytes, content: Readable.from(content(), { objectMode: false }) };
  }

  /**
   * Its pictures as H.264 from the key picture before an instant on, these parts of them covered, with its sound; throws as
   * `Conversions`.
   */
  async converted(
    file: ReadableFile,
    { from, ...order }: { keys: boolean; from: number; masks: readonly MaskRegion[] },
    signal: AbortSignal,
  ): Promise<Readable> {
    const { sound, ...beginning } = await withFile(file, async (handle) => {
      const { index, init, picture, sound } = await readPictures(handle, file);
      const at = file.startTicks + (from - file.startedAt) * TICKS_PER_MS;
      return { sound, ...(await beginWithKey(handle, index, { init, picture, sound, at })) };
    });
    const coding = sound && (sound.codecString.startsWith('mp4a') ? 'aac' : 'g711');
    return this.#conversions.convert(
      { path: file.path, bytes: file.bytes, sound: coding, ...beginning, ...order },
      signal,
    );
  }

  /** The key picture before the instant, at most so wide. */
  async preview(
    file: ReadableFile,
    at: number,
    { width, masks }: { width: number; masks: readonly MaskRegion[] },
  ): Promise<StillPicture> {
    return withFile(file, async (handle) => {
      const { init, picture, pictures } = await readPictures(handle, file);
      const key = pictures.findLast((sample) => sample.key && takenAt(file, sample) <= at) ?? pictures[0]!;
      const covered = masks.length === 0 ? '' : JSON.stringify(masks);
      const jpeg = await this.#desk.kept(
        `${file.run}/${file.number}/${key.decodeTime}/${width}${covered}`,
        async () => ({
          movie: [init, ...(await movieOf(handle, picture, [key]))],
          index: 0,
          width,
          lines: [],
          masks,
        }),
      );
      return { jpeg, at: takenAt(file, key) };
    });
  }

  /** The picture that was seen at the instant, whole, with lines burnt in where this ffmpeg can. */
  async snapshot(
    file: ReadableFile,
    at: number,
    { linesFor, masks }: { linesFor: (takenAt: number) => string[]; masks: readonly MaskRegion[] },
  ): Promise<StillPicture & { burntIn: boolean }> {
    return withFile(file, async (handle) => {
      const { init, picture, pictures } = await readPictures(handle, file);
      const last = Math.max(
        0,
        pictures.findLastIndex((sample) => takenAt(file, sample) <= at),
      );
      const first = Math.max(
        0,
        pictures.findLastIndex((sample, i) => sample.key && i <= last),
      );
      const shown = takenAt(file, pictures[last]!);
      const burntIn = await this.#desk.drawsText();
      const jpeg = await this.#desk.make(async () => ({
        movie: [init, ...(await movieOf(handle, picture, pictures.slice(first, last + 1)))],
        index: last - first,
        width: FULL_WIDTH,
        lines: burntIn ? linesFor(shown) : [],
        masks,
      }));
      return { jpeg, at: shown, burntIn };
    });
  }
}

const takenAt = (file: ReadableFile, { decodeTime }: Sample) =>
  file.startedAt + (decodeTime - file.startTicks) / TICKS_PER_MS;

/** What the file says of its pictures. Throws FOOTAGE_UNREADABLE where there are none. */
async function readPictures(handle: FileHandle, file: ReadableFile) {
  const index = await readIndex(handle, file.bytes);
  const init = await readAt(handle, 0, index.initBytes);
  const facts = readInit(init);
  const pictures = facts ? samplesOf(index, facts.picture) : [];
  if (!facts || pictures.length === 0) throw new AppError('FOOTAGE_UNREADABLE', file.path);
  return { index, init, ...facts, pictures };
}

/** These pictures as one fragment. */
async function movieOf(handle: FileHandle, track: TrackFacts, samples: readonly Sample[]): Promise<Buffer[]> {
  const data = await Promise.all(samples.map(({ offset, bytes }) => readAt(handle, offset, bytes)));
  return [fragmentHead(1, track.id, samples), ...data];
}

async function withFile<T>({ path }: ReadableFile, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('FOOTAGE_AWAY', error.code, { cause: error });
  });
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}
