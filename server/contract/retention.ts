import { z } from 'zod';
import { Instant } from './ids.ts';

/** What is kept in the database by time, each for as long as is set. Footage has rules of its own (storage.ts). */
export const Kept = z.enum([
  'events',
  'readings',
  'measurements',
  'figures5min',
  'figuresHour',
  'figuresDay',
  'commands',
  /** Of citizens: how they can be reached, once their matter is closed. */
  'contacts',
  /** Of people who asked for an account and were not answered. */
  'registrations',
]);
export type Kept = z.infer<typeof Kept>;

/**
 * Days that each is kept at least. An event that comes late, up to a month, has its whole day computed anew from the log:
 * a log that is shorter than that would take the day's figures away.
 */
export const MIN_KEPT_DAYS: Record<Kept, number> = {
  ...{ events: 62, readings: 2, measurements: 2 },
  // the forecast learns from eight weeks of five minutes
  ...{ figures5min: 62, figuresHour: 62, figuresDay: 62, commands: 30 },
  ...{ contacts: 1, registrations: 1 },
};

/** Null: for ever. */
export const KeepDays = z.object({ keepDays: z.number().int().min(1).max(36_500).nullable() });
export type KeepDays = z.infer<typeof KeepDays>;

export const Retention = KeepDays.extend({
  kept: Kept,
  minDays: z.number(),
  /** The oldest row that is there. */
  oldest: Instant.nullable(),
  /** With its indexes; figures of 5 minutes, hours and days lie in the same tables, and each tells them all. */
  bytes: z.number(),
});
export type Retention = z.infer<typeof Retention>;
