import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { CameraId, Instant } from './ids.ts';
import { ProfileRole, SourceKind, StreamStatus } from './cameras.ts';

/**
 * The live gateway: one WebSocket a tile, `GET /live?token=...&format=units|fmp4&decodes=h264,h265`. `decodes` names what
 * the browser can decode; without `h265` an H.265 stream is transcoded for it.
 *
 * Text messages are JSON of `LiveMessage`. Binary messages carry pictures:
 * - `units`: 1 byte flags (bit 0: key frame, bit 1: sound), 8 bytes float64 big-endian presentation time in ms, 8 bytes float64
 *   big-endian wall clock of the picture in epoch ms (NaN where the camera has not said), then the access unit,
 *   every NAL unit preceded by its length in 4 bytes (AVCC / HVCC).
 * - `fmp4`: the initialisation segment after each `config`, then one fragment a picture, for Media Source Extensions.
 *
 * `GET /live/CAMERA.flv?token=...` gives the same stream as FLV with H.264, for players of others.
 *
 * The viewer may send `LiveRequest` as JSON text. Sound comes only to those who asked for it, and only as `units`.
 */
export const LIVE_PATH = '/live';
export { LIVE_FLAG_KEY, LIVE_FLAG_SOUND, LIVE_HEADER_BYTES } from './live-header.ts';

export const LiveFormat = z.enum(['units', 'fmp4']);
export type LiveFormat = z.infer<typeof LiveFormat>;

/** What a viewer may ask once it is connected. */
export const LiveRequest = z.object({ type: z.literal('sound'), on: z.boolean() });
export type LiveRequest = z.infer<typeof LiveRequest>;

export const LiveTokenRequest = z.object({ role: ProfileRole });
export const LiveToken = z.object({ token: z.string(), expiresAt: Instant });
export type LiveToken = z.infer<typeof LiveToken>;

/** As many as the largest wall has tiles. */
export const LIVE_TOKENS_AT_ONCE = 100;
export const LiveTokensRequest = z
  .array(z.object({ cameraId: CameraId, role: ProfileRole }))
  .min(1)
  .max(LIVE_TOKENS_AT_ONCE);
export type LiveTokensRequest = z.infer<typeof LiveTokensRequest>;
/** One answer for each that was asked for, in the same order: a token, or why there is none. */
export const LiveTokenAnswers = z.array(z.union([LiveToken, z.object({ refused: ErrorCode })]));
export type LiveTokenAnswers = z.infer<typeof LiveTokenAnswers>;

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
  /** Comes before the first sound, to viewers that asked for sound; null says that the camera sends none. */
  z.object({
    type: z.literal('sound'),
    format: z
      .object({
        /** RFC 6381 `mp4a.40.2`, or `ulaw` and `alaw` (G.711) as in the WebCodecs registry. */
        codec: z.string(),
        sampleRate: z.number(),
        channels: z.number(),
        /** AudioSpecificConfig, base64; empty for G.711. */
        description: z.string(),
      })
      .nullable(),
  }),
  /** The stream behind this tile changed its state; sent once on joining as well. */
  z.object({
    type: z.literal('state'),
    cameraId: CameraId,
    role: ProfileRole,
    status: StreamStatus,
    since: Instant,
    code: ErrorCode.nullable(),
    source: SourceKind.nullable(),
    /** Converted to H.264 on the way, because this browser cannot decode what the camera sends. */
    transcoded: z.boolean().optional(),
  }),
  /** This viewer fell behind and was moved forward to a key frame. */
  z.object({ type: z.literal('skipped'), units: z.number() }),
  /** The last words before the gateway closes. */
  z.object({ type: z.literal('end'), code: ErrorCode }),
]);
export type LiveMessage = z.infer<typeof LiveMessage>;
