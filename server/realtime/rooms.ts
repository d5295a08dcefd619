/** Everyone with an open wall. */
export const WALL = 'wall';

/** Everyone who watches a hall. */
export const roomOfHall = (hallId: string) => `hall:${hallId}`;

/** Everyone who looks closely at a camera. */
export const roomOfCamera = (cameraId: string) => `camera:${cameraId}`;

/** Every socket of one session. */
export const roomOfSession = (sessionId: string) => `session:${sessionId}`;
