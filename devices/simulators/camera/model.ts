import type { PictureFaultKind } from './picture/faults.ts';

/** What a camera sees of one window 窗口 at this moment. */
export interface WindowSight {
  staffPresent: boolean;
  /** A visitor stands or sits at the counter. */
  customer: boolean;
  windowState: 'closed' | 'idle' | 'calling' | 'serving' | 'paused';
  /** What the display above the window shows, e.g. A012. */
  ticketNo: string | null;
}

/** One window and the people waiting for it. */
export interface SceneState extends WindowSight {
  waiting: number;
}

/** The whole hall: its windows in the order of the scene's labels, and everyone who waits. */
export interface HallSceneState {
  waiting: number;
  windows: readonly WindowSight[];
}

/**
 * What stands in front of a camera. `state` is read at every frame. Cameras that are given the same scene object share its
 * pictures: it is painted and encoded once, however many cameras show it.
 */
export type Scene = WindowScene | HallScene;

export interface WindowScene {
  kind: 'window';
  /** The number above the window, e.g. 07. */
  label: string;
  state: () => SceneState;
  /** Decides the camera's place, the furniture and who the people are. */
  seed: number;
}

export interface HallScene {
  kind: 'hall';
  /** Labels of the windows along the counter, left to right. */
  windows: readonly string[];
  state: () => HallSceneState;
  seed: number;
}

export interface SimulatedCamera {
  /** Its path on the RTSP server and part of its endpoint reference: `[a-z0-9-]{1,64}`. */
  id: string;
  name: string;
  location: string;
  hardware: string;
  model: string;
  /** Digits that must stay a string, as on real cameras: '0012345678901234567'. */
  serial: string;
  scene: Scene;
  /** H.264 unless said otherwise. */
  codec?: VideoCodec;
  /** Of the sub stream, where that is another: many cameras keep H.264 there. */
  subCodec?: VideoCodec;
  /** Without it the camera has no microphone. */
  audio?: AudioCodec;
  /** Can be moved. */
  ptz?: boolean;
  /** Older cameras have no Media 2. */
  media2?: boolean;
  /** Takes HTTP digest beside the token in the message. */
  httpDigest?: 'MD5' | 'SHA-256';
  /** How far the camera's own clock is ahead of ours, ms. */
  clockOffsetMs?: number;
}

export type VideoCodec = 'h264' | 'h265';
export const codecOf = ({ codec = 'h264', subCodec = codec }: SimulatedCamera, role: ProfileName): VideoCodec =>
  role === 'main' ? codec : subCodec;
export type AudioCodec = 'aac' | 'pcmu' | 'pcma';

/** A frozen picture is `frozenPicture`: it needs who sends the frames. */
export type SeenFault = Exclude<PictureFaultKind, 'frozen'>;

/** What is wrong with a camera. Leaving a field out leaves that fault as it is. */
export interface CameraFault {
  /** No power: refuses and drops every connection, is not discovered. */
  down?: boolean;
  /** Hung: connections stay open, nothing is sent or answered. */
  silent?: boolean;
  /** Somebody changed its password. */
  wrongPassword?: boolean;
  /** Answers 461 to SETUP over these. */
  refusesTransport?: 'tcp' | 'udp' | 'both' | null;
  /** Ends the connection right after it answered PLAY. */
  closesAfterPlay?: boolean;
  /** The encoder hangs: no pictures and no sound, while sender reports go on. */
  frozenEncoder?: boolean;
  /** The stream goes on with one and the same picture. */
  frozenPicture?: boolean;
  /** What is wrong with what it sees; null for nothing. */
  picture?: SeenFault | null;
  /** Somebody chose half the resolution: other parameter sets in the running stream. */
  halfSize?: boolean;
  /** Its clock was put ahead (or back) by so much: reports and the ONVIF clock tell another time. */
  clockJumpMs?: number;
  /** Random bytes between the RTP packets. */
  garbageRtp?: boolean;
  /** Share of the UDP datagrams that are lost, 0..1. */
  packetLoss?: number;
  /** Every few UDP datagrams one comes after the next. */
  reordersPackets?: boolean;
  /** Tells addresses at which it cannot be reached, as behind a router: 192.0.2.1. */
  wrongAddress?: boolean;
  /** Something else answers on its HTTP port: a page in place of SOAP. */
  html?: boolean;
  /** Three wrong passwords lock everybody out for half a minute. */
  locksOut?: boolean;
}

export const noFault: Required<CameraFault> = {
  down: false,
  silent: false,
  wrongPassword: false,
  refusesTransport: null,
  closesAfterPlay: false,
  frozenEncoder: false,
  frozenPicture: false,
  picture: null,
  halfSize: false,
  clockJumpMs: 0,
  garbageRtp: false,
  packetLoss: 0,
  reordersPackets: false,
  wrongAddress: false,
  html: false,
  locksOut: false,
};

export type ProfileName = 'main' | 'sub';

/** A media profile. The tokens are digits on purpose: clients that turn them into numbers ask for something else. */
export interface Profile {
  role: ProfileName;
  token: string;
  name: string;
  width: number;
  height: number;
  fps: number;
  /** The cap, kbit/s. */
  bitrate: number;
}

/** Length of a group of pictures, seconds. */
export const GOP_SECONDS = 2;

export const profiles: Record<ProfileName, Profile> = {
  main: { role: 'main', token: '000', name: 'mainStream', width: 1280, height: 720, fps: 25, bitrate: 2500 },
  sub: { role: 'sub', token: '001', name: 'subStream', width: 640, height: 360, fps: 15, bitrate: 500 },
};
