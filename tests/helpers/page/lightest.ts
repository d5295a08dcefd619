/** Runs inside the page: `window.lightest` gives the lightest grey (of 255) of a part of a picture, its edge left out. */
{
  const EDGE = 4;

  const lightest = (
    selector: string,
    { x, y, width, height }: { x: number; y: number; width: number; height: number },
  ): number => {
    const picture = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(selector)!;
    const isVideo = picture instanceof HTMLVideoElement;
    const [wide, high] = isVideo ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
    const [across, down] = [Math.floor(wide * width) - 2 * EDGE, Math.floor(high * height) - 2 * EDGE];
    const pen = new OffscreenCanvas(across, down).getContext('2d')!;
    pen.drawImage(picture, -Math.ceil(wide * x) - EDGE, -Math.ceil(high * y) - EDGE);
    const { data } = pen.getImageData(0, 0, across, down);
    return data.reduce((most, part, at) => (at % 4 === 3 ? most : Math.max(most, part)), 0);
  };
  Object.assign(window, { lightest });
}
