import { pictureSize } from '../../player/snapshot.ts';

/**
 * The picture that stands there now, in the stream's own pixels, and below it a strip with whose and of when it is: nothing
 * of the picture is covered. Null where there is none.
 */
export function burntSnapshot(video: HTMLVideoElement, words: { left: string; right: string }): Promise<Blob | null> {
  const { width, height } = pictureSize(video);
  if (width === 0 || height === 0) return Promise.resolve(null);
  const strip = Math.max(24, Math.round(height / 18));
  const canvas = Object.assign(document.createElement('canvas'), { width, height: height + strip });
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return Promise.resolve(null);
  context.drawImage(video, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(0, height, width, strip);
  context.fillStyle = '#fff';
  context.font = `${Math.round(strip * 0.58)}px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  const [edge, middle] = [strip * 0.4, height + strip / 2];
  const timeWidth = context.measureText(words.right).width;
  context.textAlign = 'right';
  context.fillText(words.right, width - edge, middle);
  context.textAlign = 'left';
  context.fillText(words.left, edge, middle, Math.max(0, width - timeWidth - edge * 3));
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
