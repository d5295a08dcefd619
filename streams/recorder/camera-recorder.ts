import { ulid } from 'ulid';
import type { RecordingState } from '#contract/footage.ts';
import type { GapCause, SegmentEnd } from '#contract/footage.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Clock } from '#lib/clock.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../access-unit.ts';
import type { Hub, HubState, Viewer } from '../hub.ts';
import { GapTeller } from './gap-teller.ts';
import { PictureClock } from './picture-clock.ts';
import type { GapFacts, RecorderReport, SegmentFacts, StreamKey } from '#lib/recorder-report.ts';
import { PreRoll } from './pre-roll.ts';
import { Run, type OpenSegment, type RunTools } from './run.ts';

/** What a stream's recorder is told to do. */
export interface Assignment extends StreamKey {
  readonly record: boolean;
  /** Why not, where not. */
  readonly cause: Extract<GapCause, 'not-planned' | 'schedule' | 'camera-disabled'>;
  /** Kept in memory while it is not recorded, ms; 0 keeps nothing and lets go of the stream. */
  readonly preRollMs: number;
}

/** What is known of a stream when its recorder begins. */
export interface Beginning {
  /** The gap that lasts, or since when the stream is to be recorded where none does. */
  readonly from: number;
  readonly gap: GapFacts | null;
}

export type RecorderStatus = StreamKey & Pick<RecordingState, 'status' | 'cause' | 'code' | 'fps' | 'bytesPerSec'>;

export interface CameraRecorderOptions extends StreamKey {
  readonly beginning: Beginning;
  readonly clock: Clock;
  readonly tools: RunTools;
  readonly hubOf: (cameraId: string, role: StreamKey['role']) => Hub | undefined;
  readonly report: (report: RecorderReport) => void;
  readonly onStatus: (status: RecorderStatus) => void;
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CAMERA_UNAUTHORIZED',
  'CAMERA_ADDRESS_FORBIDDEN',
  'CAMERA_CODEC_UNSUPPORTED',
  'CAMERA_NO_STREAM',
]);

/** Records one stream: a viewer of its hub that cuts what it sees into runs, and tells of runs and gaps. */
export class CameraRecorder implements Viewer {
  readonly #options: CameraRecorderOptions;
  readonly #gaps: GapTeller;
  readonly #pictureClock = new PictureClock();
  readonly #preRoll: PreRoll;
  #assignment: Assignment;
  #leave: (() => void) | null = null;
  #format: StreamFormat | null = null;
  #sound: SoundFormat | null = null;
  #run: { run: Run; began: boolean; over: (end: SegmentEnd, gap: GapFacts | null) => void } | null = null;
  readonly #runs = new Set<string>();
  /** Our clock was set: the run that goes on ends with the next key picture. */
  #clockWasSet = false;
  /** Why nothing is recorded that should be. */
  #trouble: { cause: GapCause; code: ErrorCode } | null = null;
  #lastSegment: SegmentFacts | null = null;
  /** `pts` of the newest picture that was recorded. */
  #recordedTo = Number.NEGATIVE_INFINITY;
  #shown = '';
  /** Resolves when all that happened so far has been told. */
  #said: Promise<void> = Promise.resolve();

  constructor(options: CameraRecorderOptions) {
    const { cameraId, role, beginning, report, tools } = options;
    this.#options = options;
    this.#preRoll = new PreRoll(tools.pool);
    this.#gaps = new GapTeller((gap) => report({ cameraId, role, ...gap }), beginning.from, beginning.gap);
    this.#assignment = { cameraId, role, record: false, cause: 'not-planned', preRollMs: 0 };
  }

