import { createHash } from 'node:crypto';

/** Who a camera says it is, and where; what every service and discovery tells about it. */
export interface Identity {
  id: string;
  name: string;
  location: string;
  hardware: string;
  model: string;
  serial: string;
}

export const MANUFACTURER = 'Hallwatch';
export const FIRMWARE = 'V5.7.15 build 260908';
export const DEVICE_PATH = '/onvif/device_service';
export const MEDIA_PATH = '/onvif/media_service';
export const MEDIA2_PATH = '/onvif/media2_service';
export const PTZ_PATH = '/onvif/ptz_service';
export const IMAGING_PATH = '/onvif/imaging_service';
export const DEVICE_IO_PATH = '/onvif/deviceio_service';
export const EVENTS_PATH = '/onvif/event_service';
/** Followed by the number of the subscription. */
export const SUBSCRIPTION_PATH = '/onvif/subscription/';

/** The endpoint reference: it stays the same as long as the camera is the same (WS-Discovery 2.6). */
export function endpointOf({ id, serial }: Identity): string {
  const hex = createHash('sha1').update(`${id}/${serial}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

/** ONVIF Core 7.3.2.2: what a device is and where it hangs. */
export function scopesOf(identity: Identity): { fixed: string[]; configurable: string[] } {
  const scope = (kind: string, value: string) => `onvif://www.onvif.org/${kind}/${encodeURIComponent(value)}`;
  return {
    fixed: [
      scope('type', 'video_encoder'),
      scope('type', 'Network_Video_Transmitter'),
      scope('Profile', 'Streaming'),
      scope('hardware', identity.hardware),
    ],
    configurable: [scope('name', identity.name), scope('location', identity.location)],
  };
}
