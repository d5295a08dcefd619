import { z } from 'zod';
import { SourceKind, VideoCodec } from './cameras.ts';

/** A network interface of the server that cameras may be searched on. */
export const NetworkInterface = z.object({
  name: z.string(),
  address: z.ipv4(),
  /** Length of its network's prefix, e.g. 24. */
  prefix: z.number().int(),
  /** Leads to this machine alone. */
  internal: z.boolean(),
});
export type NetworkInterface = z.infer<typeof NetworkInterface>;

/** What people know of a camera's address: a host, with or without a port, or a whole http:// address. */
export const LocateRequest = z.object({ address: z.string().trim().min(1).max(300) });

/** Where its ONVIF answers. */
export const LocatedCamera = z.object({ onvifUrl: z.string() });

export const LookRequest = z.object({
  /** rtsp:// address without credentials. */
  streamUri: z.string().max(1000),
  username: z.string().max(100).default(''),
  password: z.string().max(200).default(''),
});
export type LookRequest = z.infer<typeof LookRequest>;

/** What a stream really sends, measured over some seconds, and a still picture of it. */
export const StreamLook = z.object({
  /** `ffmpeg`: our RTSP client cannot read it, so what is said here is of what ffmpeg made of it. */
  source: SourceKind,
  codec: VideoCodec,
  width: z.number().int(),
  height: z.number().int(),
  fps: z.number(),
  kbps: z.number(),
  /** Seconds from one key frame to the next. */
  keyIntervalSec: z.number(),
  /** No second key frame came while we looked: the interval is longer than that. */
  keyIntervalOpen: z.boolean(),
  sound: z.boolean(),
  /** JPEG in base64; null where it could not be decoded. */
  picture: z.string().nullable(),
});
export type StreamLook = z.infer<typeof StreamLook>;
