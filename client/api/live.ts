import { computed, shallowReactive, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { io, type Socket } from 'socket.io-client';
import type { ActRequestInput } from '#contract/alert-acts.ts';
import type { Silence } from '#contract/alert-silences.ts';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { Camera, CameraState } from '#contract/cameras.ts';
import type { ErrorBody } from '#contract/errors.ts';
import type { FootageExport } from '#contract/footage.ts';
import type { HallDelta, HallSummary } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { Answer, ClientEvents, ServerEvents, WallSnapshot } from '#contract/socket.ts';
import type { ScreenClientEvents, ScreenServerEvents } from '#contract/screen-events.ts';
import type { Problem } from '#contract/system.ts';
import { FrameBatch } from './frame-batch.ts';
import { applyDelta, createHallView, replaceHallView, replaceRows, type HallView } from './hall-view.ts';
import { ApiError } from './http.ts';
import { ServerClock } from './server-clock.ts';
import { useSession } from './session.ts';
import { alikeTo } from './shared-cause.ts';

const COMMAND_TIMEOUT_MS = 10_000;
/** Pause before knocking again where socket.io does not do so by itself: the server sent us away. */
const SENT_AWAY_RETRY_MS = 3000;

type LinkState = 'off' | 'connecting' | 'open' | 'lost';

/** The arguments of a command before its answer function, and what is answered. */
type Asked<E extends keyof ScreenClientEvents> =
  Parameters<ScreenClientEvents[E]> extends [...infer Args, (answer: never) => void] ? Args : never;
type Answered<E extends keyof ScreenClientEvents> =
  Parameters<ScreenClientEvents[E]> extends [...unknown[], (answer: Answer<infer T>) => void] ? T : never;

function unwrap<T>(answer: Answer<T>): { ok: true } & T {
  if ('ok' in answer) return answer;
  const { code, details } = (answer as ErrorBody).error;
  throw new ApiError(code, 0, details);
}

/** The live side of the server: everything a wall shows, kept fresh over one socket. Rows are replaced, never mutated. */
export const useLive = defineStore('live', () => {
  const session = useSession();
  const halls = shallowReactive(new Map<string, Hall>());
  const overview = shallowReactive(new Map<string, HallSummary>());
  const cameras = shallowReactive(new Map<string, Camera>());
  const cameraStates = shallowReactive(new Map<string, CameraState>());
  const alerts = shallowReactive(new Map<string, Alert>());
  const silences = shallowReactive(new Map<string, Silence>());
  const problems = shallowReactive(new Map<string, Problem>());
  const views = shallowReactive(new Map<string, HallView>());

  const link = shallowRef<LinkState>('off');
  /** Epoch ms by the server's clock when the connection was lost. */
  const lostAt = shallowRef<number | null>(null);
  const connected = computed(() => link.value === 'open');

  const clock = new ServerClock();
  const serverNow = () => Date.now() + clock.offsetMs;
  /** The server's time, moved once a second on the second: what everything that ticks reads. */
  const now = shallowRef(Date.now());

  const watchers = new Map<string, number>();
  const fetching = new Set<string>();
  let socket: Socket<ServerEvents, ClientEvents> | null = null;
  let tickTimer: ReturnType<typeof setTimeout> | undefined;
  let knockTimer: ReturnType<typeof setTimeout> | undefined;

  function tick(): void {
    const at = serverNow();
    now.value = at;
    tickTimer = setTimeout(tick, 1000 - (at % 1000) + 5);
  }

  const command = () => {
    if (!socket) throw new ApiError('SERVER_UNREACHABLE', 0);
    return socket.timeout(COMMAND_TIMEOUT_MS);
  };

  function takeSnapshot(snapshot: WallSnapshot): void {
    alertChanges.clear();
    replaceRows(halls, snapshot.halls, (row) => row.id);
    replaceRows(overview, snapshot.overview, (row) => row.hallId);
    replaceRows(cameras, snapshot.cameras, (row) => row.id);
    replaceRows(cameraStates, snapshot.cameraStates, (row) => row.cameraId);
    replaceRows(alerts, snapshot.alerts, (row) => row.id);
    replaceRows(silences, snapshot.silences, (row) => row.id);
    replaceRows(problems, snapshot.problems, (row) => row.subject);
  }

  /** Who wants to hear what a camera notices, by camera. */
  const listeners = new Map<string, Set<(events: readonly CameraEvent[]) => void>>();
  const askForEvents = (cameraId: string) => socket?.emit('camera.watch', cameraId, () => undefined);

  const exportListeners = new Set<(told: FootageExport) => void>();
  /** Tells how exports go from now on, until the returned function is called. */
  function watchExports(listen: (told: FootageExport) => void): () => void {
    exportListeners.add(listen);
    return () => void exportListeners.delete(listen);
  }

  const deskListeners = new Map<string, Set<() => void>>();
  /** Says when advice or forecast of a watched hall are others, until the returned function is called. */
  function watchDesk(hallId: string, listen: () => void): () => void {
    const known = deskListeners.get(hallId) ?? new Set();
    deskListeners.set(hallId, known.add(listen));
    return () => {
      known.delete(listen);
      if (known.size === 0) deskListeners.delete(hallId);
    };
  }

  async function open(): Promise<void> {
    const opened = socket;
    try {
      takeSnapshot(unwrap(await command().emitWithAck('wall.open')));
      await Promise.all([...watchers.keys()].map(fetchHall));
      for (const cameraId of listeners.keys()) askForEvents(cameraId);
      if (socket !== opened || !opened?.connected) return;
      link.value = 'open';
      lostAt.value = null;
    } catch {
      // A server that does not answer in time: knock again on a fresh connection.
      if (socket === opened) opened?.disconnect().connect();
    }
  }

  async function fetchHall(hallId: string): Promise<void> {
    if (fetching.has(hallId) || !socket?.connected) return;
    fetching.add(hallId);
    try {
      const { live } = unwrap(await command().emitWithAck('hall.watch', hallId));
      const view = views.get(hallId);
      if (view) replaceHallView(view, live);
      else if (watchers.has(hallId)) views.set(hallId, createHallView(live));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'NOT_FOUND') throw error;
      views.delete(hallId);
    } finally {
      fetching.delete(hallId);
    }
  }

  /** Keeps a hall's live state fresh until the returned function is called. */
  function watchHall(hallId: string): () => void {
    watchers.set(hallId, (watchers.get(hallId) ?? 0) + 1);
    if (!views.has(hallId)) void fetchHall(hallId).catch(() => undefined);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (watchers.get(hallId) ?? 1) - 1;
      if (left > 0) return void watchers.set(hallId, left);
      watchers.delete(hallId);
      views.delete(hallId);
      socket?.emit('hall.unwatch', hallId, () => undefined);
    };
  }

  /** Tells what a camera notices from now on, until the returned function is called. */
  function watchCamera(cameraId: string, listen: (events: readonly CameraEvent[]) => void): () => void {
    const known = listeners.get(cameraId) ?? new Set();
    listeners.set(cameraId, known.add(listen));
    if (known.size === 1) askForEvents(cameraId);
    return () => {
      if (!known.delete(listen) || known.size > 0) return;
      listeners.delete(cameraId);
      socket?.emit('camera.unwatch', cameraId, () => undefined);
    };
  }

  function takeDelta(delta: HallDelta): void {
    const view = views.get(delta.hallId);
    if (view && applyDelta(view, delta) === 'gap') void fetchHall(delta.hallId).catch(() => undefined);
  }

  /**
   * Throws an `ApiError` where the server refuses: ALERT_CHANGED where somebody was first. What one cause raised in several
   * halls is acknowledged in all of them.
   */
  async function act(alertId: string, request: ActRequestInput): Promise<Alert> {
    const after = await actOn(alertId, request);
    if (request.act !== 'acknowledge') return after;
    // one that somebody else was first with stays as it is; the act that was asked for is done
    const alike = alikeTo(after, alerts.values());
    await Promise.allSettled(alike.map(({ id, revision }) => actOn(id, { ...request, revision })));
    return after;
  }

  async function actOn(alertId: string, request: ActRequestInput): Promise<Alert> {
    const { alert } = unwrap(await command().emitWithAck('alert.act', alertId, request));
    // what came before it, first
    alertChanges.flush();
    takeAlert(alert);
    return alert;
  }

  /** Of the alert as it is shown here. */
  async function acknowledge(alertId: string): Promise<void> {
    const revision = alerts.get(alertId)?.revision;
    if (revision !== undefined) await act(alertId, { act: 'acknowledge', revision });
  }

  /** Gives a command that has no function of its own here. Throws an `ApiError` where the server refuses. */
  async function ask<E extends keyof ScreenClientEvents>(event: E, ...args: Asked<E>): Promise<Answered<E>> {
    const send = command() as unknown as {
      emitWithAck(event: string, ...args: unknown[]): Promise<Answer<Answered<E>>>;
    };
    return unwrap(await send.emitWithAck(event, ...args));
  }

  /** Tells of an event that has no rows here, until the returned function is called or the connection is given up. */
  function hear<E extends keyof ScreenServerEvents>(event: E, listen: ScreenServerEvents[E]): () => void {
    const from = socket;
    from?.on(event, listen as never);
    return () => void from?.off(event, listen as never);
  }

  function takeAlert(alert: Alert): void {
    if (alert.status === 'closed') alerts.delete(alert.id);
    else alerts.set(alert.id, alert);
  }

  /** In a storm they come faster than anybody can see. */
  const alertChanges = new FrameBatch<Alert>((all) => all.forEach(takeAlert));

  function markLost(): void {
    if (link.value === 'off') return;
    lostAt.value ??= serverNow();
    link.value = 'lost';
  }

  /** Sent away by the server: the session may be over; if it is not, try again shortly. */
  function knockLater(): void {
    clearTimeout(knockTimer);
    knockTimer = setTimeout(() => {
      void session
        .load()
        .catch(() => undefined)
        .then(() => {
          if (session.account && socket) socket.connect();
        });
    }, SENT_AWAY_RETRY_MS);
  }

  function connect(): void {
    if (socket) return;
    link.value = 'connecting';
    socket = io({ transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 5000 });
    socket.on('connect', () => void open());
    socket.on('disconnect', (reason) => {
      markLost();
      clock.reset();
      if (reason === 'io server disconnect') knockLater();
    });
    socket.on('connect_error', () => {
      markLost();
      if (socket && !socket.active) knockLater();
    });
    socket.on('clock', (epochMs) => clock.sample(epochMs, Date.now()));
    socket.on('hall.delta', takeDelta);
    socket.on('overview.changed', (lines) => {
      for (const line of lines) {
        overview.set(line.hallId, line);
        // A hall that was away, or not there yet, when it was to be watched.
        if (watchers.has(line.hallId) && !views.has(line.hallId)) void fetchHall(line.hallId).catch(() => undefined);
      }
    });
    socket.on('alert.changed', (alert) => alertChanges.add(alert));
    socket.on('alert.silences', (list) => replaceRows(silences, list, (row) => row.id));
    socket.on('camera.state', (states) => states.forEach((state) => cameraStates.set(state.cameraId, state)));
    socket.on('camera.event', (events) => {
      for (const listen of listeners.get(events[0]?.cameraId ?? '') ?? []) listen(events);
    });
    socket.on('desk.changed', (hallId) => deskListeners.get(hallId)?.forEach((listen) => listen()));
    socket.on('footage.export', (told) => exportListeners.forEach((listen) => listen(told)));
    socket.on('hall.changed', (hall) => halls.set(hall.id, hall));
    socket.on('hall.removed', (hallId) => {
      for (const map of [halls, overview, views]) map.delete(hallId);
    });
    socket.on('camera.changed', (camera) => cameras.set(camera.id, camera));
    socket.on('camera.removed', (cameraId) => {
      for (const map of [cameras, cameraStates]) map.delete(cameraId);
    });
    socket.on('system.problems', (list) => replaceRows(problems, list, (row) => row.subject));
    tick();
  }

  /** The time zone of a hall; where it is none, that of the first hall, by which the wall's clock goes. */
  function zoneOf(hallId?: string | null): string {
    const hall = halls.get(hallId ?? '') ?? halls.values().next().value;
    return hall?.timeZone ?? 'Asia/Shanghai';
  }

  /** Leaves and forgets everything: the next person signs in to an empty wall. */
  function disconnect(): void {
    link.value = 'off';
    lostAt.value = null;
    clearTimeout(tickTimer);
    clearTimeout(knockTimer);
    alertChanges.clear();
    socket?.disconnect();
    socket = null;
    for (const map of [halls, overview, cameras, cameraStates, alerts, silences, problems, views]) map.clear();
    watchers.clear();
  }

  return {
    halls,
    overview,
    cameras,
    cameraStates,
    alerts,
    silences,
    problems,
    link,
    lostAt,
    connected,
    now,
    serverNow,
    zoneOf,
    hallLive: (hallId: string): HallView | undefined => views.get(hallId),
    watchHall,
    watchCamera,
    watchExports,
    watchDesk,
    act,
    ask,
    hear,
    acknowledge,
    connect,
    disconnect,
  };
});