  get status(): RecorderStatus {
    const { cameraId, role, record, cause } = this.#assignment;
    const { fps, bytesPerSec } = ratesOf(this.#lastSegment);
    const idle = { cameraId, role, code: null, fps, bytesPerSec };
    if (!record) return { ...idle, status: cause === 'schedule' ? 'waiting' : 'off', cause };
    if (this.#run?.began) return { ...idle, status: 'recording', cause: null };
    const trouble = this.#trouble;
    return trouble ? { ...idle, status: 'failed', ...trouble } : { ...idle, status: 'waiting', cause: null };
  }

  get open(): OpenSegment | null {
    return this.#run?.run.open ?? null;
  }

  /** Runs whose files are in work: that goes on, or is being finished. */
  get runs(): ReadonlySet<string> {
    return this.#runs;
  }

  get preRollBytes(): number {
    return this.#preRoll.bytes;
  }

  /** From now on. */
  assign(assignment: Assignment): void {
    if (!this.#assignment.record) this.#pictureClock.forget();
    this.#assignment = assignment;
    const { record, cause, preRollMs } = assignment;
    this.#preRoll.ms = preRollMs;
    const at = this.#options.clock.now();
    if (record) {
      this.#say(() => this.#gaps.wanted(at));
      this.#preRoll.replay((unit) => (unit.track === 'video' ? this.#record(unit) : this.#run?.run.sound(unit)));
    } else {
      this.#missing('stopped', { cause, detail: null });
      if (preRollMs === 0) this.#preRoll.clear();
    }
    this.look();
    this.#show();
  }

  /** Joins the stream where it should and has not, and leaves it where it need not. Asked every second. */
  look(): void {
    const { cameraId, role, record, preRollMs } = this.#assignment;
    if (!record && preRollMs === 0) return this.#part();
    if (this.#leave) return;
    const hub = this.#options.hubOf(cameraId, role);
    if (hub) {
      // Set before: joining calls us.
      this.#leave = () => undefined;
      this.#leave = hub.join(this);
    } else if (record) {
      this.#lost('CAMERA_NO_STREAM');
    }
  }

  /** Ends what runs, for this reason, and resolves when all is written and told. */
  async stop(cause: 'server-stopped' | 'not-planned' | 'camera-disabled'): Promise<void> {
    this.#part();
    this.#preRoll.clear();
    this.#missing('stopped', { cause, detail: null });
    await this.#said;
  }

  onState({ status, code }: HubState): void {
    if (status !== 'lost') return;
    this.#pictureClock.forget();
    this.#preRoll.clear();
    if (this.#assignment.record) this.#lost(code ?? 'CAMERA_UNREACHABLE');
  }

  onFormat(format: StreamFormat): void {
    this.#format = format;
    this.#preRoll.clear();
    this.#end('format-changed', null);
  }

  onSoundFormat(format: SoundFormat | null): void {
    if (sameSound(this.#sound, format)) return;
    this.#sound = format;
    this.#preRoll.clear();
    this.#end('format-changed', null);
  }

  onUnit(unit: AccessUnit): void {
    const { clock } = this.#options;
    if (this.#pictureClock.step(clock.now(), clock.monotonic()) !== 0) this.#clockWasSet = this.#run !== null;
    // Not before: a run begins with a key picture, and what comes until then would be lost.
    if (this.#clockWasSet && unit.key) this.#end('clock', { cause: 'clock-set', detail: null });
    if (!unit.follows) {
      this.#pictureClock.forget();
      this.#preRoll.clear();
      this.#end('lost', { cause: 'camera-lost', detail: 'CAMERA_LOSSY' });
    }
    if (this.#assignment.record) this.#record(unit);
    else if (this.#assignment.preRollMs > 0) this.#preRoll.keep(unit);
  }

  onSound(unit: SoundUnit): void {
    if (this.#run) this.#run.run.sound(unit);
    else if (!this.#assignment.record && this.#assignment.preRollMs > 0) this.#preRoll.keep(unit);
  }

  onEnd(): void {
    this.#leave = null;
    this.#format = this.#sound = null;
    this.#pictureClock.forget();
    this.#preRoll.clear();
    // Who closed it says why with the next assignment.
    this.#end('lost', null);
  }

  #record(unit: AccessUnit): void {
    // The hub replays to who joins: what was recorded before leaving is not recorded twice.
    if (unit.pts <= this.#recordedTo) return;
    const takenAt = this.#pictureClock.at(unit);
    if (!this.#run) {
      if (!unit.key || !this.#format) return;
      this.#begin(this.#format);
    }
    this.#recordedTo = unit.pts;
    this.#run!.run.picture(unit, takenAt);
  }

  #begin(format: StreamFormat): void {
    const { cameraId, role, clock, tools, report } = this.#options;
    const key = { cameraId, role };
    let said = this.#said;
    const say = (tell: () => void) => void (said = said.then(tell));
    const id = ulid(clock.now());
    const run = new Run({
      ...key,
      id,
      format,
      sound: this.#sound,
      tools,
      onBegan: (facts) => {
        if (this.#run?.run === run) this.#run.began = true;
        this.#trouble = null;
        this.#show();
        say(() => {
          this.#gaps.began(facts.startedAt);
          report({ ...key, type: 'run-began', run: facts });
        });
      },
      onMoved: (from, at) => say(() => report({ ...key, type: 'run-moved', runId: id, from, at })),
      onSegment: (segment) => {
        this.#lastSegment = segment;
        say(() => report({ ...key, type: 'segment', segment }));
      },
      onHole: (from, until) =>
        say(() => {
          report({ ...key, type: 'gap-began', at: from, cause: 'disk-failed', detail: 'VOLUME_FAILED' });
          report({ ...key, type: 'gap-ended', from, at: until });
        }),
      onTrouble: (trouble) => {
        if (this.#run?.run !== run) return;
        this.#trouble = trouble;
        this.#end('disk', { cause: trouble.cause, detail: trouble.code });
      },
    });
    this.#runs.add(id);
    const ended = Promise.withResolvers<void>();
    this.#said = ended.promise;
    const over = (end: SegmentEnd, gap: GapFacts | null) => {
      const at = clock.now();
      void run.end(end).then(async (endedAt) => {
        await said;
        this.#runs.delete(id);
        if (endedAt !== null) {
          report({ ...key, type: 'run-ended', runId: id, endedAt, end });
          this.#gaps.ended(endedAt, gap);
        } else if (gap) {
          this.#gaps.missing(at, gap);
        }
        ended.resolve();
      });
    };
    this.#run = { run, began: false, over };
  }

  #end(end: SegmentEnd, gap: GapFacts | null): void {
    const run = this.#run;
    this.#run = null;
    this.#clockWasSet = false;
    run?.over(end, gap);
    if (run) this.#show();
  }

  /** Nothing is recorded from now on, for this reason. */
  #missing(end: SegmentEnd, gap: GapFacts): void {
    const at = this.#options.clock.now();
    if (this.#run) this.#end(end, gap);
    else this.#say(() => this.#gaps.missing(at, gap));
  }

  #lost(code: ErrorCode): void {
    const cause = REFUSALS.has(code) ? 'camera-refused' : 'camera-lost';
    this.#trouble = { cause, code };
    this.#missing('lost', { cause, detail: code });
    this.#show();
  }

  #part(): void {
    this.#leave?.();
    this.#leave = null;
    this.#format = this.#sound = null;
    this.#pictureClock.forget();
  }

  #say(tell: () => void): void {
    this.#said = this.#said.then(tell);
  }

  #show(): void {
    const { status } = this;
    const shown = `${status.status} ${status.cause} ${status.code}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.onStatus(status);
  }
}

function sameSound(a: SoundFormat | null, b: SoundFormat | null): boolean {
  if (!a || !b) return a === b;
  const { codec, sampleRate, channels, description } = a;
  return (
    codec === b.codec && sampleRate === b.sampleRate && channels === b.channels && description.equals(b.description)
  );
}

function ratesOf(segment: SegmentFacts | null): Pick<RecorderStatus, 'fps' | 'bytesPerSec'> {
  const seconds = segment ? (segment.endedAt - segment.startedAt) / 1000 : 0;
  if (!segment || seconds <= 0) return { fps: null, bytesPerSec: null };
  return { fps: segment.frames / seconds, bytesPerSec: segment.bytes / seconds };
}
