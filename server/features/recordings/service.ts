import type { Camera } from '#contract/cameras.ts';
import {
  RecordingPlan,
  type ReconcileAnswer,
  type RecordingPlanInput,
  type RecordingState,
} from '#contract/footage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { RecorderReport } from '#lib/recorder-report.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { FootageRows, type OpenGap } from './footage-rows.ts';
import { PlansRepository } from './plans.ts';
import type {
  AlertsPort,
  CamerasPort,
  FilesPort,
  HoursPort,
  RecorderPort,
  RecorderStatus,
  VolumeRoot,
  VolumesPort,
} from './ports.ts';
import { Reconciler } from './reconciler.ts';
import { RowWriter } from './row-writer.ts';
import { assignmentOf, isSeenBy } from './schedule.ts';

const DAY_MS = 24 * 3600_000;
/** Where no calendar says when, windows are asked again this often; and volumes, whether one came back. */
const ASK_EVERY_MS = 30_000;

export interface RecordingsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  cameras: CamerasPort;
  alerts: AlertsPort;
  hours: HoursPort;
  volumes: VolumesPort;
  files: FilesPort;
  /** What it reports comes to `hear`. */
  recorder: RecorderPort;
}

interface Planned {
  plan: RecordingPlan;
  /** Until then it is recorded for an alert that is over, epoch ms. */
  alertedUntil: number;
  cancelTimer: (() => void) | null;
}

/** Recording 录像: which cameras are recorded when, the rows about it, and that rows and files agree. */
export class RecordingsService {
  /** What a camera's recorder does, at every change. */
  readonly changed = new Emitter<RecordingState>();
  readonly #deps: RecordingsDeps;
  readonly #plans: PlansRepository;
  readonly #rows: FootageRows;
  readonly #writer: RowWriter;
  readonly #reconciler: Reconciler;
  readonly #recorder: RecorderPort;
  readonly #planned = new Map<string, Planned>();
  readonly #since = new Map<string, string>();
  readonly #reconciling = new Serial();
  readonly #planning = new Serial();
  #gaps = new Map<string, OpenGap>();
  #usable = new Set<string>();
  #leave: (() => void)[] = [];

