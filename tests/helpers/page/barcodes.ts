/**
 * Runs inside the page: reads the millisecond bar code in the top strip of a playing video (40 cells: 32 bits of epoch
 * ms, 8 bits of check sum) of frames as they are presented, and keeps how old the picture was in `window.barcodes`.
 */
{
  interface Sample {
    /** `camera/role`. */
    stream: string;
    latencyMs: number;
  }
  const state = {
    samples: [] as Sample[],
    frames: {} as Record<string, number>,
    /** Monotonic ms of the page: when the first tile was there, and when each stream showed its first frame. */
    tilesAt: null as number | null,
    firstFrameAt: {} as Record<string, number>,
    unreadable: 0,
  };
  Object.assign(window, { barcodes: state });
  const watched = new WeakSet<HTMLVideoElement>();

  const watch = (video: HTMLVideoElement) => {
    watched.add(video);
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const onFrame = () => {
      const now = Date.now();
      const stream = `${video.dataset.camera}/${video.dataset.role}`;
      state.firstFrameAt[stream] ??= performance.now();
      state.frames[stream] = (state.frames[stream] ?? 0) + 1;
      // One frame in five is read: the reading itself must not be what is measured.
      if (state.frames[stream] % 5 === 0) {
        const width = video.videoWidth;
        const cell = Math.floor(width / 40);
        if (canvas.width !== width) canvas.width = width;
        context.drawImage(video, 0, cell >> 1, width, 1, 0, 0, width, 1);
        const pixels = context.getImageData(0, 0, width, 1).data;
        let value = 0;
        let check = 0;
        for (let bit = 0; bit < 40; bit += 1) {
          const on = pixels[(bit * cell + (cell >> 1)) * 4]! > 127 ? 1 : 0;
          if (bit < 32) value = value * 2 + on;
          else check = check * 2 + on;
        }
        const expected = (value & 255) ^ ((value >>> 8) & 255) ^ ((value >>> 16) & 255) ^ (value >>> 24) ^ 0xa5;
        if (check !== expected) state.unreadable += 1;
        else state.samples.push({ stream, latencyMs: ((now % 4294967296) - value) | 0 });
      }
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };
  const look = () => {
    if (state.tilesAt === null && document.querySelector('[data-tile]')) state.tilesAt = performance.now();
    for (const video of document.querySelectorAll('video')) if (!watched.has(video)) watch(video);
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
}
