import type { AdvisedAction } from '#contract/advice.ts';
import type { Situation, WindowNow } from '../situation.ts';

/** From the advice to the first call: somebody must come to a window that is closed, and take in what it is to call. */
const READY_SEC = { open: 180, lend: 60 } as const;
/** More are not looked at; those of the queues that are worst off come first. */
const MOST = 12;

/** How the hall stands once it is done. A window that is open already stays as it is. */
export function done(situation: Situation, { kind, windowId, queueId }: AdvisedAction): Situation {
  const ready = { is: 'paused', backAt: READY_SEC[kind] } as const;
  const change = (window: WindowNow): WindowNow =>
    kind === 'open'
      ? { ...window, now: window.now.is === 'closed' ? ready : window.now }
      : { ...window, helps: [queueId], now: window.now.is === 'idle' ? ready : window.now };
  return { ...situation, windows: situation.windows.map((w) => (w.windowId === windowId ? change(w) : w)) };
}

/**
 * What could be done for the queues in need, the worst off first: open a closed window that serves one of them, or let
 * an idle window call from it while nobody waits in its own. Of windows that serve the same, the first stands for all.
 */
export function candidates(
  situation: Situation,
  needs: readonly string[],
  isOpenable: (windowId: string) => boolean,
): AdvisedAction[] {
  const found = new Map<string, AdvisedAction>();
  for (const queueId of needs) {
    for (const { windowId, queueIds, now } of situation.windows) {
      const kind = now.is === 'closed' ? 'open' : 'lend';
      if (kind === 'lend' && now.is !== 'idle') continue;
      if ((kind === 'open') !== queueIds.includes(queueId)) continue;
      if (kind === 'open' && !isOpenable(windowId)) continue;
      const likeness = `${kind} ${queueId} ${queueIds.toSorted().join()}`;
      if (!found.has(likeness)) found.set(likeness, { kind, windowId, queueId });
    }
  }
  return [...found.values()].slice(0, MOST);
}
