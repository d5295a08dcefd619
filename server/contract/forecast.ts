import { z } from 'zod';
import { HallId, Instant, QueueId } from './ids.ts';

/** Half of what may happen lies below `middle`, one in ten below `low`, one in ten above `high`. */
export const ForecastBand = z.object({ low: z.number(), middle: z.number(), high: z.number() });
export type ForecastBand = z.infer<typeof ForecastBand>;

export const QueueForecast = z.object({
  queueId: QueueId,
  /** Every quarter of an hour, from now to two hours on. */
  steps: z.array(
    z.object({
      at: Instant,
      waiting: ForecastBand,
      /** Seconds that those wait who come within the quarter from then; null where hardly anybody is expected. */
      wait: ForecastBand.nullable(),
    }),
  ),
  /** The longest wait of those who wait now or come within two hours, seconds, as it is to be expected. */
  longestWaitSec: z.number(),
  /** Share of those people whom no window calls within hours; above 0, waits are longer than told. */
  uncalled: z.number().min(0).max(1),
});
export type QueueForecast = z.infer<typeof QueueForecast>;

/**
 * What a forecast takes for the people to come: days before today, or, while none is known, that the last hour goes on.
 */
export const ForecastBasis = z.enum(['days', 'last-hour']);
export type ForecastBasis = z.infer<typeof ForecastBasis>;

/** What is missing for a forecast. `arrivals`: minutes since the first ticket of the day; `served`: tickets served while others waited. */
export const ForecastLack = z.object({ lack: z.enum(['arrivals', 'served']), have: z.number(), needed: z.number() });
export type ForecastLack = z.infer<typeof ForecastLack>;

/** `GET /api/halls/:id/forecast`. */
export const HallForecast = z.discriminatedUnion('known', [
  z.object({
    known: z.literal(true),
    hallId: HallId,
    /** When it was computed. */
    at: Instant,
    basis: ForecastBasis,
    /** Days before today that it has learnt from. */
    learntDays: z.number().int(),
    queues: z.array(QueueForecast),
  }),
  /** Too little is known of the hall yet. */
  z.object({ known: z.literal(false), hallId: HallId, at: Instant, ...ForecastLack.shape }),
]);
export type HallForecast = z.infer<typeof HallForecast>;
