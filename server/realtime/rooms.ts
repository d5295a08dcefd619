import type { Permission } from '#contract/permissions.ts';
import type { ServerEvents } from '#contract/socket.ts';

/** What an open wall hears of, each for who may see it. */
export const heard = ['hall.view', 'camera.view', 'footage.export', 'alert.view', 'system.view'] as const;
export type Heard = (typeof heard)[number];

/** Who is told of each event, about the halls in which he may; `session`: every open socket. */
export const eventNeeds = {
  clock: 'session',
  'hall.delta': 'hall.view',
  'desk.changed': 'hall.view',
  'overview.changed': 'hall.view',
  'hall.changed': 'hall.view',
  'hall.removed': 'hall.view',
  'alert.changed': 'alert.view',
  'alert.silences': 'alert.view',
  'camera.state': 'camera.view',
  'camera.event': 'camera.view',
  'camera.changed': 'camera.view',
  'camera.removed': 'camera.view',
  'recording.state': 'camera.view',
  'footage.export': 'footage.export',
  'system.problems': 'system.view',
  'screen.show': 'hall.view',
  'screen.replaced': 'hall.view',
  'screens.changed': 'screen.drive',
  'screens.removed': 'screen.drive',
  'screens.drives': 'screen.drive',
} as const satisfies Record<keyof ServerEvents, Permission | 'session'>;

/** Events that go to every open wall of those who may hear them. */
export type HeardEvent = {
  [E in keyof ServerEvents]: (typeof eventNeeds)[E] extends Heard ? E : never;
}[keyof ServerEvents];

/** Every open wall of somebody who may see this everywhere, or with `hallId` in this hall and not everywhere. */
export const roomOfSight = (permission: Heard, hallId: string | null = null) => `${permission}@${hallId ?? '*'}`;

/** Everyone who watches a hall. */
export const roomOfHall = (hallId: string) => `hall:${hallId}`;

/** Everyone who looks closely at a camera. */
export const roomOfCamera = (cameraId: string) => `camera:${cameraId}`;

/** Every socket of one session. */
export const roomOfSession = (sessionId: string) => `session:${sessionId}`;

/** Every console of the screens of the wall. */
export const SCREENS = 'screens';
