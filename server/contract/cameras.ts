import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { CameraId, HallId, Instant, WindowId } from './ids.ts';
import { PlanPoint } from './places.ts';

/** Main stream for one big picture and for recording, sub stream for the wall. */
export const ProfileRole = z.enum(['main', 'sub']);
export type ProfileRole = z.infer<typeof ProfileRole>;

/** How a stream is pulled: our RTSP client, ffmpeg, or pushed to us by RTMP. */
export const SourceKind = z.enum(['rtsp', 'ffmpeg', 'rtmp']);
export type SourceKind = z.infer<typeof SourceKind>;

/** `auto` starts with rtsp and falls back to ffmpeg. `rtmp` is a device that pushes to us; that is chosen for good. */
export const SourceChoice = z.enum(['auto', 'rtsp', 'ffmpeg', 'rtmp']);
export type SourceChoice = z.infer<typeof SourceChoice>;

export const VideoCodec = z.enum(['h264', 'h265', 'mjpeg', 'mpeg4', 'unknown']);
export type VideoCodec = z.infer<typeof VideoCodec>;

/** The two kinds of G.711 are PCMU and PCMA in RTP (RFC 3551). */
export const AudioCodec = z.enum(['aac', 'pcmu', 'pcma', 'other']);
export type AudioCodec = z.infer<typeof AudioCodec>;

/** A media profile as the camera described it. Tokens stay strings exactly as the camera wrote them. */
export const CameraProfile = z.object({
  role: ProfileRole,
  token: z.string(),
  name: z.string(),
  codec: VideoCodec,
  width: z.number().int().nonnegative(),
  height: z.number().int().nonnegative(),
  fps: z.number().nonnegative(),
  /** Seconds from one key frame to the next, as configured; null where the camera does not say. */
  keyIntervalSec: z.number().nullable(),
  /** What sound the profile carries; null where it has none, or the camera does not say. */
  audio: AudioCodec.nullable(),
  /** rtsp:// address without credentials; `rtmp:/live/ID` for a device that pushes. */
  streamUri: z.string(),
});
export type CameraProfile = z.infer<typeof CameraProfile>;

export const CameraPurpose = z.enum(['public-area', 'window', 'back-office']);

/** Which of the things beyond pictures a camera can do; what exactly, its controls say. */
export const CameraCapabilities = z.object({
  ptz: z.boolean(),
  imaging: z.boolean(),
  relays: z.boolean(),
  events: z.boolean(),
});
export type CameraCapabilities = z.infer<typeof CameraCapabilities>;

/** What is known of a camera that speaks no ONVIF, or has not been asked yet. */
export const NO_CAPABILITIES: Readonly<CameraCapabilities> = {
  ptz: false,
  imaging: false,
  relays: false,
  events: false,
};

export const Camera = z.object({
  id: CameraId,
  hallId: HallId,
  name: z.string().min(1).max(100),
  purpose: CameraPurpose,
  /** ONVIF device service address, or null for a camera added by its stream address alone. */
  onvifUrl: z.url().nullable(),
  username: z.string(),
  /** The password itself never leaves the server. */
  hasPassword: z.boolean(),
  manufacturer: z.string(),
  model: z.string(),
  firmware: z.string(),
  serial: z.string(),
  profiles: z.array(CameraProfile),
  capabilities: CameraCapabilities,
  windowIds: z.array(WindowId),
  place: PlanPoint.nullable(),
  /** Viewing direction on the floor plan, degrees clockwise from up. */
  bearing: z.number().nullable(),
  enabled: z.boolean(),
  sourceChoice: SourceChoice,
});
export type Camera = z.infer<typeof Camera>;

/**
 * How a camera is added: its ONVIF address and password, or a stream address where it has no ONVIF, or neither for a
 * device that pushes (`sourceChoice: 'rtmp'`).
 */
export const CameraInput = z.object({
  id: CameraId.optional(),
  hallId: HallId,
  name: z.string().min(1).max(100),
  purpose: CameraPurpose.default('window'),
  onvifUrl: z.url().nullable().default(null),
  /** Used only without `onvifUrl`. */
  streamUris: z.object({ main: z.string(), sub: z.string().optional() }).optional(),
  username: z.string().max(100).default(''),
  password: z.string().max(200).default(''),
  windowIds: z.array(WindowId).default([]),
  place: PlanPoint.nullable().default(null),
  bearing: z.number().nullable().default(null),
  sourceChoice: SourceChoice.default('auto'),
});
export type CameraInput = z.input<typeof CameraInput>;

