import { z } from 'zod';
import type { HallLive } from '#contract/hall-state.ts';
import type { Permission } from '#contract/permissions.ts';
import { socketRequests, type Answer, type ClientEvents, type WallSnapshot } from '#contract/socket.ts';
import { AppError } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { Rights } from '#lib/rights.ts';
import { heard, roomOfCamera, roomOfHall, roomOfSight } from './rooms.ts';
import { screenCommandNeeds, screenHandlers } from './screen-commands.ts';
import type { AlertsPort, HallOfPort, RealtimeSocket, ScreensPort } from './types.ts';

export interface CommandDeps {
  log: Logger;
  /** Of who sits before this socket, now. */
  rights: () => Rights;
  hallOf: HallOfPort;
  snapshot: () => WallSnapshot;
  live: (hallId: string) => HallLive | undefined;
  alerts: AlertsPort;
  screens: ScreensPort;
}

type Handlers = {
  [E in keyof ClientEvents]: (...args: z.output<(typeof socketRequests)[E]>) => object | Promise<object>;
};

/** Who may give each command; `session`: everyone signed in. */
export const commandNeeds: Readonly<Record<keyof ClientEvents, Permission | 'session'>> = {
  ...screenCommandNeeds,
  'wall.open': 'session',
  'hall.watch': 'hall.view',
  'hall.unwatch': 'session',
  'camera.watch': 'camera.view',
  'camera.unwatch': 'session',
  'alert.act': 'alert.handle',
};

/** Answers every command of a socket: with the result, or with an error of the catalogue. */
export function answerCommands(socket: RealtimeSocket, deps: CommandDeps): void {
  const { log, rights, hallOf, snapshot, live, alerts, screens } = deps;
  const handlers: Handlers = {
    ...screenHandlers(socket, { screens, rights, hallOf }),
    'wall.open': () => {
      // joined before the snapshot is taken, in one go: nothing can fall between the two
      for (const permission of heard) {
        const hallIds = rights().may(permission) ? rights().hallIds(permission) : [];
        void socket.join((hallIds ?? [null]).map((hallId) => roomOfSight(permission, hallId)));
      }
      return snapshot();
    },
    'hall.watch': (hallId) => {
      const state = rights().mayIn('hall.view', hallId) ? live(hallId) : undefined;
      if (!state) throw new AppError('NOT_FOUND', hallId);
      socket.data.backPressure.forget(hallId);
      void socket.join(roomOfHall(hallId));
      return { live: state };
    },
    'hall.unwatch': (hallId) => {
      socket.data.backPressure.forget(hallId);
      void socket.leave(roomOfHall(hallId));
      return {};
    },
    'camera.watch': (cameraId) => {
      if (!rights().mayIn('camera.view', hallOf.camera(cameraId))) throw new AppError('NOT_FOUND', cameraId);
      void socket.join(roomOfCamera(cameraId));
      return {};
    },
    'camera.unwatch': (cameraId) => {
      void socket.leave(roomOfCamera(cameraId));
      return {};
    },
    'alert.act': async (alertId, request) => {
      if (!rights().mayIn('alert.handle', await hallOf.alert(alertId))) throw new AppError('NOT_FOUND', alertId);
      return { alert: await alerts.act(alertId, request, socket.data.account.username) };
    },
  };

  socket.onAny((event: string, ...args: unknown[]) => {
    const answer = args.pop();
    // without a way to answer there is no one who waits for it
    if (typeof answer !== 'function') return;
    void resolve(event, args).then((result) => (answer as (a: Answer<object>) => void)(result));
  });

  async function resolve(event: string, args: unknown[]): Promise<Answer<object>> {
    try {
      if (!Object.hasOwn(handlers, event)) throw new AppError('NOT_FOUND', event);
      const name = event as keyof ClientEvents;
      const needs = commandNeeds[name];
      if (needs !== 'session' && !rights().may(needs)) throw new AppError('FORBIDDEN', needs);
      const parsed = socketRequests[name].safeParse(args);
      if (!parsed.success) throw new AppError('REQUEST_INVALID', z.prettifyError(parsed.error));
      const handle = handlers[name] as (...values: unknown[]) => object | Promise<object>;
      return { ok: true, ...(await handle(...parsed.data)) };
    } catch (error) {
      if (error instanceof AppError) return error.toBody();
      log.error({ err: error, code: 'INTERNAL', event }, 'socket command failed');
      return new AppError('INTERNAL').toBody();
    }
  }
}
