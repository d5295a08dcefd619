import { z } from 'zod';
import { QueueForecast } from './forecast.ts';
import { HallId, Instant, QueueId, WindowId } from './ids.ts';

/** `POST /api/halls/:id/what-if`: what is left out stays as it is. */
export const WhatIf = z.strictObject({
  /** Windows that would be open or closed, or call from other queues than the set-up says. */
  windows: z
    .array(
      z.strictObject({
        windowId: WindowId,
        open: z.boolean().optional(),
        queueIds: z.array(QueueId).min(1).optional(),
      }),
    )
    .max(200)
    .default([]),
  /**
   * Clerks at windows altogether, after the changes above: windows are opened where the work presses most, or closed where
   * it presses least, until there are so many.
   */
  staff: z.number().int().min(0).max(200).nullable().default(null),
  /** So many times the people that are expected. */
  demand: z.number().min(0.2).max(3).default(1),
});
export type WhatIf = z.infer<typeof WhatIf>;
export type WhatIfInput = z.input<typeof WhatIf>;

/** Two courses of one seed, two hours each, queue by queue in the hall's order. */
export const WhatIfAnswer = z.object({
  hallId: HallId,
  at: Instant,
  asItIs: z.array(QueueForecast),
  whatIf: z.array(QueueForecast),
  /** Windows that are not closed, pauses included, and those that would not be. */
  open: z.object({ asItIs: z.array(WindowId), whatIf: z.array(WindowId) }),
});
export type WhatIfAnswer = z.infer<typeof WhatIfAnswer>;
