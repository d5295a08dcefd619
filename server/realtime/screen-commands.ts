import type { z } from 'zod';
import type { Permission } from '#contract/permissions.ts';
import type { ScreenClientEvents, screenRequests } from '#contract/screen-events.ts';
import { AppError } from '#lib/app-error.ts';
import type { Rights } from '#lib/rights.ts';
import { SCREENS } from './rooms.ts';
import { seenOrder } from './seen-order.ts';
import type { HallOfPort, RealtimeSocket, ScreensPort } from './types.ts';

/** A browser that has not said in this time that it painted is late, ms. */
const PAINT_WITHIN_MS = 5000;

type Handlers = {
  [E in keyof ScreenClientEvents]: (...args: z.output<(typeof screenRequests)[E]>) => object | Promise<object>;
};

export const screenCommandNeeds: Readonly<Record<keyof ScreenClientEvents, Permission>> = {
  'screen.join': 'hall.view',
  'screen.tell': 'hall.view',
  'screen.leave': 'hall.view',
  'screens.watch': 'screen.drive',
  'screens.unwatch': 'screen.drive',
  'screen.push': 'screen.drive',
  'screen.swap': 'screen.drive',
  'screen.lock': 'screen.drive',
  'screen.forget': 'screen.drive',
  'screen.drive': 'screen.drive',
};

export interface ScreenCommandDeps {
  screens: ScreensPort;
  rights: () => Rights;
  hallOf: HallOfPort;
}

/** What a socket may say as a screen of the wall, and as their console. One socket is one screen at most. */
export function screenHandlers(socket: RealtimeSocket, { screens, rights, hallOf }: ScreenCommandDeps): Handlers {
  const { username } = socket.data.account;
  let joined: Awaited<ReturnType<ScreensPort['join']>> | null = null;
  const leave = () => {
    joined?.leave();
    joined = null;
  };
  socket.on('disconnect', leave);

  return {
    'screen.join': async (ref, facts) => {
      leave();
      const link = {
        paint: (order: Parameters<typeof socket.emit<'screen.show'>>[1]) =>
          socket.timeout(PAINT_WITHIN_MS).emitWithAck(
            'screen.show',
            seenOrder(order, rights(), (id) => hallOf.camera(id)),
          ),
        replaced: () => {
          joined = null;
          socket.emit('screen.replaced');
        },
      };
      const now = await screens.join(ref, facts, username, link);
      // gone while it was let in
      if (socket.connected) joined = now;
      else now.leave();
      return {};
    },
    'screen.tell': (facts) => {
      if (!joined) throw new AppError('NOT_FOUND', 'join first');
      joined.tell(facts);
      return {};
    },
    'screen.leave': () => {
      leave();
      return {};
    },
    'screens.watch': () => {
      void socket.join(SCREENS);
      return screens.snapshot();
    },
    'screens.unwatch': () => {
      void socket.leave(SCREENS);
      return {};
    },
    'screen.push': async (ref, show) => ({ painting: await screens.push(ref, show, username) }),
    'screen.swap': async (one, other) => ({ paintings: await screens.swap(one, other, username) }),
    'screen.lock': async (ref, locked) => (await screens.lock(ref, locked, username), {}),
    'screen.forget': async (ref) => (await screens.forget(ref), {}),
    'screen.drive': async (target, drive) => (await screens.drive(target, drive), {}),
  };
}
