import { once } from 'node:events';
import { Registry } from 'prom-client';
import { io, type Socket } from 'socket.io-client';
import type { Silence } from '#contract/alert-silences.ts';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { Camera, CameraState } from '#contract/cameras.ts';
import type { RecordingState } from '#contract/footage.ts';
import type { HallDelta, HallSummary } from '#contract/hall-state.ts';
import type { Role } from '#contract/permissions.ts';
import type { Hall } from '#contract/places.ts';
import type { ClientEvents, ServerEvents } from '#contract/socket.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { SESSION_COOKIE } from '../../../server/features/accounts/session-cookie.ts';
import { hallScene, overviewScene } from '../../../server/features/scenes/house-scenes.ts';
import { ScreensService } from '../../../server/features/screens/service.ts';
import { listen } from '../../../server/http/listener.ts';
import { Upgrades } from '../../../server/http/upgrades.ts';
import { Realtime, SOCKET_PATH } from '../../../server/realtime/realtime.ts';
import type { TestDatabase } from '../../helpers/database.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';
import { hall, hallLive, TEN } from '../../helpers/hall-fixture.ts';
import { openTestApp, PASSWORD } from '../../helpers/test-app.ts';

export type WallSocket = Socket<ServerEvents, ClientEvents>;

export const alert = alertOf({ id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', hallId: hall.id, windowId: 'w01' });

/** Scenes that the test may name. */
const scenes = new Map([overviewScene([hall]), hallScene(hall, [])].map((scene) => [scene.id, scene]));

export const summary = (waiting: number): HallSummary => ({
  hallId: hall.id,
  waiting,
  longestSince: null,
  windowsOpen: 2,
  windowsTotal: 2,
  inside: null,
  terminalsLost: 0,
});

/** A real server with real accounts; what the other parts would say, the test says. */
export async function openStage(base: TestDatabase) {
  const clock = new ManualClock(TEN);
  const test = await openTestApp({ db: base.db, clock });
  const metrics = new Registry();
  const parts = {
    live: hallLive(),
    overview: [summary(0)],
    deltas: new Emitter<HallDelta>(),
    hallChanged: new Emitter<Hall>(),
    hallRemoved: new Emitter<string>(),
    cameraChanged: new Emitter<Camera>(),
    cameraRemoved: new Emitter<string>(),
    cameraState: new Emitter<CameraState>(),
    cameraEvent: new Emitter<CameraEvent>(),
    alertChanged: new Emitter<Alert>(),
    /** What screens may go on with. */
    openAlerts: [] as Alert[],
    advised: new Emitter<string>(),
    acts: [] as [string, string][],
  };
  const screens = new ScreensService({
    ...{ db: base.db, clock, log: silentLogger },
    scenes: { get: (id) => scenes.get(id), changed: new Emitter<string>() },
    halls: { get: (id) => (id === hall.id ? hall : undefined) },
    cameras: { list: () => [] },
    alerts: { open: () => parts.openAlerts, changed: parts.alertChanged },
  });
  await screens.start();
  const realtime = new Realtime({
    server: test.app.server,
    clock,
    log: silentLogger,
    metrics,
    cookieName: SESSION_COOKIE,
    trustProxy: false,
    sessions: test.accounts.sessions,
    access: test.accounts.access,
    hallOf: { camera: () => undefined, alert: (id) => (id === alert.id ? alert.hallId : undefined) },
    halls: { list: () => [hall], changed: parts.hallChanged, removed: parts.hallRemoved },
    hallStates: {
      live: (id) => (id === hall.id ? parts.live : undefined),
      summaries: () => parts.overview,
      deltas: parts.deltas,
    },
    cameras: {
      list: () => [],
      states: () => [],
      changed: parts.cameraChanged,
      removed: parts.cameraRemoved,
      stateChanged: parts.cameraState,
    },
    cameraEvents: { heard: parts.cameraEvent },
    adviser: { changed: parts.advised },
    exports: { changed: new Emitter() },
    alerts: {
      open: () => [alert],
      silences: { list: () => [], changed: new Emitter<Silence[]>() },
      act: async (id, { act }, username) => {
        if (id !== alert.id) throw new AppError('NOT_FOUND', id);
        parts.acts.push([act, username]);
        return { ...alert, status: 'acknowledged', acknowledgedBy: username };
      },
      changed: parts.alertChanged,
    },
    problems: test.problems,
    recordings: { changed: new Emitter<RecordingState>() },
    screens,
  });
  const upgrades = new Upgrades({
    server: test.app.server,
    clock: systemClock,
    routes: [{ path: SOCKET_PATH, handle: null }],
  });
  upgrades.start();
  realtime.start();
  const address = await listen(test.app, { host: '127.0.0.1', port: 0 });
  const sockets: WallSocket[] = [];

  /** A browser with this cookie that knocks; whether it gets in is up to the test. */
  function knock(cookie: string, headers: Record<string, string> = {}): WallSocket {
    const socket: WallSocket = io(address, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: { cookie, ...headers },
    });
    sockets.push(socket);
    return socket;
  }

  /** Somebody whose socket is open: a supervisor, unless said otherwise. */
  async function join(role: Role = 'supervisor'): Promise<WallSocket> {
    return connected(knock(await test.cookieOf(role)));
  }

  /** A socket of a supervisor of one hall, and of no other. */
  async function joinOf(username: string, hallId: string): Promise<WallSocket> {
    await test.accounts.add({ username, displayName: username, password: PASSWORD }, null);
    test.accounts.access.put(username, [{ role: 'supervisor', scope: { of: 'hall', id: hallId }, until: null }]);
    return connected(knock(await test.signedIn(username)));
  }

  return {
    ...parts,
    joinOf,
    parts,
    test,
    clock,
    metrics,
    realtime,
    knock,
    join,
    async close() {
      for (const socket of sockets) socket.disconnect();
      realtime.stop();
      await screens.stop();
      await upgrades.stop();
      await test.close();
    },
  };
}

async function connected(socket: WallSocket): Promise<WallSocket> {
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** The next value of an event. */
export async function next<E extends keyof ServerEvents>(
  socket: WallSocket,
  event: E,
): Promise<Parameters<ServerEvents[E]>[0]> {
  const [value] = await once(socket as unknown as NodeJS.EventEmitter, event);
  return value as Parameters<ServerEvents[E]>[0];
}
