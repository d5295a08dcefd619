import { LIVE_PATH } from '#contract/live.ts';
import type { ClientEvents, ServerEvents } from '#contract/socket.ts';
import type { Way } from '#contract/ways.ts';
import { commandNeeds } from './commands.ts';
import { eventNeeds } from './rooms.ts';

/** What commands name, which must lie where the caller may. */
const named: Partial<Record<keyof ClientEvents, string>> = {
  'hall.watch': 'hall',
  'camera.watch': 'camera',
  'alert.act': 'alert',
};

/** The ways into the house beside its routes: live pictures, and what a socket asks and is told of. */
export const socketWays: readonly Way[] = [
  { kind: 'stream', name: LIVE_PATH, needs: 'token', of: 'camera', confirmed: false },
  ...(Object.keys(commandNeeds) as (keyof ClientEvents)[]).map((name): Way => ({
    kind: 'command',
    name,
    needs: commandNeeds[name],
    of: named[name] ?? null,
    confirmed: false,
  })),
  ...(Object.keys(eventNeeds) as (keyof ServerEvents)[]).map((name): Way => ({
    kind: 'event',
    name,
    needs: eventNeeds[name],
    of: null,
    confirmed: false,
  })),
];
