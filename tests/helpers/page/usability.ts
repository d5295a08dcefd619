/**
 * Runs inside the page: notes in `window.usability` how long each frame took, and for each key how long until what it did was
 * painted, ms. Painted is in the task after the frame that follows.
 */
{
  const state = { frames: [] as number[], inputs: [] as number[] };
  Object.assign(window, { usability: state });
  let before = performance.now();
  const onFrame = (at: number) => {
    state.frames.push(at - before);
    before = at;
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);

  window.addEventListener(
    'keydown',
    ({ timeStamp }) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          state.inputs.push(performance.now() - timeStamp);
          channel.port1.close();
        };
        channel.port2.postMessage(null);
      }),
    { capture: true },
  );
}
