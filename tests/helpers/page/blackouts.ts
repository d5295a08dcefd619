/**
 * Runs inside the page: notes in `window.blackouts` each refresh of the screen at which a tile that has shown a picture
 * shows none: no stream is in front, or the one in front has no frame yet.
 */
{
  const blackouts: string[] = [];
  Object.assign(window, { blackouts });
  const started = new WeakSet<Element>();

  const look = () => {
    for (const tile of document.querySelectorAll<HTMLElement>('[data-tile]')) {
      const picture = tile.querySelector('.shown video');
      const painted = picture instanceof HTMLVideoElement && picture.videoWidth > 0 && picture.readyState >= 2;
      if (painted) started.add(tile);
      else if (started.has(tile)) blackouts.push(`${tile.dataset.tile} at ${Math.round(performance.now())} ms`);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
