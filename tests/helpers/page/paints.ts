/**
 * Runs inside the page: notes when each ticket number came to be painted at a window, in `window.paints`. A number
 * counts as painted in the task after the frame that shows it. It knows the wall, and a Node-RED dashboard whose text
 * widgets have the ids of windows.
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
      const cell = element?.closest<HTMLElement>('[data-window], .nrdb-ui-widget');
      const ticket = cell?.querySelector('.ticket, .nrdb-ui-text-value')?.textContent;
      if (cell && ticket) fresh.set(cell.dataset.window ?? cell.id.replace('nrdb-ui-widget-', ''), ticket);
    }
    if (fresh.size === 0 || planned) return;
    planned = true;
    requestAnimationFrame(notePainted);
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}
