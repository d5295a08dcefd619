import type { AudioCodec, ProfileName, VideoCodec } from '../model.ts';
import type { EventBoard } from '../device/event-board.ts';
import type { PtzHead } from '../device/ptz-head.ts';
import type { ImagingLevels } from '../picture/adjust.ts';
import type { Identity } from './identity.ts';
import type { XmlNode } from './soap.ts';
import type { Subscriptions } from './subscriptions.ts';

/** One operation of a service. Those before authentication are named by the default access policy (ONVIF Core 5.12.1.1). */
export interface Operation {
  beforeAuthentication?: boolean;
  /** The action of the answer, where the service is bound to WS-Addressing. */
  action?: string;
  /** `address` is what was asked, without the host. */
  answer: (request: XmlNode, address: string) => string | Promise<string>;
}

export type Operations = Record<string, Operation>;

/** A camera as its services know it. */
export interface OnvifCamera {
  identity: Identity;
  codec: (role: ProfileName) => VideoCodec;
  audio: AudioCodec | null;
  hasMedia2: boolean;
  signsInByDigest: boolean;
  ptz: PtzHead | null;
  board: EventBoard;
  subscriptions: Subscriptions;
  imaging: () => ImagingLevels;
  setImaging: (levels: ImagingLevels) => void;
  interfaceAddress: string;
  /** `http://host:port`, as the camera sees itself. */
  origin: () => string;
  /** The camera's clock, epoch ms. */
  now: () => number;
  streamUri: (role: ProfileName) => string;
}

export const VIDEO_SOURCE = 'VideoSource_1';
export const PTZ_NODE = 'PTZNode_1';
export const PTZ_CONFIGURATION = 'PTZToken';

/** Milliseconds of an xs:duration below a day, such as PT1M30.5S. */
export function durationMs(text: string, otherwise: number): number {
  const [, hours, minutes, seconds] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text) ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return otherwise;
  return (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000;
}
