/**
 * Runs inside the page: notes when each alert came to be painted in a list, in `window.alertPaints`. It counts as painted
 * in the task after the frame that shows it.
 */
{
  const state = { painted: [] as { alertId: string; at: number }[] };
  Object.assign(window, { alertPaints: state });
  const known = new Set<string>();
  let fresh: string[] = [];
  let planned = false;

  const notePainted = () => {
    const channel = new MessageChannel();
    const shown = fresh;
    fresh = [];
    planned = false;
    channel.port1.onmessage = () => {
      const at = Date.now();
      for (const alertId of shown) state.painted.push({ alertId, at });
      channel.port1.close();
    };
    channel.port2.postMessage(null);
  };

  new MutationObserver((mutations) => {
    for (const { addedNodes } of mutations) {
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        for (const row of [node, ...node.querySelectorAll<HTMLElement>('[data-alert]')]) {
          const { alert: alertId } = row.dataset;
          if (alertId === undefined || known.has(alertId)) continue;
          known.add(alertId);
          fresh.push(alertId);
        }
      }
    }
    if (fresh.length === 0 || planned) return;
    planned = true;
    requestAnimationFrame(notePainted);
  }).observe(document, { subtree: true, childList: true });
}
