import { LIVE_FLAG_KEY, LIVE_FLAG_SOUND, LIVE_HEADER_BYTES } from '#contract/live-header.ts';

/** A picture as the gateway sends it (contract/live.ts). */
export interface AccessUnit {
  key: boolean;
  /** Presentation time, ms. */
  ptsMs: number;
  /** When the camera took it, epoch ms; null where it has not said. */
  wallclockMs: number | null;
  /** AVCC or HVCC; a view into the message, not a copy. */
  data: Uint8Array<ArrayBuffer>;
}

/** Whether a binary message of format `units` carries sound instead of a picture. */
export const isSound = (message: ArrayBuffer): boolean =>
  message.byteLength > LIVE_HEADER_BYTES && (new Uint8Array(message, 0, 1)[0]! & LIVE_FLAG_SOUND) !== 0;

/** Reads a binary message of format `units`; null where it is too short to be one. */
export function readAccessUnit(message: ArrayBuffer): AccessUnit | null {
  if (message.byteLength <= LIVE_HEADER_BYTES) return null;
  const header = new DataView(message);
  const wallclock = header.getFloat64(9);
  return {
    key: (header.getUint8(0) & LIVE_FLAG_KEY) !== 0,
    ptsMs: header.getFloat64(1),
    wallclockMs: Number.isNaN(wallclock) ? null : wallclock,
    data: new Uint8Array(message, LIVE_HEADER_BYTES),
  };
}
