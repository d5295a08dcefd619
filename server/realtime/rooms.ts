/** What an open wall hears of, each for who may see it. */
export const heard = ['hall.view', 'camera.view', 'footage.export', 'alert.view', 'system.view'] as const;
export type Heard = (typeof heard)[number];

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
