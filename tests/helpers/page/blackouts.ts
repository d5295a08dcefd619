/**
 * Runs inside the page: notes in `window.blackouts` each refresh of the screen at which a tile that has shown a picture
 * shows none: neither the stream in front, which is clear until its first frame, nor the one that still lies under it.
 */
{
  const blackouts: string[] = [];
  Object.assign(window, { blackouts });
  const started = new WeakSet<Element>();

  const look = () => {
    for (const tile of document.querySelectorAll<HTMLElement>('[data-tile]')) {
      const seen = [...tile.querySelectorAll<HTMLVideoElement>('.picture:not(.hidden) video')];
      const painted = seen.some(({ videoWidth, readyState }) => videoWidth > 0 && readyState >= 2);
      if (painted) started.add(tile);
      else if (started.has(tile)) blackouts.push(`${tile.dataset.tile} at ${Math.round(performance.now())} ms`);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
