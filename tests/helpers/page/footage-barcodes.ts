/**
 * Runs inside the page: reads the millisecond bar code (see barcodes.ts) of every picture that a video of footage presents.
 * `window.footage.read()` gives what each shows now, `window.footage.spreads` how far apart all of them were, picture by
 * picture of the screen, while they played; `window.footage.shown` what each tile has said it shows.
 */
{
  interface Reading {
    camera: string;
    /** Epoch ms of the picture by its bar code, without the high bits. */
    code: number;
    /** Seconds on the video's own line. */
    mediaTime: number;
    frames: number;
    /** When it was presented, monotonic ms, less its code: the same for all that are synchronous, whenever they are read. */
    offset: number;
  }
  const readings = new Map<string, Reading>();
  const videos = new Map<string, HTMLVideoElement>();
  const state = {
    spreads: [] as number[],
    shown: {} as Record<string, string[]>,
    unreadable: 0,
    read: () => [...readings.values()],
  };
  Object.assign(window, { footage: state });

  const watch = (video: HTMLVideoElement) => {
    const camera = video.dataset.footage!;
    videos.set(camera, video);
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const onFrame = (_: number, { mediaTime, presentationTime }: VideoFrameCallbackMetadata) => {
      const width = video.videoWidth;
      const cell = Math.floor(width / 40);
      if (canvas.width !== width) canvas.width = width;
      context.drawImage(video, 0, cell >> 1, width, 1, 0, 0, width, 1);
      const pixels = context.getImageData(0, 0, width, 1).data;
      let code = 0;
      let check = 0;
      for (let bit = 0; bit < 40; bit += 1) {
        const on = pixels[(bit * cell + (cell >> 1)) * 4]! > 127 ? 1 : 0;
        if (bit < 32) code = code * 2 + on;
        else check = check * 2 + on;
      }
      const expected = (code & 255) ^ ((code >>> 8) & 255) ^ ((code >>> 16) & 255) ^ (code >>> 24) ^ 0xa5;
      if (check !== expected) state.unreadable += 1;
      else {
        const frames = (readings.get(camera)?.frames ?? 0) + 1;
        readings.set(camera, { camera, code, mediaTime, frames, offset: presentationTime - code });
      }
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };
  const look = () => {
    for (const video of document.querySelectorAll<HTMLVideoElement>('video[data-footage]')) {
      if (videos.get(video.dataset.footage!) !== video) watch(video);
    }
    for (const tile of document.querySelectorAll<HTMLElement>('[data-footage-tile]')) {
      const said = (state.shown[tile.dataset.footageTile!] ??= []);
      if (said.at(-1) !== tile.dataset.shown) said.push(tile.dataset.shown!);
    }
  };
  const compare = () => {
    requestAnimationFrame(compare);
    const playing = [...videos.values()].filter((video) => video.isConnected && !video.paused && !video.seeking);
    const offsets = playing.flatMap((video) => readings.get(video.dataset.footage!)?.offset ?? []);
    if (offsets.length < videos.size || offsets.length < 2) return;
    state.spreads.push(Math.round(Math.max(...offsets) - Math.min(...offsets)));
  };
  requestAnimationFrame(compare);
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  look();
}
