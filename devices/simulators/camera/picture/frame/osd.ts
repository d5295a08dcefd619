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
  readonly #glyphs: { advance: number; height: number; glyphs: ReadonlyMap<string, Ink> };
  #second = Number.NaN;
  #clock: Stamp | null = null;

  constructor(options: OsdOptions) {
    this.#options = options;
    const { width, top, name, characters, timeZone } = options;
    const margin = Math.round(width * MARGIN);
    const rim = Math.max(1, Math.round(characters[0]!.height / 16));
    this.#name = inkStamp(rimmed(name, rim), margin, top + margin);
    const inked = [...CLOCK_CHARACTERS].flatMap((character, index): [string, Ink][] =>
      character === ' ' ? [] : [[character, rimmed(characters[index]!, rim)]],
    );
    this.#glyphs = {
      advance: Math.max(...inked.map(([, { width: wide }]) => wide)) - rim + Math.ceil(characters[0]!.height / 12),
      height: Math.max(...inked.map(([, { height }]) => height)),
      glyphs: new Map(inked),
    };
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

  /** Every character takes the same room, so that the line does not tremble. */
  #drawClock(text: string): Stamp {
    const { width, top } = this.#options;
    const { advance, height, glyphs } = this.#glyphs;
    const line = emptyInk(advance * text.length, height);
    [...text].forEach((character, index) => {
      const glyph = glyphs.get(character);
      if (!glyph) return;
      const left = index * advance + ((advance - glyph.width) >> 1);
      // Digits share a height; a dash and a colon stand in the middle.
      const down = (height - glyph.height) >> 1;
      for (let row = 0; row < glyph.height; row++) {
        for (let column = 0; column < glyph.width; column++) {
          const from = row * glyph.width + column;
          const to = (row + down) * line.width + left + column;
          line.letter[to] = Math.max(line.letter[to]!, glyph.letter[from]!);
          line.rim[to] = Math.max(line.rim[to]!, glyph.rim[from]!);
        }
      }
    });
    const margin = Math.round(width * MARGIN);
    return inkStamp(line, width - margin - line.width, top + margin);
  }
}

/** Letters and the dark rim around them, so that they read on any ground; coverage 0..255. */
interface Ink {
  width: number;
  height: number;
  letter: Uint8Array;
  rim: Uint8Array;
}

function emptyInk(width: number, height: number): Ink {
  return { width, height, letter: new Uint8Array(width * height), rim: new Uint8Array(width * height) };
}

function rimmed(mask: TextMask, rim: number): Ink {
  const ink = emptyInk(mask.width + 2 * rim, mask.height + 2 * rim);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const value = mask.coverage[y * mask.width + x]!;
      if (value === 0) continue;
      ink.letter[(y + rim) * ink.width + x + rim] = value;
      for (let dy = 0; dy <= 2 * rim; dy++) {
        for (let dx = 0; dx <= 2 * rim; dx++) {
          const at = (y + dy) * ink.width + x + dx;
          ink.rim[at] = Math.max(ink.rim[at]!, value * 0.75);
        }
      }
    }
  }
  return ink;
}

function inkStamp({ width, height, letter, rim }: Ink, x: number, y: number): Stamp {
  const coverage = letter.map((value, at) => Math.max(value, rim[at]!));
  const grey = new Uint8Array(((width + 1) >> 1) * ((height + 1) >> 1)).fill(128);
  const sprite: Sprite = {
    ...{ width, height, anchorX: 0, anchorY: 0, coverage },
    y: letter.map((value) => 20 + (value / 255) * 210),
    ...{ u: grey, v: grey },
    spans: spansOf(coverage, width, height),
  };
  const flat = { scaleX: 1, scaleY: 1, lean: 0, depth: 0, isBehindGlass: false, opacity: 1 };
  return stamp({ kind: 'overlay', sprite, x, y, ...flat });
}
