import { z } from 'zod';
import type { Alert } from './alerts.ts';
import { type Bilingual, CameraId, HallId, Severity } from './ids.ts';
import { type SceneCell, SceneId } from './scenes.ts';

/** What stands in the address of a screen: letters of any script, digits, blank, dot, _ and -. */
export const ScreenName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,31}$/u, 'use 1 to 32 letters, digits, blanks, dots, _ and -');

/** A screen of a wall group 大屏分组: one browser, by name. */
export const ScreenRef = z.object({ group: ScreenName, name: ScreenName });
export type ScreenRef = z.infer<typeof ScreenRef>;
export const screenKey = ({ group, name }: ScreenRef) => `${group}/${name}`;

/** What a screen is told to show. */
export const ScreenShow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scene'), sceneId: SceneId }),
  z.object({ kind: z.literal('hall'), hallId: HallId }),
  z.object({ kind: z.literal('camera'), cameraId: CameraId }),
]);
export type ScreenShow = z.infer<typeof ScreenShow>;

/** What a screen says of itself; sizes in CSS pixels, `ratio` device pixels for each. */
export const ScreenFacts = z.object({
  width: z.number().int().min(1).max(32_768),
  height: z.number().int().min(1).max(32_768),
  ratio: z.number().positive().max(16),
  /** Whether its page is in front. */
  visible: z.boolean(),
  /** Whether its browser keeps the display awake. */
  awake: z.boolean(),
});
export type ScreenFacts = z.infer<typeof ScreenFacts>;

/** How alerts drive a screen: which, what they bring, for how long, and how often at most. */
export const ScreenDrive = z.object({
  /** From this severity on. */
  severity: Severity,
  /** Null: of every hall. */
  hallIds: z.array(HallId).min(1).max(200).nullable(),
  /** The alert itself (its camera, window and queue), its hall, or a scene. */
  show: z.union([z.enum(['alert', 'hall']), z.object({ sceneId: SceneId })]),
  /** How long, before the screen goes back. */
  forSec: z.number().int().min(5).max(3600),
  /** The least time between two changes of one screen, however many alerts come. */
  everySec: z.number().int().min(2).max(600),
});
export type ScreenDrive = z.infer<typeof ScreenDrive>;

/** What is driven: one screen, or with `name` null a group: each alert then takes one of its screens. */
export const DriveTarget = z.object({ group: ScreenName, name: ScreenName.nullable() });
export type DriveTarget = z.infer<typeof DriveTarget>;
export type GroupDrive = { group: string; drive: ScreenDrive };

/** What a screen paints. It carries the cells themselves: a screen needs to ask for nothing. */
export interface ScreenOrder {
  /** Grows with every order to this screen. */
  revision: number;
  title: Bilingual;
  cells: SceneCell[];
  /** The alert that brought it, as it was then, and until when. Null stands for one of a hall that the screen's account may not see. */
  driven: { alertId: string; alert: Alert | null; until: string } | null;
  lockedBy: string | null;
  /** Some of it is of halls that the screen's account may not see, and is left out. */
  withheld: boolean;
}

/** How the last order went. `late`: the screen has not said in time that it painted it. */
export interface Painting {
  state: 'painted' | 'waiting' | 'late' | 'away';
  afterMs: number | null;
}

/** A screen as the console sees it. */
export interface ScreenState extends ScreenRef {
  online: boolean;
  /** When it came or went. */
  since: string;
  /** Who is signed in on it; null while it is away. */
  username: string | null;
  facts: ScreenFacts | null;
  show: ScreenShow;
  order: ScreenOrder;
  painting: Painting;
  drive: ScreenDrive | null;
}

export interface ScreensSnapshot {
  screens: ScreenState[];
  drives: GroupDrive[];
}
