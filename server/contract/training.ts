import { z } from 'zod';
import { Instant } from './ids.ts';
import type { Permission } from './permissions.ts';

/** What is practised in the demo hall, in this order, and what one must be allowed to do for it. */
export const exercises = {
  acknowledge: 'alert.handle',
  'read-announcement': 'matter.view',
  'issue-card': 'card.issue',
  'answer-card': 'card.answer',
  'give-order': 'matter.direct',
  'answer-citizen': 'matter.answer',
  'agree-to-revoke': 'card.revoke',
} as const satisfies Record<string, Permission>;
export type ExerciseId = keyof typeof exercises;
export const ExerciseId = z.enum(Object.keys(exercises) as [ExerciseId, ...ExerciseId[]]);

export const Training = z.object({
  /** Only a demo is for practising. */
  isOpen: z.boolean(),
  /** Those that whoever asks may do; done by what he did, not by what he says. */
  exercises: z.array(z.object({ id: ExerciseId, doneAt: Instant.nullable() })),
});
export type Training = z.infer<typeof Training>;
