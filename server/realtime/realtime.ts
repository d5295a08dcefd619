import type { Server as HttpServer } from 'node:http';
import { fastifyCookie } from '@fastify/cookie';
import { Counter, Gauge, type Registry } from 'prom-client';
import { Server } from 'socket.io';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraState } from '#contract/cameras.ts';
import type { RecordingState } from '#contract/footage.ts';
import { screenKey, type ScreenState } from '#contract/screens.ts';
import type { HallDelta } from '#contract/hall-state.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { hostOf, isSameOrigin } from '../http/same-origin.ts';
import { BackPressure } from './back-pressure.ts';
import { Coalescer } from '#lib/coalescer.ts';
import { answerCommands } from './commands.ts';
import { HallFeed } from './hall-feed.ts';
import { OverviewFeed } from './overview-feed.ts';
import { eventNeeds, roomOfCamera, roomOfHall, roomOfSession, roomOfSight, SCREENS, type HeardEvent } from './rooms.ts';
import type {
  AccessPort,
  AdviserPort,
  AlertsPort,
  CameraEventsPort,
  CamerasPort,
  ExportsPort,
  HallOfPort,
  HallsPort,
  HallStatesPort,
  ProblemsPort,
  RecordingsPort,
  RealtimeServer,
  RealtimeSocket,
  ScreensPort,
  SessionsPort,
} from './types.ts';

export const SOCKET_PATH = '/socket.io/';
const CLOCK_EVERY_MS = 30_000;
const RENEW_EVERY_MS = 5 * 60_000;
const CAMERA_STATES_EVERY_MS = 100;
const CAMERA_EVENTS_EVERY_MS = 250;
const DESKS_EVERY_MS = 1000;
const SCREENS_EVERY_MS = 100;
/** In one message; the page asks for the rest. */
const MOST_CAMERA_EVENTS = 50;
/** Commands are ids; nothing larger is read. */
const MAX_COMMAND_BYTES = 16 * 1024;

export interface RealtimeDeps {
  server: HttpServer;
  clock: Clock;
  log: Logger;
  metrics: Registry;
  /** The name of the cookie that carries the session's token. */
  cookieName: string;
  trustProxy: boolean;
  sessions: SessionsPort;
  access: AccessPort;
  hallOf: HallOfPort;
  halls: HallsPort;
  hallStates: HallStatesPort;
  cameras: CamerasPort;
  cameraEvents: CameraEventsPort;
  alerts: AlertsPort;
  adviser: AdviserPort;
  exports: ExportsPort;
  problems: ProblemsPort;
  recordings: RecordingsPort;
  screens: ScreensPort;
}

/** State, alerts and commands over socket.io: the wall's rows, kept fresh. Video has a socket of its own. */
export class Realtime {
  readonly #deps: RealtimeDeps;
  readonly #deltas: Counter<'result'>;
  #io: RealtimeServer | null = null;
  #leave: (() => void)[] = [];

