import type { WindowSight } from '../model.ts';
import { displayStamp } from './frame/sign.ts';
import type { Stamp } from './frame/stamp.ts';
import type { View } from './render/view.ts';
import { dots } from './scenery/dot-font.ts';
import type { TextMask } from './scenery/lettering.ts';
import type { Face } from './scenery/set.ts';

/** What a display says when there is no number to show; drawn by a font where there is one. */
export const PHRASES = ['欢迎光临', '暂停服务'] as const;
/** The same in the display's own letters. */
const PLAIN_PHRASES = ['-- --', 'PAUSED'] as const;
const BLINK_MS = 500;
const INKED = 110;

/** The displays above the windows of one view: the number being called blinks, then stands while it is served. */
export class DisplayBoard {
  readonly #view: View;
  readonly #faces: readonly Face[];
  readonly #phrases: readonly (readonly (readonly boolean[])[])[];
  readonly #shown: ({ text: string; stamp: Stamp | null } | undefined)[] = [];

  constructor(view: View, faces: readonly Face[], phrases: readonly TextMask[]) {
    this.#view = view;
    this.#faces = faces;
    this.#phrases = phrases.map((mask, index) => (mask.width > 1 ? rowsOf(mask) : dots(PLAIN_PHRASES[index]!)));
  }

  /** The same stamps as long as nothing changed. */
  stamps(windows: readonly WindowSight[], now: number): Stamp[] {
    return this.#faces.flatMap((face, index) => {
      const sight = windows[index];
      const text = sight ? textOf(sight, now) : '';
      const shown = this.#shown[index];
      if (shown?.text === text) return shown.stamp ?? [];
      const phrase = (PHRASES as readonly string[]).indexOf(text);
      const stamp = displayStamp(this.#view, face, phrase >= 0 ? this.#phrases[phrase]! : dots(text));
      this.#shown[index] = { text, stamp };
      return stamp ?? [];
    });
  }
}

function textOf({ windowState, ticketNo }: WindowSight, now: number): string {
  switch (windowState) {
    case 'closed':
      return '';
    case 'paused':
      return PHRASES[1];
    case 'calling':
      return Math.floor(now / BLINK_MS) % 2 === 0 ? (ticketNo ?? '') : '';
    case 'serving':
      return ticketNo ?? '';
    case 'idle':
      return PHRASES[0];
  }
}

function rowsOf({ width, height, coverage }: TextMask): boolean[][] {
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => coverage[row * width + column]! > INKED),
  );
}
