import { dateOf, timeOfDay } from '../i18n/time.ts';

/** `Window 03-2026-11-26-140327.png`: camera, date and time in the hall's zone, nothing that a file system refuses. */
export function snapshotName(camera: string, at: number, timeZone: string): string {
  const name = camera.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '_').trim();
  return `${name}-${dateOf(at, timeZone)}-${timeOfDay(at, timeZone).replaceAll(':', '')}.png`;
}

/** In the stream's own pixels, whatever its size on the screen. */
export function pictureSize(element: HTMLVideoElement | HTMLCanvasElement): { width: number; height: number } {
  if (element instanceof HTMLCanvasElement) return { width: element.width, height: element.height };
  return { width: element.videoWidth, height: element.videoHeight };
}

/** The picture that stands there now, as PNG if nothing else is said; null where there is none. */
export function snapshot(
  element: HTMLVideoElement | HTMLCanvasElement,
  type: 'image/png' | 'image/jpeg' = 'image/png',
): Promise<Blob | null> {
  const canvas = Object.assign(document.createElement('canvas'), pictureSize(element));
  if (canvas.width === 0 || canvas.height === 0) return Promise.resolve(null);
  canvas.getContext('2d', { alpha: false })?.drawImage(element, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.9));
}

export function download(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
