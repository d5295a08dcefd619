import type { Clock } from '#lib/clock.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import type { Logger } from '#lib/logger.ts';
import type { StreamState } from '#contract/cameras.ts';
import type { AccessUnit, SoundFormat, StreamFormat } from './access-unit.ts';
import type { Hub } from './hub.ts';
import { RetryPace, type Pace } from './retry-pace.ts';
import type { Source, SourceCode, SourceEnd, SourceKind, SourceSink } from './source.ts';
import { StreamLog } from './stream-log.ts';
import {
  describe,
  initialState,
  step,
  TIMER_MS,
  type SourceChoice,
  type SupervisorEffect,
  type SupervisorInput,
  type SupervisorState,
  type TimerName,
} from './supervisor-machine.ts';

const WATCH_EVERY_MS = 500;
/** No picture for this long is a lost stream, whatever the connection says. */
export const SILENT_AFTER_MS = 3000;
/** For the first picture: some cameras start their encoder only now, and ffmpeg looks into the stream before. */
export const START_WITHIN_MS = 15_000;
/**
 * Pictures come, but none that can be decoded: a new connection brings a key frame, or the other source reads them. Where
 * the stream has shown how far its key frames are apart, twice that is waited for the next, and no less than 5 s.
 */
export const UNDECODABLE_AFTER_MS = 20_000;
export const LEAST_UNDECODABLE_MS = 5000;

export interface SupervisorOptions {
  hub: Hub;
  choice: SourceChoice;
  source: (kind: SourceKind) => Source;
  /** Tells when a refused password may be tried again. */
  guard: Pick<CredentialGuard, 'untilOpen'>;
  clock: Clock;
  log: Logger;
  onState: (state: Pick<StreamState, 'status' | 'source' | 'code' | 'detail'>) => void;
  random?: () => number;
}

/** One run of a source, from its start until it has ended or was halted. */
interface Run {
  readonly source: SourceKind;
  readonly abort: AbortController;
  readonly startedAt: number;
  heardAt: number | null;
  decodableAt: number;
  keyAt: number | null;
  /** The longest way from key frame to key frame. */
  keyGapMs: number | null;
  format: StreamFormat | null;
  soundFormat: SoundFormat | null;
  /** From the source's own time to the hub's. */
  ptsShift: number | null;
}