export const CameraChange = z
  .object({
    name: z.string().min(1).max(100),
    purpose: CameraPurpose,
    onvifUrl: z.url().nullable(),
    username: z.string().max(100),
    password: z.string().max(200),
    windowIds: z.array(WindowId),
    place: PlanPoint.nullable(),
    bearing: z.number().nullable(),
    enabled: z.boolean(),
    sourceChoice: SourceChoice,
  })
  .partial();
export type CameraChange = z.infer<typeof CameraChange>;

/** A camera that answered WS-Discovery. */
export const DiscoveredCamera = z.object({
  /** The endpoint reference, `urn:uuid:...`. */
  endpoint: z.string(),
  /** Where it is reached. */
  onvifUrl: z.string(),
  /** What it says itself, where that is an address it did not answer from; null where it is right. */
  advertisedUrl: z.string().nullable(),
  /** Whether its ONVIF service answers us there; null until it was asked. */
  answers: z.boolean().nullable(),
  name: z.string(),
  hardware: z.string(),
  location: z.string(),
  /** The camera of ours that has this address already, if any. */
  knownAs: CameraId.nullable(),
});
export type DiscoveredCamera = z.infer<typeof DiscoveredCamera>;

export const DiscoverRequest = z.object({
  /** Address of the local interface to search on, e.g. 192.168.1.10 or 127.0.0.1. */
  interfaceAddress: z.ipv4(),
  waitMs: z.number().int().min(200).max(10_000).default(2000),
});

/**
 * How a camera wants us to prove who we are: WS-UsernameToken in the message, or HTTP Digest (RFC 7616). `none`: it
 * answers everyone.
 */
export const CameraAuth = z.enum(['none', 'token', 'digest-md5', 'digest-sha256']);
export type CameraAuth = z.infer<typeof CameraAuth>;

/** A service of the camera: its name, e.g. `ptz` or `media2`, and its address as the camera wrote it. */
export const CameraServiceInfo = z.object({ name: z.string(), address: z.string() });
export type CameraServiceInfo = z.infer<typeof CameraServiceInfo>;

/** What a probe of one address found. */
export const CameraProbe = z.object({
  manufacturer: z.string(),
  model: z.string(),
  firmware: z.string(),
  serial: z.string(),
  /** Camera clock minus ours, milliseconds. */
  clockOffsetMs: z.number().nullable(),
  profiles: z.array(CameraProfile),
  services: z.array(CameraServiceInfo),
  auth: CameraAuth,
  capabilities: CameraCapabilities,
  /** Stream addresses as the camera wrote them, where they lead elsewhere than those of the profiles. */
  advertisedUris: z.partialRecord(ProfileRole, z.string()),
});
export type CameraProbe = z.infer<typeof CameraProbe>;

export const ProbeRequest = z.object({
  onvifUrl: z.url(),
  username: z.string().default(''),
  password: z.string().default(''),
});

/**
 * The life of a camera's pull as people see it. `idle`: nobody needs this profile now. `lost` carries the code that says
 * why and what to do.
 */
export const StreamStatus = z.enum(['idle', 'connecting', 'live', 'lost']);
export type StreamStatus = z.infer<typeof StreamStatus>;

export const StreamState = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  status: StreamStatus,
  since: Instant,
  /** Which source carries it, where one does. */
  source: SourceKind.nullable(),
  code: ErrorCode.nullable(),
  /** Free text beside the code, e.g. the camera's own words. */
  detail: z.string().nullable(),
});
export type StreamState = z.infer<typeof StreamState>;

/** Where a device pushes to, in the forms that people type in. The key in it lets anyone push in its place. */
export const PublishAddress = z.object({
  /** `rtmp://host:port/live/ID?key=...`, as ffmpeg and most encoders take it. */
  url: z.string(),
  /** The same in two fields, as OBS and many encoders ask for it. */
  server: z.string(),
  streamKey: z.string(),
  /** Whether the device pushes now. */
  publishing: z.boolean(),
});
export type PublishAddress = z.infer<typeof PublishAddress>;

/**
 * How a camera is as a whole. `degraded`: pictures come, but something is wrong with them or with the way they come;
 * the reasons say what and, by their code, what to do.
 */
export const CameraCondition = z.object({
  status: z.enum(['off', 'offline', 'connecting', 'live', 'degraded']),
  since: Instant,
  reasons: z.array(z.object({ code: ErrorCode, detail: z.string().nullable() })),
});
export type CameraCondition = z.infer<typeof CameraCondition>;

/** The state of a camera: its condition, and its sub and main stream. */
export const CameraState = z.object({
  cameraId: CameraId,
  hallId: HallId,
  condition: CameraCondition,
  streams: z.array(StreamState),
});
export type CameraState = z.infer<typeof CameraState>;
