/**
 * Runs inside the page: notes when each ticket number came to be painted at a window, in `window.paints`. A number
 * counts as painted in the task after the frame that shows it.
 */
{
  const state = { painted: [] as { window: string; ticket: string; at: number }[] };
  Object.assign(window, { paints: state });
  let fresh = new Map<string, string>();
  let planned = false;

  const notePainted = () => {
    const channel = new MessageChannel();
    const shown = fresh;
    fresh = new Map();
    planned = false;
    channel.port1.onmessage = () => {
      const at = Date.now();
      for (const [name, ticket] of shown) state.painted.push({ window: name, ticket, at });
      channel.port1.close();
    };
    channel.port2.postMessage(null);
  };

  new MutationObserver((mutations) => {
    for (const { target } of mutations) {
      const element = target instanceof Element ? target : target.parentElement;
      const cell = element?.closest<HTMLElement>('[data-window]');
      const ticket = cell?.querySelector('.ticket')?.textContent;
      if (cell?.dataset.window !== undefined && ticket) fresh.set(cell.dataset.window, ticket);
    }
    if (fresh.size === 0 || planned) return;
    planned = true;
    requestAnimationFrame(notePainted);
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}
