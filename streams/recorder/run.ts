import type { SegmentEnd } from '#contract/footage.ts';
import { footagePath } from '#lib/footage-files.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../access-unit.ts';
import { initSegment, TIMESCALE } from '../fmp4/init-segment.ts';
import type { BufferPool } from '../buffer-pool.ts';
import { FragmentBuilder } from './fragment-builder.ts';
import type { RunFacts, SegmentFacts, StreamKey } from '#lib/recorder-report.ts';
import { STEP_MS } from './picture-clock.ts';
import type { DiskTrouble, VolumePort, VolumeRoot } from './ports.ts';
import { SegmentFile } from './segment-file.ts';
import { noteBox } from './segment-note.ts';
import type { WriteQueue } from './write-queue.ts';

/** Cut at the first key picture after this. */
export const SEGMENT_MS = 10_000;
/** A key picture that comes a little early is taken: the next one may be far. */
const EARLY_MS = 500;
/**
 * What a killed process loses is at most one fragment and what came until it was written: with the picture that ends it, and
 * at 15 pictures a second, not more than half a second.
 */
export const FRAGMENT_MS = 400;
/** A file's beginning that is off by less is left as it is. */
const WORTH_MS = 2;
/** Parameter sets and note: a thousandth of a file. */
const MOST_HEAD = 64 * 1024;

/** What a run needs of the recorder it belongs to. */
export interface RunTools {
  readonly pool: BufferPool;
  readonly volumes: VolumePort;
  queueOf(volumeId: string): WriteQueue;
  /** Finishes a file that could not be written further: what of it is whole, or null. */
  repair(volume: VolumeRoot, relative: string): Promise<SegmentFacts | null>;
  readonly segmentMs: number;
}

/** The segment that is being written. */
export interface OpenSegment extends StreamKey {
  readonly run: string;
  readonly number: number;
  readonly startedAt: number;
  readonly startTicks: number;
  readonly initBytes: number;
  readonly volumeId: string;
  /** Whole fragments on disk, until when they last (epoch ms), and how many pictures they hold. */
  readonly bytes: number;
  readonly endedAt: number;
  readonly frames: number;
  /** Where it lies now. */
  readonly path: string;
}

interface Part {
  readonly file: SegmentFile;
  readonly volume: VolumeRoot;
  /** Its name while it is written. */
  readonly relative: string;
  readonly number: number;
  /** As it is known by now. */
  startedAt: number;
  readonly startTicks: number;
  readonly clockOffsetMs: number | null;
  frames: number;
  endTicks: number;
  safe: { bytes: number; frames: number; endTicks: number };
}

export interface RunOptions extends StreamKey {
  readonly id: string;
  readonly format: StreamFormat;
  readonly sound: SoundFormat | null;
  readonly tools: RunTools;
  /** Its first fragment is on disk. */
  readonly onBegan: (run: RunFacts) => void;
  /** It began earlier than was told, epoch ms. */
  readonly onMoved: (from: number, at: number) => void;
  /** In their order. */
  readonly onSegment: (segment: SegmentFacts) => void;
  /** A file in the middle could not be kept, of pictures from one instant to another, epoch ms; said before what follows. */
  readonly onHole: (from: number, until: number) => void;
  /** Its disk fails: it takes nothing more and wants to be ended. */
  readonly onTrouble: (trouble: DiskTrouble, detail: string) => void;
}

