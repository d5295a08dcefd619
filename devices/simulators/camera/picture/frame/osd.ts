import { spansOf, type Sprite } from '../people/sprite.ts';
import type { TextMask } from '../scenery/lettering.ts';
import { stamp, type Stamp } from './stamp.ts';

/** Characters of the clock. */
export const CLOCK_CHARACTERS = '0123456789-: ';

export interface OsdOptions {
  width: number;
  /** Pixels that are taken at the top. */
  top: number;
  /** The camera's name, white on nothing. */
  name: TextMask;
  /** One mask for each of `CLOCK_CHARACTERS`, drawn at the same size as the name. */
  characters: readonly TextMask[];
  timeZone: string;
}

const MARGIN = 0.018;

/** What a camera writes into its picture: its name, and date and time with seconds in the hall's zone. */
export class Osd {
  readonly #options: OsdOptions;
  readonly #format: Intl.DateTimeFormat;
  readonly #name: Stamp;
  #second = Number.NaN;
  #clock: Stamp | null = null;

  constructor(options: OsdOptions) {
    this.#options = options;
    const { width, top, name, timeZone } = options;
    const margin = Math.round(width * MARGIN);
    this.#name = textStamp(name, margin, top + margin);
    // The Swedish form is ISO 8601's: 2026-11-23 10:15:42.
    this.#format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  }

  /** The stamps for a time of the camera's clock, epoch ms. */
  stamps(epochMs: number): readonly Stamp[] {
    const second = Math.floor(epochMs / 1000);
    if (second !== this.#second || !this.#clock) {
      this.#second = second;
      this.#clock = this.#drawClock(this.#format.format(second * 1000));
    }
    return [this.#name, this.#clock];
  }

  #drawClock(text: string): Stamp {
    const { width, top, characters } = this.#options;
    const digit = characters[0]!;
    // All characters take the same room, so that the line does not tremble.
    const advance = Math.max(...characters.slice(0, 10).map((mask) => mask.width)) + Math.ceil(digit.height / 8);
    const line: TextMask = { width: advance * text.length, height: digit.height, coverage: new Uint8Array(advance * text.length * digit.height) };
    [...text].forEach((character, index) => {
      const mask = characters[CLOCK_CHARACTERS.indexOf(character)];
      if (!mask || character === ' ') return;
      const left = index * advance + ((advance - mask.width) >> 1);
      // Digits share a height; a dash stands in the middle, a colon as well.
      const down = Math.max(0, (digit.height - mask.height) >> 1);
      for (let row = 0; row < Math.min(mask.height, digit.height); row++) {
        line.coverage.set(mask.coverage.subarray(row * mask.width, (row + 1) * mask.width), (row + down) * line.width + left);
      }
    });
    const margin = Math.round(width * MARGIN);
    return textStamp(line, width - margin - line.width, top + margin);
  }
}

/** White letters with a dark rim, so that they read on any ground. */
function textStamp(mask: TextMask, left: number, top: number): Stamp {
  const rim = Math.max(1, Math.round(mask.height / 16));
  const width = mask.width + 2 * rim;
  const height = mask.height + 2 * rim;
  const grey = new Uint8Array(((width + 1) >> 1) * ((height + 1) >> 1)).fill(128);
  const sprite: Sprite = {
    width,
    height,
    anchorX: 0,
    anchorY: 0,
    y: new Uint8Array(width * height),
    coverage: new Uint8Array(width * height),
    u: grey,
    v: grey,
    spans: new Int16Array(0),
  };
  const ink = (x: number, y: number) => (x < 0 || y < 0 || x >= mask.width || y >= mask.height ? 0 : mask.coverage[y * mask.width + x]!);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let around = 0;
      for (let dy = -rim; dy <= rim; dy++) for (let dx = -rim; dx <= rim; dx++) around = Math.max(around, ink(x - rim + dx, y - rim + dy));
      const letter = ink(x - rim, y - rim);
      const at = y * width + x;
      sprite.coverage[at] = Math.max(letter, around * 0.75);
      sprite.y[at] = 20 + (letter / 255) * 210;
    }
  }
  sprite.spans = spansOf(sprite.coverage, width, height);
  return stamp({ kind: 'overlay', sprite, x: left - rim, y: top - rim, scaleX: 1, scaleY: 1, lean: 0, depth: 0, isBehindGlass: false, opacity: 1 });
}
