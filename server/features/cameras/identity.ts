import type { Camera } from '#contract/cameras.ts';
import { onHost, parseStreamAddress } from '#lib/stream-address.ts';

const ID_LIMIT = 64;

/** An id out of hall and name that is not taken yet: `sw-front-desk`, `sw-front-desk-2`. */
export function freeId(hallId: string, name: string, taken: ReadonlySet<string>): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  // names in Chinese leave nothing, or a number
  const stem = `${hallId}-${slug || 'camera'}`;
  for (let n = 1; ; n += 1) {
    const end = n === 1 ? '' : `-${n}`;
    const id = stem.slice(0, ID_LIMIT - end.length).replace(/-$/, '') + end;
    if (!taken.has(id)) return id;
  }
}

/** The camera that this one is already, and why; null where it is new. */
export function twinOf(camera: Camera, others: Iterable<Camera>): { id: string; reason: string } | null {
  for (const other of others) {
    if (other.id === camera.id) continue;
    if (hasSerial(camera) && other.serial === camera.serial && other.manufacturer === camera.manufacturer) {
      return { id: other.id, reason: `${camera.manufacturer} serial ${camera.serial}` };
    }
    const addresses = new Set(other.profiles.map(({ streamUri }) => addressKey(streamUri)));
    const shared = camera.profiles.find(({ streamUri }) => addresses.has(addressKey(streamUri)));
    if (shared) return { id: other.id, reason: shared.streamUri };
  }
  return null;
}

/** Whether what answers now is another device than the one we know. */
export function isOtherDevice(known: Camera, now: Pick<Camera, 'manufacturer' | 'serial'>): boolean {
  return hasSerial(known) && hasSerial(now) && (known.serial !== now.serial || known.manufacturer !== now.manufacturer);
}

/** The camera that has this ONVIF address. */
export function cameraAt(onvifUrl: string, cameras: Iterable<Camera>): Camera | null {
  const wanted = URL.parse(onvifUrl)?.href;
  for (const camera of cameras) {
    if (wanted !== undefined && camera.onvifUrl !== null && URL.parse(camera.onvifUrl)?.href === wanted) return camera;
  }
  return null;
}

/** Makers who give no serial leave one repeated character in its place ("0", "000000"). */
function hasSerial({ serial }: Pick<Camera, 'serial'>): boolean {
  return new Set(serial).size > 1;
}

/** RTSP listens on 554 unless the address says otherwise (RFC 7826, 4.2). */
function addressKey(uri: string): string {
  const stream = parseStreamAddress(uri);
  if (!stream) return uri;
  return onHost(stream, stream.host).replace(/^(rtsp:\/\/(?:\[[^\]]*\]|[^/?#:]+)):554(?![0-9])/, '$1');
}