  constructor(deps: RecordingsDeps) {
    const { db, clock, log, problems, files } = deps;
    this.#deps = deps;
    this.#plans = new PlansRepository(db);
    this.#rows = new FootageRows(db);
    this.#writer = new RowWriter({
      ...{ clock, log, problems },
      write: (reports) => this.#rows.write(reports),
      onForgotten: () => this.#reconcileLater(),
    });
    this.#reconciler = new Reconciler({ rows: this.#rows, files, log });
    this.#recorder = deps.recorder;
  }

  /** Takes what the recorder tells. */
  hear(report: RecorderReport): void {
    this.#writer.put(report);
  }

  /** After cameras, alerts and volumes. Rows and files agree before anything is recorded. */
  async start(): Promise<void> {
    if (this.#leave.length > 0) return;
    const { cameras, alerts, hours, volumes, clock } = this.#deps;
    const usable = volumes.usable();
    this.#usable = new Set(usable.map(({ id }) => id));
    await this.#reconciler.run(usable, null, new Set());
    await this.#rows.closeAbandoned([]);
    this.#gaps = new Map((await this.#rows.openGaps()).map((gap) => [`${gap.cameraId}/${gap.role}`, gap]));
    for (const [cameraId, plan] of await this.#plans.all()) {
      this.#planned.set(cameraId, { plan, alertedUntil: 0, cancelTimer: null });
    }
    this.#writer.start();
    this.#recorder.start();
    this.#leave = [
      this.#recorder.statusChanged.on((status) => this.#tell(status)),
      cameras.changed.on(({ id }) => this.#decide(id)),
      cameras.removed.on((cameraId) => this.#forget(cameraId)),
      alerts.changed.on((alert) => {
        for (const cameraId of this.#planned.keys()) if (isSeenBy(alert, cameraId)) this.#decide(cameraId);
      }),
      hours.changed.on((hallId) => this.#hoursChanged(hallId)),
      clock.every(ASK_EVERY_MS, () => this.#lookForVolumes()),
    ];
    for (const cameraId of this.#planned.keys()) this.#decide(cameraId);
  }

  /** Ends all runs and stores what they were. */
  async stop(): Promise<void> {
    if (this.#leave.length === 0) return;
    for (const leave of this.#leave.splice(0)) leave();
    for (const planned of this.#planned.values()) planned.cancelTimer?.();
    await this.#reconciling.run(async () => undefined);
    await this.#recorder.stop();
    await this.#writer.stop();
    this.#planned.clear();
    this.#since.clear();
  }

  /** Rows that are not stored yet. */
  get waitingRows(): number {
    return this.#writer.waiting;
  }

  /** Throws NOT_FOUND for a camera that is not there; one that was never planned is `off`. */
  plan(cameraId: string): RecordingPlan {
    this.#deps.cameras.get(cameraId);
    return this.#planned.get(cameraId)?.plan ?? RecordingPlan.parse({ mode: 'off' });
  }

  /** Holds from now on. Throws NOT_FOUND, REQUEST_INVALID. */
  async setPlan(cameraId: string, input: RecordingPlanInput): Promise<RecordingPlan> {
    const plan = RecordingPlan.parse(input);
    if (plan.minDays !== null && plan.maxDays !== null && plan.minDays > plan.maxDays) {
      throw new AppError('REQUEST_INVALID', 'maxDays must not be below minDays');
    }
    return this.#planning.run(async () => {
      this.#deps.cameras.get(cameraId);
      await this.#plans.save(cameraId, plan);
      const known = this.#planned.get(cameraId);
      if (known && known.plan.role !== plan.role) await this.#release(cameraId, known.plan);
      known?.cancelTimer?.();
      this.#planned.set(cameraId, { plan, alertedUntil: known?.alertedUntil ?? 0, cancelTimer: null });
      this.#decide(cameraId);
      return plan;
    });
  }

  /** Of every camera with a plan. */
  states(): RecordingState[] {
    return this.#recorder.statuses().flatMap((status) => this.#stateOf(status) ?? []);
  }

  /** Compares files and rows, on disks and in stores. `since`: epoch ms, a day ago where nothing is said. Throws STORE_AWAY, STORE_REFUSED. */
  reconcile(since?: number): Promise<ReconcileAnswer> {
    const { volumes } = this.#deps;
    return this.#reconcile([...volumes.usable(), ...volumes.stores()], since);
  }

  #reconcile(volumes: VolumeRoot[], since = this.#deps.clock.now() - DAY_MS): Promise<ReconcileAnswer> {
    return this.#reconciling.run(async () => {
      const leave = this.#recorder.runs();
      await this.#writer.settled();
      return this.#reconciler.run(volumes, since, leave);
    });
  }

  #decide(cameraId: string): void {
    const planned = this.#planned.get(cameraId);
    if (!planned) return;
    const { cameras, clock } = this.#deps;
    planned.cancelTimer?.();
    planned.cancelTimer = null;
    const camera = cameras.list().find(({ id }) => id === cameraId);
    if (!camera) return;
    const now = clock.now();
    const { plan } = planned;
    const alerted = this.#isAlerted(camera, planned, now);
    const open = this.#deps.hours.isOpen(camera.hallId);
    const wanted = assignmentOf(plan, { enabled: camera.enabled, open, alerted });
    const stream = { cameraId, role: plan.role };
    const lasting = this.#gaps.get(`${cameraId}/${plan.role}`);
    this.#recorder.assign({ ...stream, ...wanted }, { from: lasting?.from ?? now, gap: lasting?.gap ?? null });
    const next = this.#nextLook(camera, planned, now);
    if (next !== null) planned.cancelTimer = onceAt(clock, next, () => this.#decide(cameraId));
  }

  #isAlerted({ id }: Camera, planned: Planned, now: number): boolean {
    if (planned.plan.mode !== 'on-alert') return false;
    if (this.#deps.alerts.open().some((alert) => alert.outcome === null && isSeenBy(alert, id))) {
      planned.alertedUntil = now + planned.plan.postRollSec * 1000;
      return true;
    }
    return planned.alertedUntil > now;
  }

  /** When something changes by itself, epoch ms; null: nothing does. */
  #nextLook({ hallId }: Camera, { plan, alertedUntil }: Planned, now: number): number | null {
    if (plan.mode === 'on-alert') return alertedUntil > now ? alertedUntil : null;
    if (plan.mode !== 'opening-hours') return null;
    return this.#deps.hours.nextChange(hallId) ?? now + ASK_EVERY_MS;
  }

  #hoursChanged(hallId: string | null): void {
    for (const [cameraId, { plan }] of this.#planned) {
      if (plan.mode !== 'opening-hours') continue;
      const camera = this.#deps.cameras.list().find(({ id }) => id === cameraId);
      if (camera && (hallId === null || camera.hallId === hallId)) this.#decide(cameraId);
    }
  }

  #forget(cameraId: string): void {
    const planned = this.#planned.get(cameraId);
    if (!planned) return;
    planned.cancelTimer?.();
    this.#planned.delete(cameraId);
    this.#since.delete(cameraId);
    void this.#planning.run(() => this.#release(cameraId, planned.plan));
  }

  /** The stream of this plan is recorded no more; where it is planned again, the gap goes on that begins now. */
  async #release(cameraId: string, { role }: RecordingPlan): Promise<void> {
    await this.#recorder.remove({ cameraId, role });
    await this.#writer.settled();
    const gaps = await this.#rows.openGaps().catch(() => []);
    const gap = gaps.find((each) => each.cameraId === cameraId && each.role === role);
    if (gap) this.#gaps.set(`${cameraId}/${role}`, gap);
  }

  /** What was written to a volume that was away has no rows yet. */
  #lookForVolumes(): void {
    const now = new Set(this.#deps.volumes.usable().map(({ id }) => id));
    const isBack = [...now].some((id) => !this.#usable.has(id));
    this.#usable = now;
    if (isBack) this.#reconcileLater();
  }

  #reconcileLater(): void {
    void this.#reconcile(this.#deps.volumes.usable()).catch((error: unknown) => {
      this.#deps.log.warn({ reason: messageOf(error) }, 'files and rows of footage could not be compared');
    });
  }

  #tell(status: RecorderStatus): void {
    this.#since.set(status.cameraId, new Date(this.#deps.clock.now()).toISOString());
    const state = this.#stateOf(status);
    if (state) this.changed.emit(state);
  }

  #stateOf({ cameraId, role, ...status }: RecorderStatus): RecordingState | null {
    const plan = this.#planned.get(cameraId)?.plan;
    if (!plan || plan.role !== role) return null;
    const since = this.#since.get(cameraId) ?? new Date(this.#deps.clock.now()).toISOString();
    return { cameraId, role, mode: plan.mode, since, ...status };
  }
}