/** Keeps one profile of one camera flowing into its hub: carries out what the state machine decides. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #runs = new Map<SourceKind, Run>();
  readonly #ending = new Set<Promise<void>>();
  readonly #timers = new Map<TimerName | 'retry', () => void>();
  readonly #pace: RetryPace;
  readonly #log: StreamLog;
  #state: SupervisorState;
  #endWatch: (() => void) | null = null;
  #watchedAt = 0;
  /** How long the attempt took that failed last. */
  #attemptMs = 0;
  /** The source has yet to notice what gave reason to hurry. */
  #hurried = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#state = initialState(options.choice);
    this.#pace = new RetryPace(options.random);
    this.#log = new StreamLog(options);
  }

  /** Somebody needs the stream from now on, or nobody does. */
  want(wanted: boolean): void {
    this.#put({ type: wanted ? 'wanted' : 'unwanted' });
  }

  /** There is reason to believe that the next attempt succeeds: it is made at once instead of after its pause. */
  hurry(): void {
    this.#hurried = !this.#timers.has('retry');
    if (this.#hurried) return;
    this.#cancelTimer('retry');
    this.#put({ type: 'retry' });
  }

  /** Resolves when every source has let go of its sockets and children. */
  async stop(): Promise<void> {
    this.#put({ type: 'stop' });
    await Promise.all(this.#ending);
  }

  #put(input: SupervisorInput): void {
    const before = describe(this.#state);
    const [state, effects] = step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    const after = describe(state);
    if (before.status === after.status && before.source === after.source && before.code === after.code) return;
    this.#log.changed(after);
    this.#options.onState(after);
  }

  #carryOut(effect: SupervisorEffect): void {
    switch (effect.do) {
      case 'run':
        return this.#run(effect.source);
      case 'halt':
        return this.#halt(effect.source);
      case 'retry-later':
        return this.#startTimer('retry', this.#pause(effect.pace));
      case 'await-leave':
        return this.#awaitLeave();
      case 'cancel-retry':
        return this.#cancelTimer('retry');
      case 'forget-failures':
        this.#pace.forget();
        this.#log.steady();
        return;
      case 'start-timer':
        return this.#startTimer(effect.timer, effect.timer === 'trial' ? effect.ms : TIMER_MS[effect.timer]);
      case 'cancel-timer':
        return this.#cancelTimer(effect.timer);
      case 'clear-hub':
        return this.#options.hub.clear();
    }
  }

  #pause(pace: Exclude<Pace, 'refused'>): number {
    const hurried = this.#hurried;
    this.#hurried = false;
    return hurried ? 0 : this.#pace.pause(pace, this.#attemptMs);
  }

  #awaitLeave(): void {
    this.#cancelTimer('retry');
    const waiting = new AbortController();
    this.#timers.set('retry', () => waiting.abort());
    void this.#options.guard.untilOpen(waiting.signal).then(() => {
      if (waiting.signal.aborted) return;
      this.#timers.delete('retry');
      this.#put({ type: 'retry' });
    });
  }

  #startTimer(name: TimerName | 'retry', ms: number): void {
    this.#cancelTimer(name);
    const fire = () => {
      this.#timers.delete(name);
      this.#put(name === 'retry' ? { type: 'retry' } : { type: 'timer', timer: name });
    };
    this.#timers.set(name, this.#options.clock.after(ms, fire));
  }

  #cancelTimer(name: TimerName | 'retry'): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #run(kind: SourceKind): void {
    const now = this.#options.clock.monotonic();
    const run: Run = {
      source: kind,
      abort: new AbortController(),
      startedAt: now,
      heardAt: null,
      decodableAt: now,
      keyAt: null,
      keyGapMs: null,
      format: null,
      soundFormat: null,
      ptsShift: null,
    };
    this.#runs.set(kind, run);
    this.#watch();
    const ended = this.#options
      .source(kind)
      .run(this.#sinkOf(run), run.abort.signal)
      .then((end) => this.#onEnd(run, end))
      .finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #halt(kind: SourceKind): void {
    this.#runs.get(kind)?.abort.abort();
    this.#runs.delete(kind);
    if (this.#runs.size > 0) return;
    this.#endWatch?.();
    this.#endWatch = null;
  }

  #onEnd(run: Run, end: SourceEnd): void {
    if (this.#runs.get(run.source) !== run || end.reason === 'stopped') return;
    this.#fail(run, end.code, end.detail);
  }

  #fail(run: Run, code: SourceCode, detail: string): void {
    this.#halt(run.source);
    this.#attemptMs = this.#options.clock.monotonic() - run.startedAt;
    this.#log.failed();
    this.#put({ type: 'failed', source: run.source, code, detail });
  }

  #sinkOf(run: Run): SourceSink {
    const { clock, hub } = this.#options;
    return {
      format: (format) => {
        run.format = format;
        if (this.#carries(run)) hub.setFormat(format);
      },
      unit: (unit) => {
        run.heardAt = run.decodableAt = clock.monotonic();
        if (unit.key) noteKey(run, run.heardAt);
        this.#onUnit(run, unit);
      },
      dropped: () => {
        run.heardAt = clock.monotonic();
        if (this.#carries(run)) hub.drop();
      },
      soundFormat: (format) => {
        run.soundFormat = format;
        if (this.#carries(run)) hub.setSoundFormat(format);
      },
      sound: (unit) => {
        // On the line of the pictures, which begins with the first of them.
        if (run.ptsShift === null || !this.#carries(run)) return;
        unit.pts += run.ptsShift;
        hub.pushSound(unit);
      },
      link: (report) => {
        if (this.#carries(run)) hub.meter.link(report);
      },
    };
  }

  #onUnit(run: Run, unit: AccessUnit): void {
    const { hub, clock } = this.#options;
    if (this.#runs.get(run.source) !== run) return;
    if (!this.#carries(run)) {
      this.#put({ type: 'picture', source: run.source });
      if (!this.#carries(run)) return;
      if (run.format) hub.setFormat(run.format);
      hub.setSoundFormat(run.soundFormat);
    }
    run.ptsShift ??= Math.max(hub.lastPts + 1, clock.monotonic()) - unit.pts;
    unit.pts += run.ptsShift;
    hub.push(unit);
  }

  /** Whether the hub gets its pictures from this run. */
  #carries(run: Run): boolean {
    const { phase } = this.#state;
    return phase.name === 'live' && phase.source === run.source && this.#runs.get(run.source) === run;
  }

  #watch(): void {
    this.#watchedAt = this.#options.clock.monotonic();
    this.#endWatch ??= this.#options.clock.every(WATCH_EVERY_MS, () => this.#look());
  }

  #look(): void {
    const now = this.#options.clock.monotonic();
    const stalled = now - this.#watchedAt > 2 * WATCH_EVERY_MS;
    this.#watchedAt = now;
    // We were asleep ourselves: what arrived meanwhile has yet to be read.
    if (stalled) return;
    for (const run of [...this.#runs.values()]) {
      const silence = now - (run.heardAt ?? run.startedAt);
      if (silence > allowedSilence(run)) {
        this.#fail(run, 'CAMERA_SILENT', `no picture for ${Math.round(silence / 1000)} s`);
      } else if (now - run.decodableAt > allowedUndecodable(run)) {
        this.#fail(run, 'CAMERA_PROTOCOL', `no decodable picture for ${Math.round((now - run.decodableAt) / 1000)} s`);
      }
    }
  }
}

function noteKey(run: Run, now: number): void {
  if (run.keyAt !== null) run.keyGapMs = Math.max(run.keyGapMs ?? 0, now - run.keyAt);
  run.keyAt = now;
}

function allowedUndecodable({ keyGapMs }: Run): number {
  if (keyGapMs === null) return UNDECODABLE_AFTER_MS;
  return Math.min(UNDECODABLE_AFTER_MS, Math.max(LEAST_UNDECODABLE_MS, 2 * keyGapMs));
}

/** A camera set to a picture every two seconds is not silent in between. */
function allowedSilence(run: Run): number {
  if (run.heardAt === null) return START_WITHIN_MS;
  return Math.max(SILENT_AFTER_MS, 3000 / (run.format?.fps ?? 25));
}
