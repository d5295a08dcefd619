import { z } from 'zod';
import { CameraId, DeviceId, HallId, QueueId, RegionId, WindowId } from '#contract/ids.ts';
import type { TerminalKind } from '#contract/mqtt.ts';

/** A queue of a simulated hall: who comes and how long they take. */
export const SimulatedQueue = z.object({
  id: QueueId,
  /** Letter before the ticket number. */
  prefix: z.string().regex(/^[A-Z]$/),
  /** Mean arrivals in an hour of the busiest time of day. */
  arrivalsPerHour: z.number().nonnegative(),
  meanServiceMin: z.number().positive(),
});
export type SimulatedQueue = z.infer<typeof SimulatedQueue>;

export const SimulatedWindow = z.object({
  id: WindowId,
  label: z.string(),
  queueIds: z.array(QueueId),
  /** Who works here; null leaves the window's terminals to somebody else. */
  staff: z.string().nullable(),
  /** What stands here beside the caller and its screen. */
  extras: z.array(z.enum(['rater', 'seat'])).default(['rater', 'seat']),
});
export type SimulatedWindow = z.infer<typeof SimulatedWindow>;

export const SimulatedHall = z.object({
  id: HallId,
  region: RegionId,
  seed: z.number().int(),
  queues: z.array(SimulatedQueue),
  windows: z.array(SimulatedWindow),
  kiosks: z.array(DeviceId).min(1),
});
export type SimulatedHall = z.infer<typeof SimulatedHall>;

export const SimulatedCameraPlan = z.object({
  id: CameraId,
  hallId: HallId,
  /** What the camera says of itself. */
  name: z.string(),
  model: z.string(),
  serial: z.string(),
  seed: z.number().int(),
  /** The window it looks at, or null for a view over the whole hall. */
  windowId: WindowId.nullable(),
  /** Of the main stream; sub streams are H.264. */
  codec: z.enum(['h264', 'h265']).default('h264'),
  audio: z.enum(['aac', 'pcmu', 'pcma']).nullable().default(null),
  ptz: z.boolean().default(false),
  /** The camera whose scene this one shows as well: a picture that many cameras show is painted and encoded once. */
  sameAs: CameraId.nullable().default(null),
});
export type SimulatedCameraPlan = z.infer<typeof SimulatedCameraPlan>;

/** Everything the simulators need to be a city: read from a JSON file. */
export const SimulatedCity = z.object({
  halls: z.array(SimulatedHall),
  cameras: z.array(SimulatedCameraPlan),
  cameraUsername: z.string(),
  cameraPassword: z.string(),
});
export type SimulatedCity = z.infer<typeof SimulatedCity>;

export interface SimulatedTerminal {
  kind: TerminalKind;
  device: string;
  windowId: string | null;
}

/** The terminals of a simulated hall: its kiosks, a door counter, and at each window caller, screen and what else stands there. */
export function terminalsOf(hall: SimulatedHall): SimulatedTerminal[] {
  return [
    ...hall.kiosks.map((device) => ({ kind: 'kiosk' as const, device, windowId: null })),
    { kind: 'sensor', device: 'door', windowId: null },
    ...hall.windows.flatMap(({ id, extras }): SimulatedTerminal[] => [
      { kind: 'caller', device: id, windowId: id },
      { kind: 'screen', device: id, windowId: id },
      ...extras.map((extra): SimulatedTerminal =>
        extra === 'rater'
          ? { kind: 'rater', device: id, windowId: id }
          : { kind: 'sensor', device: `seat-${id}`, windowId: id },
      ),
    ]),
  ];
}
