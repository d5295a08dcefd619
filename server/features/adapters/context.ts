import type { Captures } from './topic-pattern.ts';

/** What a line is asked about. */
export interface Context {
  payload: unknown;
  captures: Captures;
  tables: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The zone in which a device without one tells the time. */
  timeZone: string;
  /** When it happened, epoch ms. */
  at: number;
}

/** Thrown where a value table says that such messages mean nothing. */
export class PassedOver extends Error {}
