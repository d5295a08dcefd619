import { LiveMessage } from '#contract/live.ts';
import type { LivePath, PathEvents, PathStats } from './path.ts';
import type { SinkPlan } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';

export const noStats: PathStats = {
  frames: 0,
  dropped: 0,
  bytes: 0,
  width: 0,
  height: 0,
  takenAt: null,
  shownAt: null,
};

/** A muted `<video>` that plays whatever it is given. */
export function liveVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.disablePictureInPicture = true;
  return video;
}

/** The element and the sink behind it, for each of the two ways out of a worker. */
function surface(kind: 'webcodecs' | 'canvas'): { element: LivePath['element']; sink: SinkPlan; stop(): void } {
  if (kind === 'canvas') {
    const element = document.createElement('canvas');
    return { element, sink: { kind: 'canvas', canvas: element.transferControlToOffscreen() }, stop: () => undefined };
  }
  const element = liveVideo();
  const stop = () => (element.srcObject = null);
  if (typeof MediaStreamTrackGenerator === 'undefined') return { element, sink: { kind: 'own-track' }, stop };
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  element.srcObject = new MediaStream([track]);
  return { element, sink: { kind: 'writable', writable: track.writable }, stop };
}

/** WebCodecs in a worker, shown as a track in a `<video>` or drawn on a canvas. */
export function createWorkerPath(pool: WorkerPool, kind: 'webcodecs' | 'canvas', events: PathEvents): LivePath {
  const { element, sink, stop } = surface(kind);
  let stats = noStats;
  let open = false;
  const hear = (text: string) => {
    const message = LiveMessage.safeParse(JSON.parse(text));
    if (message.success) events.message(message.data);
  };
  const seat = pool.seat((message) => {
    if (message.type === 'stats') stats = message.stats;
    else if (message.type === 'track') (element as HTMLVideoElement).srcObject = new MediaStream([message.track]);
    else if (!open) return;
    else if (message.type === 'text') hear(message.text);
    else if (message.type === 'sound') events.sound(message.message);
    else if (message.type === 'first-frame') events.firstFrame();
    else if (message.type === 'unsupported') events.unsupported(message.codec);
    else if (message.type === 'decoder-failed') events.decoderFailed();
    else if (message.type === 'fell-behind') events.fellBehind();
    else events.closed();
  });
  const { tile } = seat;
  const transfer = sink.kind === 'canvas' ? [sink.canvas] : sink.kind === 'writable' ? [sink.writable] : [];
  seat.post({ type: 'add', tile, sink }, transfer);
  return {
    kind,
    element,
    open(url) {
      open = true;
      seat.post({ type: 'open', tile, url });
    },
    close() {
      open = false;
      seat.post({ type: 'close', tile });
    },
    listen(on) {
      seat.post({ type: 'listen', tile, on });
      return true;
    },
    stats: () => stats,
    destroy() {
      seat.leave();
      stop();
    },
  };
}
