import { LiveMessage } from '#contract/live.ts';
import { MseBuffer } from './mse-buffer.ts';
import type { LivePath, PathEvents, PathStats } from './path.ts';
import { liveVideo, noStats } from './worker-path.ts';

export const mediaSourceClass = (): typeof MediaSource | undefined =>
  typeof MediaSource !== 'undefined'
    ? MediaSource
    : typeof ManagedMediaSource !== 'undefined'
      ? ManagedMediaSource
      : undefined;

/** Fragmented MP4 into Media Source Extensions, for browsers or pages without WebCodecs. */
export function createMsePath(events: PathEvents): LivePath {
  const Source = mediaSourceClass();
  const element = liveVideo();
  element.disableRemotePlayback = true; // a ManagedMediaSource opens only then
  let socket: WebSocket | null = null;
  let buffer: MseBuffer | null = null;
  let bytes = 0;

  function configure(codec: string): void {
    const type = `video/mp4; codecs="${codec}"`;
    if (!Source?.isTypeSupported(type)) return events.unsupported(codec);
    if (buffer) return buffer.changeType(type);
    buffer = new MseBuffer(new Source(), element, type, {
      failed: () => events.decoderFailed(),
      fellBehind: () => events.fellBehind(),
    });
  }

  function hear(text: string): void {
    const message = LiveMessage.safeParse(JSON.parse(text));
    if (!message.success) return;
    if (message.data.type === 'config') configure(message.data.codec);
    if (message.data.type === 'state' && message.data.status !== 'live') awaitPicture();
    events.message(message.data);
  }

  /** Tells of the next picture that reaches the screen. */
  function awaitPicture(): void {
    const asked = socket;
    element.requestVideoFrameCallback(() => {
      if (asked !== null && asked === socket) events.firstFrame();
    });
  }

  function close(): void {
    const left = socket;
    socket = null;
    left?.close();
    buffer?.close();
    buffer = null;
  }

  return {
    kind: 'mse',
    element,
    open(url) {
      close();
      const opened = new WebSocket(url);
      socket = opened;
      opened.binaryType = 'arraybuffer';
      opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') return hear(data);
        bytes += data.byteLength;
        buffer?.append(data);
      };
      opened.onclose = () => {
        if (opened === socket) events.closed();
      };
      awaitPicture();
    },
    close,
    listen: () => false,
    stats(): PathStats {
      const { totalVideoFrames, droppedVideoFrames } = element.getVideoPlaybackQuality();
      const { videoWidth: width, videoHeight: height } = element;
      const frames = totalVideoFrames - droppedVideoFrames;
      return { ...noStats, frames, dropped: droppedVideoFrames, bytes, width, height };
    },
    destroy() {
      close();
      element.removeAttribute('src');
      element.load();
    },
  };
}
