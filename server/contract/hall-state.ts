import { z } from 'zod';
import { HallId, Instant, QueueId, WindowId } from './ids.ts';
import { WindowState } from './mqtt.ts';

/**
 * One window now. `unknown`: its caller was never heard; `stale`: its caller is lost, or has only told of earlier times
 * so far, so the state is the last known one.
 */
export const WindowLive = z.object({
  windowId: WindowId,
  state: z.union([WindowState, z.literal('unknown')]),
  since: Instant.nullable(),
  staff: z.string().nullable(),
  ticketNo: z.string().nullable(),
  pauseReason: z.string().nullable(),
  pausePlannedMin: z.number().nullable(),
  seat: z.enum(['occupied', 'empty', 'unknown']),
  seatSince: Instant.nullable(),
  stale: z.boolean(),
  /** When its caller was last heard. */
  heardAt: Instant.nullable(),
});
export type WindowLive = z.infer<typeof WindowLive>;

/** One queue now; definitions in docs/figures.md. */
export const QueueLive = z.object({
  queueId: QueueId,
  /** Issued and not yet called or cancelled. */
  waiting: z.number().int(),
  /** When the ticket that waits longest was issued. */
  longestSince: Instant.nullable(),
  /** Mean of (now - issued) over those waiting is this instant subtracted from now. */
  meanIssuedAt: Instant.nullable(),
  /** Logged in, not paused, seat not empty, feeding from this queue. */
  staffedWindows: z.number().int(),
  /** Over tickets called in the last hour, seconds. */
  servedWaitSec: z.number().nullable(),
  issuedToday: z.number().int(),
  calledToday: z.number().int(),
  completedToday: z.number().int(),
});
export type QueueLive = z.infer<typeof QueueLive>;

export const TerminalCount = z.object({ total: z.number().int(), online: z.number().int(), lost: z.number().int() });

export const HallLive = z.object({
  hallId: HallId,
  /** Grows by one with every change that was sent. */
  revision: z.number().int(),
  at: Instant,
  windows: z.array(WindowLive),
  queues: z.array(QueueLive),
  /** People inside, as a sensor counts them. */
  inside: z.number().int().nullable(),
  terminals: TerminalCount,
});
export type HallLive = z.infer<typeof HallLive>;

/** What changed since the revision before: rows replace rows of the same id. */
export const HallDelta = HallLive.partial({ windows: true, queues: true, inside: true, terminals: true });
export type HallDelta = z.infer<typeof HallDelta>;

/** A line of the overview: how a hall is, without its details. */
export const HallSummary = z.object({
  hallId: HallId,
  waiting: z.number().int(),
  longestSince: Instant.nullable(),
  windowsOpen: z.number().int(),
  windowsTotal: z.number().int(),
  inside: z.number().int().nullable(),
  terminalsLost: z.number().int(),
});
export type HallSummary = z.infer<typeof HallSummary>;

/** A figure over time, for the line beside the digits. */
export const FigureSeries = z.object({
  hallId: HallId,
  queueId: QueueId.nullable(),
  figure: z.enum(['waiting', 'longest_wait_sec', 'staffed_windows']),
  stepSec: z.number().int(),
  points: z.array(z.object({ at: Instant, value: z.number().nullable() })),
});
export type FigureSeries = z.infer<typeof FigureSeries>;