  constructor(deps: RealtimeDeps) {
    this.#deps = deps;
    this.#deltas = new Counter({
      name: 'hallwatch_hall_deltas_total',
      help: 'Hall deltas by what became of them: sent to a room, or skipped for one slow socket',
      labelNames: ['result'] as const,
      registers: [deps.metrics],
    });
    const openSockets = () => this.#io?.engine.clientsCount ?? 0;
    new Gauge({
      name: 'hallwatch_sockets',
      help: 'Open sockets',
      registers: [deps.metrics],
      collect() {
        this.set(openSockets());
      },
    });
  }

  /** Attaches to the http server. Upgrades of other paths are left alone: a dispatcher decides about those. */
  start(): void {
    if (this.#io) return;
    const { server, clock, trustProxy, sessions } = this.#deps;
    const io: RealtimeServer = new Server(server, {
      path: SOCKET_PATH,
      // live video needs a WebSocket anyway, so there is no network in which polling would help
      transports: ['websocket'],
      destroyUpgrade: false,
      perMessageDeflate: false,
      serveClient: false,
      maxHttpBufferSize: MAX_COMMAND_BYTES,
      pingInterval: 10_000,
      pingTimeout: 10_000,
      allowRequest: ({ headers }, decide) => decide(null, isSameOrigin(headers, hostOf(headers, trustProxy))),
    });
    this.#io = io;
    const isWatched = (hallId: string) => io.sockets.adapter.rooms.has(roomOfHall(hallId));
    const feed = new HallFeed({ clock, isWatched, send: (delta) => this.#sendDelta(io, delta) });
    io.use((socket, next) => void this.#admit(socket, feed).then(next));
    io.on('connection', (socket) => this.#welcome(socket, feed));
    this.#leave = [
      ...this.#relay(io, feed),
      sessions.ended.on((id) => io.in(roomOfSession(id)).disconnectSockets(true)),
      clock.every(CLOCK_EVERY_MS, () => io.emit('clock', clock.now())),
      clock.every(RENEW_EVERY_MS, () => void this.#renewSessions(io)),
    ];
  }

  /** Says goodbye to every socket. The http server stays its owner's to close. */
  stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#io?.disconnectSockets(true);
    this.#io?.engine.close();
    this.#io = null;
  }

  /** Lets in who has a session; the refusal carries a code of the catalogue. */
  async #admit(socket: RealtimeSocket, feed: HallFeed): Promise<Error | undefined> {
    try {
      const cookies = fastifyCookie.parse(socket.request.headers.cookie ?? '');
      const token = cookies[this.#deps.cookieName];
      const session = token ? await this.#deps.sessions.find(token) : null;
      if (!session) throw new AppError('SIGN_IN_REQUIRED');
      const backPressure = new BackPressure(socket, (hallId) => feed.marker(hallId));
      socket.data = { account: session.account, sessionId: session.id, backPressure };
      return undefined;
    } catch (error) {
      const refusal = error instanceof AppError ? error : new AppError('INTERNAL', undefined, { cause: error });
      if (refusal.code === 'INTERNAL') this.#deps.log.error({ err: error, code: 'INTERNAL' }, 'handshake failed');
      return Object.assign(new Error(refusal.message), { data: refusal.toBody() });
    }
  }

  #welcome(socket: RealtimeSocket, feed: HallFeed): void {
    const { clock, log, access, hallOf, halls, hallStates, cameras, alerts, problems, screens } = this.#deps;
    const rights = () => access.rightsOf(socket.data.account.username);
    socket.data.backPressure.start();
    void socket.join(roomOfSession(socket.data.sessionId));
    answerCommands(socket, {
      log,
      rights,
      hallOf,
      alerts,
      screens,
      live: (hallId) => {
        const live = hallStates.live(hallId);
        return live && feed.snapshot(live);
      },
      snapshot: () => {
        const own = rights();
        return {
          halls: own.those('hall.view', halls.list(), ({ id }) => id),
          overview: own.those('hall.view', hallStates.summaries(), ({ hallId }) => hallId),
          cameras: own.those('camera.view', cameras.list(), ({ hallId }) => hallId),
          cameraStates: own.those('camera.view', cameras.states(), ({ hallId }) => hallId),
          alerts: own.those('alert.view', alerts.open(), ({ hallId }) => hallId),
          silences: own.those('alert.view', alerts.silences.list(), ({ scope }) => scope.hallId),
          problems: own.may('system.view') ? problems.list() : [],
        };
      },
    });
    socket.emit('clock', clock.now());
  }

  /** Passes on what the parts say, each kind at its own pace; gives back how to end it. */
  #relay(io: RealtimeServer, feed: HallFeed): (() => void)[] {
    const { clock, access, halls, hallStates, cameras, cameraEvents, alerts } = this.#deps;
    const { adviser, exports, problems, recordings, screens } = this.#deps;
    const hallOfCameras = new Map(cameras.list().map(({ id, hallId }) => [id, hallId]));
    const hallOfCamera = ({ cameraId }: { cameraId: string }) => hallOfCameras.get(cameraId);
    /** Everyone who sees this hall; without one, who sees all. */
    const sight = (event: HeardEvent, hallId: string | undefined) =>
      io.to([
        ...(hallId === undefined ? [] : [roomOfSight(eventNeeds[event], hallId)]),
        roomOfSight(eventNeeds[event]),
      ]);
    /** All rows to who sees everything, to others those of their halls. */
    const toThose = <T>(
      event: HeardEvent,
      rows: T[],
      hallOf: (row: T) => string | undefined,
      send: (to: ReturnType<typeof sight>, rows: T[]) => void,
    ) => {
      send(sight(event, undefined), rows);
      for (const [hallId, own] of Map.groupBy(rows, hallOf)) {
        if (hallId !== undefined) send(io.to(roomOfSight(eventNeeds[event], hallId)), own);
      }
    };
    const overview = new OverviewFeed({
      clock,
      summaries: () => hallStates.summaries(),
      send: (lines) =>
        toThose(
          'overview.changed',
          lines,
          ({ hallId }) => hallId,
          (to, own) => to.emit('overview.changed', own),
        ),
    });
    const states = new Coalescer<ReadonlyMap<string, CameraState>>({
      clock,
      everyMs: CAMERA_STATES_EVERY_MS,
      merge: (older, newer) => new Map([...older, ...newer]),
      send: (_key, byCamera) =>
        toThose(
          'camera.state',
          [...byCamera.values()],
          ({ hallId }) => hallId,
          (to, own) => to.emit('camera.state', own),
        ),
    });
    const recorders = new Coalescer<ReadonlyMap<string, RecordingState>>({
      clock,
      everyMs: CAMERA_STATES_EVERY_MS,
      merge: (older, newer) => new Map([...older, ...newer]),
      send: (_key, byCamera) =>
        toThose('recording.state', [...byCamera.values()], hallOfCamera, (to, own) => to.emit('recording.state', own)),
    });
    const events = new Coalescer<CameraEvent[]>({
      clock,
      everyMs: CAMERA_EVENTS_EVERY_MS,
      merge: (older, newer) => [...older, ...newer].slice(-MOST_CAMERA_EVENTS),
      send: (cameraId, list) => void io.to(roomOfCamera(cameraId)).emit('camera.event', list),
    });
    const consoles = new Coalescer<ReadonlyMap<string, ScreenState>>({
      clock,
      everyMs: SCREENS_EVERY_MS,
      merge: (older, newer) => new Map([...older, ...newer]),
      send: (_key, byScreen) => void io.to(SCREENS).emit('screens.changed', [...byScreen.values()]),
    });
    const desks = new Coalescer<true>({
      clock,
      everyMs: DESKS_EVERY_MS,
      merge: () => true,
      send: (hallId) => void io.to(roomOfHall(hallId)).emit('desk.changed', hallId),
    });
    return [
      adviser.changed.on((hallId) => desks.push(hallId, true)),
      hallStates.deltas.on((delta) => {
        feed.push(delta);
        overview.push(delta.hallId);
      }),
      halls.changed.on((hall) => sight('hall.changed', hall.id).emit('hall.changed', hall)),
      halls.removed.on((hallId) => {
        feed.forget(hallId);
        sight('hall.removed', hallId).emit('hall.removed', hallId);
      }),
      cameras.changed.on((camera) => {
        hallOfCameras.set(camera.id, camera.hallId);
        sight('camera.changed', camera.hallId).emit('camera.changed', camera);
      }),
      cameras.removed.on((cameraId) => {
        sight('camera.removed', hallOfCameras.get(cameraId)).emit('camera.removed', cameraId);
        hallOfCameras.delete(cameraId);
      }),
      cameras.stateChanged.on((state) => states.push('all', new Map([[state.cameraId, state]]))),
      recordings.changed.on((state) => recorders.push('all', new Map([[state.cameraId, state]]))),
      cameraEvents.heard.on((event) => events.push(event.cameraId, [event])),
      alerts.silences.changed.on((list) => {
        for (const socket of io.sockets.sockets.values()) {
          const own = access.rightsOf(socket.data.account.username);
          if (own.may('alert.view'))
            socket.emit(
              'alert.silences',
              own.those('alert.view', list, ({ scope }) => scope.hallId),
            );
        }
      }),
      alerts.changed.on((alert) => sight('alert.changed', alert.hallId).emit('alert.changed', alert)),
      exports.changed.on((each) => {
        const hallIds = new Set(each.cameraIds.map((id) => hallOfCameras.get(id)));
        // one of several halls is for who may everywhere
        sight('footage.export', hallIds.size === 1 ? [...hallIds][0] : undefined).emit('footage.export', each);
      }),
      problems.onChange((list) => sight('system.problems', undefined).emit('system.problems', list)),
      access.changed.on((names) => this.#rightsChanged(io, names)),
      screens.changed.on((screen) => consoles.push('all', new Map([[screenKey(screen), screen]]))),
      screens.removed.on((ref) => void io.to(SCREENS).emit('screens.removed', ref)),
      screens.drivesChanged.on((drives) => void io.to(SCREENS).emit('screens.drives', drives)),
      () => consoles.stop(),
      () => feed.stop(),
      () => overview.stop(),
      () => states.stop(),
      () => recorders.stop(),
      () => events.stop(),
      () => desks.stop(),
    ];
  }

  /** Cuts the walls of those who see something else now: they come back by themselves and get what is theirs. */
  #rightsChanged(io: RealtimeServer, names: ReadonlySet<string> | null): void {
    for (const socket of [...io.sockets.sockets.values()]) {
      const { username } = socket.data.account;
      // who sees everything sees it wherever it is
      const isMeant = names ? names.has(username) : !this.#deps.access.rightsOf(username).mayIn('hall.view', null);
      if (isMeant) socket.disconnect(true);
    }
  }

  #sendDelta(io: RealtimeServer, delta: HallDelta): void {
    const room = roomOfHall(delta.hallId);
    for (const id of [...(io.sockets.adapter.rooms.get(room) ?? [])]) {
      const slow = io.sockets.sockets.get(id)?.data.backPressure?.skips(delta.hallId);
      if (slow) this.#deltas.inc({ result: 'skipped' });
    }
    io.to(room).emit('hall.delta', delta);
    this.#deltas.inc({ result: 'sent' });
  }

  async #renewSessions(io: RealtimeServer): Promise<void> {
    const ids = new Set([...io.sockets.sockets.values()].map((socket) => socket.data.sessionId as string));
    try {
      await this.#deps.sessions.renew([...ids]);
    } catch (error) {
      this.#deps.log.warn({ detail: messageOf(error) }, 'sessions could not be renewed; trying again later');
    }
  }
}
