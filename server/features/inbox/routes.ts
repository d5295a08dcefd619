import { Inbox, type InboxItem } from '#contract/inbox.ts';
import type { Rights } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';

/** A feature in which things wait for people. */
export interface WaitingPort {
  /** What waits for somebody of these rights. */
  waiting(rights: Rights, username: string): Promise<InboxItem[]>;
}

const MOST = 500;

/** REST of the inbox 待办: whatever waits for whoever asks. */
export function inboxRoutes(app: App, features: readonly WaitingPort[]): void {
  app.get(
    '/api/inbox',
    {
      config: { session: true },
      schema: { tags: ['inbox'], summary: 'What waits for you, the first to be owed first', response: { 200: Inbox } },
    },
    async ({ rights, account }) => {
      const items = await Promise.all(features.map((feature) => feature.waiting(rights, account!.username)));
      return { items: items.flat().sort(byDue).slice(0, MOST) };
    },
  );
}

/** What nobody said a limit of comes behind, the oldest first. */
function byDue(a: InboxItem, b: InboxItem): number {
  return (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') || a.since.localeCompare(b.since);
}
