import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import type { Recipient } from '#contract/telling.ts';
import type { OutputSettings } from '#contract/outputs.ts';

/** How places are called in what is told. */
export interface PlacesPort {
  hall(id: string): Hall | undefined;
  camera(id: string): Pick<Camera, 'name'> | undefined;
}

/** Says something on the broker that terminals use. Rejects while it is away. */
export type Publish = (topic: string, payload: string) => Promise<void>;

/** What is told, as it is kept: a title and a text for people, everything for machines. */
export interface NoticeContent {
  title: string;
  text: string;
  data: Record<string, unknown>;
}

/** One telling of it, to one recipient. */
export interface Notice {
  /** ULID; told with it. */
  id: string;
  recipient: Recipient | null;
  /** When it was put down, ISO. */
  madeAt: string;
  content: NoticeContent;
}

/**
 * Carries a notice out, and resolves when the other side has taken it. Throws OUTPUT_UNREACHABLE, OUTPUT_REFUSED or
 * OUTPUT_ADDRESS_FORBIDDEN.
 */
export type Way<S extends OutputSettings> = (
  notice: Notice,
  settings: S,
  secret: string | null,
  signal: AbortSignal,
) => Promise<void>;
