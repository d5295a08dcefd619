import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { CameraId, Instant } from './ids.ts';
import { ProfileRole, StreamStatus } from './cameras.ts';

/**
 * The live gateway: one WebSocket a tile, `GET /live?token=...&format=units|fmp4`.
 *
 * Text messages are JSON of `LiveMessage`. Binary messages carry pictures:
 * - `units`: 1 byte flags (bit 0: key frame), 8 bytes float64 big-endian presentation time in ms, 8 bytes float64
 *   big-endian wall clock of the picture in epoch ms (NaN where the camera has not said), then the access unit,
 *   every NAL unit preceded by its length in 4 bytes (AVCC / HVCC).
 * - `fmp4`: the initialisation segment after each `config`, then one fragment a picture, for Media Source Extensions.
 */
export const LIVE_PATH = '/live';
export { LIVE_FLAG_KEY, LIVE_HEADER_BYTES } from './live-header.ts';

export const LiveFormat = z.enum(['units', 'fmp4']);
export type LiveFormat = z.infer<typeof LiveFormat>;

export const LiveTokenRequest = z.object({ role: ProfileRole });
export const LiveToken = z.object({ token: z.string(), expiresAt: Instant });
export type LiveToken = z.infer<typeof LiveToken>;

export const LiveMessage = z.discriminatedUnion('type', [
  /** Comes before the first picture and whenever the parameter sets change; the next picture is a key frame. */
  z.object({
    type: z.literal('config'),
    /** RFC 6381, e.g. avc1.42c01f or hvc1.1.6.L93.B0. */
    codec: z.string(),
    /** avcC or hvcC box content, base64. */
    description: z.string(),
    width: z.number(),
    height: z.number(),
    fps: z.number().nullable(),
  }),
  /** The stream behind this tile changed its state; sent once on joining as well. */
  z.object({
    type: z.literal('state'),
    cameraId: CameraId,
    role: ProfileRole,
    status: StreamStatus,
    since: Instant,
    code: ErrorCode.nullable(),
    source: z.enum(['rtsp', 'ffmpeg']).nullable(),
  }),
  /** This viewer fell behind and was moved forward to a key frame. */
  z.object({ type: z.literal('skipped'), units: z.number() }),
  /** The last words before the gateway closes. */
  z.object({ type: z.literal('end'), code: ErrorCode }),
]);
export type LiveMessage = z.infer<typeof LiveMessage>;
