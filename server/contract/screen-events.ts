import { z } from 'zod';
import {
  DriveTarget,
  ScreenDrive,
  ScreenFacts,
  ScreenRef,
  ScreenShow,
  type GroupDrive,
  type Painting,
  type ScreenOrder,
  type ScreensSnapshot,
  type ScreenState,
} from './screens.ts';
import type { Answer } from './socket.ts';

/** What the server sends to screens of the wall and to their console. */
export interface ScreenServerEvents {
  /** To a screen: paint this, and say so when it is painted. */
  'screen.show': (order: ScreenOrder, painted: () => void) => void;
  /** To a screen: another browser has taken its name. */
  'screen.replaced': () => void;
  /** To consoles: rows replace rows of the same group and name. */
  'screens.changed': (screens: ScreenState[]) => void;
  'screens.removed': (ref: ScreenRef) => void;
  /** How groups are driven, all of them. */
  'screens.drives': (drives: GroupDrive[]) => void;
}

type Reply<T> = (answer: Answer<T>) => void;

/** What a screen and the console may ask. */
export interface ScreenClientEvents {
  /** This browser is that screen from now on; what it shall paint comes as `screen.show`. */
  'screen.join': (ref: ScreenRef, facts: ScreenFacts, answer: Reply<object>) => void;
  'screen.tell': (facts: ScreenFacts, answer: Reply<object>) => void;
  'screen.leave': (answer: Reply<object>) => void;
  'screens.watch': (answer: Reply<ScreensSnapshot>) => void;
  'screens.unwatch': (answer: Reply<object>) => void;
  /** Answered when the screen has painted it, is late, or is away: then it shows it when it comes back. */
  'screen.push': (ref: ScreenRef, show: ScreenShow, answer: Reply<{ painting: Painting }>) => void;
  'screen.swap': (one: ScreenRef, other: ScreenRef, answer: Reply<{ paintings: Painting[] }>) => void;
  'screen.lock': (ref: ScreenRef, locked: boolean, answer: Reply<object>) => void;
  'screen.forget': (ref: ScreenRef, answer: Reply<object>) => void;
  'screen.drive': (target: DriveTarget, drive: ScreenDrive | null, answer: Reply<object>) => void;
}

export const screenRequests = {
  'screen.join': z.tuple([ScreenRef, ScreenFacts]),
  'screen.tell': z.tuple([ScreenFacts]),
  'screen.leave': z.tuple([]),
  'screens.watch': z.tuple([]),
  'screens.unwatch': z.tuple([]),
  'screen.push': z.tuple([ScreenRef, ScreenShow]),
  'screen.swap': z.tuple([ScreenRef, ScreenRef]),
  'screen.lock': z.tuple([ScreenRef, z.boolean()]),
  'screen.forget': z.tuple([ScreenRef]),
  'screen.drive': z.tuple([DriveTarget, ScreenDrive.nullable()]),
} as const satisfies Record<keyof ScreenClientEvents, z.ZodType>;
