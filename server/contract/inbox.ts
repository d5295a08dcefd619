import { z } from 'zod';
import { CardActName } from './cards.ts';
import { HallId, Instant, RegionId, Ulid } from './ids.ts';
import { MatterActName, MatterKind } from './matter-kinds.ts';
import { Month, ScoredKind } from './performance.ts';
import { LevelId } from './registers.ts';

const common = {
  id: Ulid,
  title: z.string(),
  regionId: RegionId,
  hallId: HallId.nullable(),
  /** Since when it waits. */
  since: Instant,
  /** Until when it is owed; null: nobody said. */
  dueAt: Instant.nullable(),
};

/** Something that waits for whoever asks: what it is, and what he would most likely do with it. */
export const InboxItem = z.discriminatedUnion('of', [
  z.object({ ...common, of: z.literal('card'), level: LevelId, todo: CardActName.or(z.literal('read')) }),
  z.object({ ...common, of: z.literal('matter'), kind: MatterKind, todo: MatterActName }),
  /** An appeal against points. */
  z.object({
    ...{ ...common, regionId: z.null(), of: z.literal('points'), todo: z.literal('decide') },
    ...{ kind: ScoredKind, month: Month },
  }),
  z.object({ ...common, regionId: RegionId.nullable(), of: z.literal('announcement'), todo: z.literal('read') }),
]);
export type InboxItem = z.infer<typeof InboxItem>;

/** What is owed first stands first; five hundred at most. */
export const Inbox = z.object({ items: z.array(InboxItem) });