/** An unbroken row of segments of one format: pictures go in, files come out. */
export class Run {
  readonly #options: RunOptions;
  readonly #init: Buffer;
  #builder: FragmentBuilder | null = null;
  #facts: RunFacts | null = null;
  #part: Part | null = null;
  /** The first picture, before its file is there: what comes until it is written may tell its time better. */
  #first: { ticks: number; clockOffsetMs: number | null } | null = null;
  /** When the run's first picture was taken, by the newest one, epoch ms. */
  #beganAt = 0;
  #number = 0;
  #began = false;
  #over = false;
  #lastEndedAt = 0;
  /** From when on nothing was kept; null: the last file was. */
  #holeFrom: number | null = null;
  /** The segments before are told of. */
  #told: Promise<void> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#options = options;
    this.#init = initSegment(options.format, options.sound);
  }

  /** The first one is a key picture. `takenAt`: epoch ms. */
  picture(unit: AccessUnit, takenAt: number): void {
    if (this.#over) return;
    const builder = (this.#builder ??= this.#begin(unit));
    const { segmentMs } = this.#options.tools;
    builder.follow(unit);
    const ticks = builder.ticksOf(unit);
    this.#beganAt = takenAt - msOf(ticks);
    const age = msOf(ticks - (this.#part?.startTicks ?? this.#first?.ticks ?? ticks));
    if (unit.key && age > 0 && age >= segmentMs - Math.min(EARLY_MS, segmentMs / 4)) {
      this.#flush();
      if (this.#part) this.#close(this.#part, 'full');
      this.#part = null;
    } else if (builder.isFull || builder.ticksSince(unit) >= (FRAGMENT_MS * TIMESCALE) / 1000) {
      this.#flush();
    }
    if (this.#over) return;
    if (!this.#facts) this.#first ??= { ticks, clockOffsetMs: unit.clockOffsetMs };
    else this.#part ??= this.#open(unit, ticks, Math.round(takenAt));
    if (this.#part ?? this.#first) builder.picture(unit, takenAt);
  }

  sound(unit: SoundUnit): void {
    if ((this.#part ?? this.#first) && !this.#over) this.#builder?.sound(unit);
  }

  /** What can be read of the segment that is being written; null where nothing can. */
  get open(): OpenSegment | null {
    const part = this.#part;
    if (!part || part.safe.frames === 0) return null;
    const { cameraId, role, id } = this.#options;
    const { number, startedAt, startTicks, volume, safe, file } = part;
    return {
      ...{ cameraId, role, run: id, number, startedAt, startTicks, volumeId: volume.id },
      ...{ bytes: safe.bytes, frames: safe.frames, initBytes: this.#init.length, path: `${file.path}.part` },
      endedAt: Math.round(startedAt + msOf(safe.endTicks - startTicks)),
    };
  }

  /**
   * Writes what is there and finishes. Resolves when that is done or has failed: with the end of its last picture on disk,
   * or null where there is none.
   */
  async end(end: SegmentEnd): Promise<number | null> {
    if (!this.#over) this.#flush();
    this.#over = true;
    this.#builder?.discard();
    if (this.#part) this.#close(this.#part, end);
    this.#part = null;
    await this.#told;
    return this.#began ? this.#lastEndedAt : null;
  }

  #begin(unit: AccessUnit): FragmentBuilder {
    const { format, sound, tools } = this.#options;
    return new FragmentBuilder({ pool: tools.pool, sound, base: unit.pts, fps: format.fps });
  }

  /** The first file, when its first fragment is whole: a report or a picture that was late has been made good by others. */
  #openFirst({ ticks, clockOffsetMs }: { ticks: number; clockOffsetMs: number | null }): Part | null {
    const { id, cameraId, role, format, sound } = this.#options;
    const { codec, width, height, fps } = format;
    const startedAt = Math.round(this.#beganAt);
    this.#facts = { id, cameraId, role, startedAt, codec, width, height, fps, sound: sound?.codec ?? null };
    this.#lastEndedAt = startedAt;
    this.#first = null;
    this.#builder?.startsAt(this.#beganAt);
    return this.#open({ clockOffsetMs }, ticks, startedAt);
  }

  #open({ clockOffsetMs }: Pick<AccessUnit, 'clockOffsetMs'>, startTicks: number, startedAt: number): Part | null {
    const { cameraId, role, id, tools } = this.#options;
    const choice = tools.volumes.choose({ cameraId, role });
    if (!choice.ok) {
      this.#trouble(choice, 'no volume takes footage');
      return null;
    }
    const { volume } = choice;
    const queue = tools.queueOf(volume.id);
    // else its head would be refused, and with it the file
    if (!queue.hasRoomFor(MOST_HEAD)) {
      this.#slow(volume);
      return null;
    }
    const number = this.#number;
    this.#number += 1;
    const relative = footagePath({ cameraId, role, startedAt, run: id, number });
    const note = noteBox({ camera: cameraId, role, run: id, number, startedAt, clockOffsetMs });
    const file = new SegmentFile({
      queue,
      volume,
      relative,
      head: Buffer.concat([this.#init, note]),
      onFailed: (trouble, detail) => {
        tools.volumes.failed(volume.id, trouble, detail);
        this.#trouble(trouble, detail);
      },
    });
    const safe = { bytes: 0, frames: 0, endTicks: startTicks };
    return {
      ...{ file, volume, relative, number, startedAt, startTicks, clockOffsetMs },
      ...{ frames: 0, endTicks: startTicks, safe },
    };
  }

  /**
   * The first report of a camera may have waited behind all that a program does as it starts; a later one tells better when
   * the file began. It gets that time with its name and its row: what is earlier by a second is a clock that was set.
   */
  #correct(part: Part): void {
    const startedAt = Math.round(this.#beganAt + msOf(part.startTicks));
    const late = part.startedAt - startedAt;
    if (late >= WORTH_MS && late < STEP_MS) part.startedAt = startedAt;
  }

  #flush(): void {
    if (this.#first) this.#part = this.#openFirst(this.#first);
    const part = this.#part;
    if (!part || !this.#builder?.count) return;
    this.#correct(part);
    const { bytes, buffer, frames, startTicks, ticks } = this.#builder.close();
    const { pool } = this.#options.tools;
    const endTicks = startTicks + ticks;
    const accepted = part.file.append(bytes, (inFile) => {
      pool.give(buffer);
      if (!inFile) return;
      part.safe = { bytes: part.file.safeBytes, frames: part.safe.frames + frames, endTicks };
      this.#onDisk();
    });
    if (accepted) {
      part.frames += frames;
      part.endTicks = endTicks;
      return;
    }
    pool.give(buffer);
    this.#slow(part.volume);
  }

  #slow(volume: VolumeRoot): void {
    const slow = { cause: 'disk-failed', code: 'VOLUME_SLOW' } as const;
    const detail = 'more waits to be written than may';
    this.#options.tools.volumes.failed(volume.id, slow, detail);
    this.#trouble(slow, detail);
  }

  #onDisk(): void {
    if (this.#began) return;
    this.#began = true;
    this.#options.onBegan(this.#facts!);
  }

  #close(part: Part, end: SegmentEnd): void {
    const { cameraId, role, id } = this.#options;
    const { number, startedAt, startTicks, clockOffsetMs, volume } = part;
    const finished = part.file.finish(footagePath({ cameraId, role, startedAt, run: id, number }));
    this.#told = this.#told.then(async () => {
      const outcome = await finished;
      const { tools, onMoved, onSegment, onHole } = this.#options;
      const { frames, relative } = part;
      if (outcome.ok && frames === 0) return;
      const endedAt = Math.round(startedAt + msOf(part.endTicks - startTicks));
      const whole = outcome.ok && {
        ...{ cameraId, role, run: id, number, volumeId: volume.id, startedAt, endedAt, frames, startTicks },
        ...{ bytes: outcome.bytes, initBytes: this.#init.length, end, clockOffsetMs, sha256: outcome.sha256 },
      };
      const facts = whole || (await tools.repair(volume, relative));
      if (!facts) return void (this.#holeFrom ??= startedAt);
      this.#onDisk();
      const { startedAt: toldAt } = this.#facts!;
      if (facts.startedAt < toldAt) onMoved(toldAt, facts.startedAt);
      if (this.#holeFrom !== null) onHole(this.#holeFrom, facts.startedAt);
      // what follows may have found room where this one had none: the rest of it is missing in between
      this.#holeFrom = facts.frames < frames ? facts.endedAt : null;
      this.#lastEndedAt = facts.endedAt;
      onSegment(whole || { ...facts, end: 'disk' });
    });
  }

  #trouble(trouble: DiskTrouble, detail: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.onTrouble(trouble, detail);
  }
}

function msOf(ticks: number): number {
  return (ticks * 1000) / TIMESCALE;
}
