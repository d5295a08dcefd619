import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { StreamState } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import type { StreamsPort, StreamTarget } from '../../../server/features/cameras/ports.ts';
import { CamerasService, type CamerasDeps } from '../../../server/features/cameras/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { OnvifResponder, type OddCamera } from '../../helpers/onvif-responder.ts';

/** Remembers what is to be pulled, and says of it what it is told to say. */
class Streams implements StreamsPort {
  readonly targets = new Map<string, StreamTarget>();
  readonly stateChanged = new Emitter<StreamState>();
  readonly #states = new Map<string, StreamState>();

  setTarget(target: StreamTarget): void {
    this.targets.set(`${target.cameraId}/${target.role}`, target);
  }

  removeTarget(cameraId: string, { role }: { role?: StreamTarget['role'] } = {}): void {
    for (const one of role ? [role] : ['main', 'sub']) {
      this.targets.delete(`${cameraId}/${one}`);
      this.#states.delete(`${cameraId}/${one}`);
    }
  }

  states(): StreamState[] {
    return [...this.#states.values()];
  }

  say(cameraId: string, status: StreamState['status'], more: Partial<StreamState> = {}): void {
    const since = new Date(0).toISOString();
    const state: StreamState = {
      cameraId,
      role: 'sub',
      status,
      since,
      source: null,
      code: null,
      detail: null,
      ...more,
    };
    this.#states.set(`${cameraId}/${state.role}`, state);
    this.stateChanged.emit(state);
  }
}

/** The service on a real database with one hall, real questions to cameras, and a clock that is moved by hand. */
export class Stage {
  database!: TestDatabase;
  clock!: ManualClock;
  streams!: Streams;
  problems!: ProblemBoard;
  cameras!: CamerasService;
  #deps!: CamerasDeps;
  readonly #responders: OnvifResponder[] = [];

  async open(): Promise<void> {
    this.database = await openTestDatabase();
    const { db } = this.database;
    await db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
    await db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
    await db.query(
      `INSERT INTO service_window (hall_id, id, label, name)
       SELECT 'h1', id, id, '{"zh": "窗", "en": "W"}' FROM unnest('{w1,w2,w3}'::text[]) AS w (id)`,
    );
  }

  async set(): Promise<void> {
    this.clock = new ManualClock(Date.UTC(2026, 0, 1));
    this.streams = new Streams();
    this.problems = new ProblemBoard(this.clock);
    this.#deps = {
      db: this.database.db,
      clock: this.clock,
      log: silentLogger,
      secret: randomBytes(32),
      streams: this.streams,
      mayWatch: ({ account }) => account !== 'left',
      discover: discoverCameras,
      describe: describeCamera,
      problems: this.problems,
    };
    this.cameras = new CamerasService(this.#deps);
    await this.cameras.start();
  }

  async clear(): Promise<void> {
    await this.cameras.stop();
    for (const responder of this.#responders.splice(0)) await responder.stop();
    await this.database.db.query('DELETE FROM camera');
  }

  async odd(camera: OddCamera = {}): Promise<OnvifResponder> {
    const responder = await new OnvifResponder(camera).start();
    this.#responders.push(responder);
    return responder;
  }

  /** The service of a next start of the program, on the same database. */
  async restart(change: Partial<CamerasDeps> = {}): Promise<void> {
    await this.cameras.stop();
    this.streams = new Streams();
    this.cameras = new CamerasService({ ...this.#deps, streams: this.streams, ...change });
    await this.cameras.start();
  }
}

/** A stage for the tests of this file: one database, everything else anew for each test. */
export function useStage(): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.set());
  afterEach(() => stage.clear());
  afterAll(() => stage.database.close());
  return stage;
}

/** A camera without ONVIF. */
export const byHand = {
  hallId: 'h1',
  name: 'Door',
  streamUris: { main: 'rtsp://10.0.0.9/main', sub: 'rtsp://10.0.0.9/sub' },
};

/** The next value of an emitter. */
export function next<T>(emitter: Emitter<T>): Promise<T> {
  return new Promise((resolve) => {
    const leave = emitter.on((value) => {
      leave();
      resolve(value);
    });
  });
}
