import { z } from 'zod';

/** Speeds of a continuous movement, -1..1 of what the camera can do; right, up and in are positive (ONVIF PTZ, 5.7). */
export const PtzMove = z.object({
  pan: z.number().min(-1).max(1).default(0),
  tilt: z.number().min(-1).max(1).default(0),
  zoom: z.number().min(-1).max(1).default(0),
});
export type PtzMove = z.infer<typeof PtzMove>;

/** A camera that is told to move stops by itself after this long without a further word: a lost browser moves no camera. */
export const PTZ_MOVE_FOR_MS = 1500;

/** Preset tokens stay strings exactly as the camera wrote them. */
export const PtzPreset = z.object({ token: z.string(), name: z.string() });
export type PtzPreset = z.infer<typeof PtzPreset>;
/** The camera chooses the token. */
export const PresetInput = z.object({ name: z.string().trim().min(1).max(64) });

const Level = z.object({ value: z.number(), min: z.number(), max: z.number() });
/** The basics of ONVIF Imaging; null where the camera does not offer one. */
export const Imaging = z.object({
  brightness: Level.nullable(),
  contrast: Level.nullable(),
  saturation: Level.nullable(),
  sharpness: Level.nullable(),
});
export type Imaging = z.infer<typeof Imaging>;
export const ImagingChange = z
  .object({ brightness: z.number(), contrast: z.number(), saturation: z.number(), sharpness: z.number() })
  .partial();
export type ImagingChange = z.infer<typeof ImagingChange>;

/** A relay output (ONVIF Device IO). `monostable` falls back by itself after `delaySec`. */
export const Relay = z.object({
  token: z.string(),
  mode: z.enum(['monostable', 'bistable']),
  delaySec: z.number().nullable(),
});
export type Relay = z.infer<typeof Relay>;
export const RelaySwitch = z.object({ on: z.boolean() });

/** What can be done with a camera now; null where it has no such service. */
export const CameraControls = z.object({
  ptz: z.object({ presets: z.array(PtzPreset), home: z.boolean() }).nullable(),
  imaging: Imaging.nullable(),
  relays: z.array(Relay),
});
export type CameraControls = z.infer<typeof CameraControls>;
