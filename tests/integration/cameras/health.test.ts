import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { StreamHealth } from '#contract/camera-health.ts';
import type { Camera } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { unguarded } from '#lib/credential-guard.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { CameraEventsService } from '../../../server/features/camera-events/service.ts';
import type { SubscriptionState } from '../../../server/features/camera-events/ports.ts';
import { CameraHealthService } from '../../../server/features/camera-health/service.ts';
import type { Database } from '../../../server/db/database.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const START = Date.UTC(2026, 2, 2, 1);
const MINUTE = 60_000;

let database: TestDatabase;
let clock: ManualClock;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => {
  clock = new ManualClock(START);
});
afterAll(() => database.close());

/** A database that is away while told so. */
function brittle(): { db: Database; away: boolean } {
  const shell = {
    away: false,
    db: Object.assign(Object.create(database.db) as Database, {
      query: (text: string, values?: unknown[]) =>
        shell.away ? Promise.reject(new Error('away')) : database.db.query(text, values),
    }),
  };
  return shell;
}

describe('camera health', () => {
  const sample = (cameraId: string, fps: number | null): StreamHealth => ({
    ...{ cameraId, role: 'sub', status: 'live', source: 'rtsp', fps, kbps: 420.5, keyIntervalSec: 2 },
    ...{ at: new Date(clock.now()).toISOString(), lossRatio: null, jitterMs: 1.5, clockOffsetMs: -12 },
    ...{ dropped: 1, losses: fps === 16 ? 2 : 0, uptime: 1 },
  });

  async function runFor(minutes: number, cameraId: string, shell = brittle(), awayFrom = Infinity, awayTo = 0) {
    const measured: StreamHealth[] = [];
    let minute = 0;
    const health = new CameraHealthService({
      ...{ db: shell.db, clock, log: silentLogger },
      streams: { health: () => [sample(cameraId, 15 + minute), { ...sample('idle', null), uptime: null }] },
      onMeasured: (samples) => measured.push(...samples),
    });
    health.start();
    for (minute = 0; minute < minutes; minute += 1) {
      shell.away = minute >= awayFrom && minute < awayTo;
      clock.advance(MINUTE);
    }
    await health.stop();
    return { health, measured };
  }

  it('is measured every minute, and its course read back as it was', async () => {
    const { health, measured } = await runFor(3, 'course');
    expect(measured.map(({ fps }) => fps)).toEqual([15, 16, 17]);
    const course = await health.course('course', 'sub', 24);
    expect(course.map(({ fps }) => fps)).toEqual([15, 16, 17]);
    expect(course[0]).toEqual({
      ...{ at: new Date(START + MINUTE).toISOString(), fps: 15, kbps: 420.5, keyIntervalSec: 2, lossRatio: null },
      ...{ jitterMs: 1.5, clockOffsetMs: -12, dropped: 1, losses: 0, uptime: 1 },
    });
    expect(await health.course('course', 'main', 24)).toEqual([]);
    const lossesOfDay = await health.lossesOfDay(['course', 'idle']);
    expect([lossesOfDay('course', 'sub'), lossesOfDay('course', 'main')]).toEqual([2, 0]);
  });

  it('waits for a database that is away, and leaves no hole', async () => {
    const { health } = await runFor(10, 'patient', brittle(), 2, 8);
    expect((await health.course('patient', 'sub', 24)).map(({ fps }) => fps)).toEqual(
      Array.from({ length: 10 }, (_, i) => 15 + i),
    );
  });

  it('tells longer spans in wider steps', async () => {
    const { health } = await runFor(30, 'steps');
    const course = await health.course('steps', 'sub', 24 * 30);
    expect(course.length).toBeLessThanOrEqual(2);
    expect(course.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(30);
  });
});

describe('camera events', () => {
  const camera = (more: Partial<Camera> = {}) =>
    ({
      ...{ id: 'c1', enabled: true, onvifUrl: 'http://127.0.0.1/onvif', capabilities: { events: true } },
      ...more,
    }) as Camera;
  const motion = (active: boolean, more: Partial<CameraEvent> = {}) => ({
    ...{ kind: 'motion' as const, topic: 'tns1:RuleEngine/CellMotionDetector/Motion', source: 'V1', active },
    ...{ at: new Date(clock.now()).toISOString(), initial: false, ...more },
  });

  async function listening(cameras: Camera[]) {
    const changed = new Emitter<Camera>();
    const metrics = new Registry();
    const open: {
      signal: AbortSignal;
      say: (event: Omit<CameraEvent, 'cameraId'>) => void;
      turn: (state: SubscriptionState) => void;
    }[] = [];
    const events = new CameraEventsService({
      ...{ db: database.db, clock, log: silentLogger, metrics },
      cameras: {
        ...{ list: () => cameras, changed, removed: new Emitter<string>() },
        accessTo: () => ({ onvifUrl: 'http://127.0.0.1/onvif', username: 'u', password: 'p', guard: unguarded }),
      },
      subscribe: ({ signal, onEvent, onState }) => {
        open.push({ signal, say: onEvent, turn: onState });
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    });
    await events.start();
    return { events, open, changed, metrics };
  }

  it('are heard where a camera offers them, and changes alone are kept', async () => {
    const { events, open } = await listening([camera(), camera({ id: 'mute', enabled: false })]);
    expect(open).toHaveLength(1);
    const heard: boolean[] = [];
    events.heard.on(({ active }) => heard.push(active!));
    for (const active of [false, true, true, false, false, true]) open[0]!.say(motion(active));
    await events.stop();
    expect(heard).toEqual([true, false, true]);
    expect((await events.latest('c1', 10)).map(({ active }) => active).toSorted()).toEqual([false, true, true]);
    expect(open[0]!.signal.aborted).toBe(true);
  });

  it('of a quiet camera are not taken for those of one that cannot be heard', async () => {
    const { events, open, changed, metrics } = await listening([camera({ id: 'c6' })]);
    const states: (string | undefined)[] = [];
    events.subscriptionChanged.on((cameraId) => states.push(events.subscriptionOf(cameraId)?.status));
    expect(events.subscriptionOf('c6')).toMatchObject({ status: 'connecting', code: null });
    open[0]!.turn({ status: 'live' });
    clock.advance(MINUTE);
    open[0]!.turn({ status: 'lost', code: 'CAMERA_UNREACHABLE', detail: 'hung up' });
    const lost = { status: 'lost', since: new Date(clock.now()).toISOString() };
    clock.advance(MINUTE);
    open[0]!.turn({ status: 'connecting' });
    open[0]!.turn({ status: 'lost', code: 'CAMERA_NOT_ONVIF', detail: 'a web page' });
    expect(events.subscriptionOf('c6')).toEqual({ ...lost, code: 'CAMERA_NOT_ONVIF', detail: 'a web page' });
    expect(await metrics.metrics()).toContain('hallwatch_camera_event_subscriptions{status="lost"} 1');
    changed.emit(camera({ id: 'c6', enabled: false }));
    open[0]!.turn({ status: 'live' });
    expect(events.subscriptionOf('c6')).toBeNull();
    expect(states).toEqual(['live', 'lost', 'lost', undefined]);
    await events.stop();
  });

  it('that lasted when the program ended are known, so that the first word is news where it says otherwise', async () => {
    const cameras = [camera({ id: 'c3' }), camera({ id: 'c4' })];
    const before = await listening(cameras);
    const tamper = { kind: 'tamper' as const, topic: 'tns1:VideoSource/GlobalSceneChange' };
    // The database's clock is the real one; what is older than a week is no last word.
    const now = new Date().toISOString();
    before.open[0]!.say(motion(true, { ...tamper, at: now }));
    before.open[1]!.say(motion(true, { ...tamper, at: now }));
    before.open[1]!.say(motion(false, { ...tamper, at: new Date(Date.parse(now) + 1).toISOString() }));
    expect(before.events.lasting()).toMatchObject([{ cameraId: 'c3', kind: 'tamper', active: true }]);
    await before.events.stop();

    const after = await listening(cameras);
    expect(after.events.lasting()).toEqual([
      { cameraId: 'c3', ...tamper, source: 'V1', active: true, at: now, initial: false },
    ]);
    const heard: (boolean | null)[] = [];
    after.events.heard.on(({ active }) => heard.push(active));
    after.open[0]!.say(motion(false, { ...tamper, initial: true }));
    after.open[1]!.say(motion(false, { ...tamper, initial: true }));
    expect(heard).toEqual([false]);
    expect(after.events.lasting()).toEqual([]);
    await after.events.stop();
  });

  it('that are rare are not drowned by motion', async () => {
    const { events, open } = await listening([camera({ id: 'c5' })]);
    const heard = new Set<string>();
    events.heard.on(({ kind }) => heard.add(kind));
    for (let i = 0; i < 500; i += 1) open[0]!.say(motion(i % 2 === 0));
    open[0]!.say(motion(true, { kind: 'tamper', topic: 'tamper' }));
    expect(heard).toContain('tamper');
    await events.stop();
  });

  it('end with the camera, and a chatty one is cut short without hiding an end', async () => {
    const { events, open, changed } = await listening([camera({ id: 'c2' })]);
    let heard = 0;
    events.heard.on(() => (heard += 1));
    for (let i = 0; i < 500; i += 1) open[0]!.say(motion(i % 2 === 0));
    expect(heard).toBeLessThan(300);
    changed.emit(camera({ id: 'c2', enabled: false }));
    expect(open[0]!.signal.aborted).toBe(true);
    await events.stop();
  });
});
