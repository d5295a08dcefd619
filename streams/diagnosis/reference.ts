import type { Impression } from './judging/impression.ts';
import { PICTURE_BYTES, type Picture } from './picture.ts';

export type Light = 'day' | 'lights-off';

/** Looks that a view is learnt from before it counts as a reference that nobody has confirmed. */
const LEARN_FROM = 12;
/** Levels by which what is learnt follows one look: people who walk through leave no trace. */
const FOLLOW_BY = 6;
/** A picture with less contrast shows nothing that could be missed later. */
const LEAST_CONTRAST = 24;

/** Learns how a view usually looks: a running median over a minute of looks, in one picture's memory. */
export class LearntView {
  #picture: Picture | null = null;
  #looks = 0;

  /** The view, when it has been seen often enough; then it begins anew. */
  learn(picture: Picture): Picture | null {
    if (!this.#picture) {
      this.#picture = Uint8Array.from(picture);
      this.#looks = 1;
      return null;
    }
    const learnt = this.#picture;
    for (let at = 0; at < PICTURE_BYTES; at += 1) {
      const off = picture[at]! - learnt[at]!;
      learnt[at]! += off > FOLLOW_BY ? FOLLOW_BY : off < -FOLLOW_BY ? -FOLLOW_BY : off;
    }
    this.#looks += 1;
    if (this.#looks < LEARN_FROM) return null;
    this.#picture = null;
    return learnt;
  }

  forget(): void {
    this.#picture = null;
  }
}

/** Whether a picture can serve as a reference at all. */
export function canServe({ high, low, blown }: Impression): boolean {
  return high - low >= LEAST_CONTRAST && blown < 0.5;
}

/** Which light a picture was taken in: the reference that is nearer in brightness. */
export function lightOf(mean: number, day: number | null, lightsOff: number | null, open: boolean | null): Light {
  if (day !== null && lightsOff !== null) {
    return Math.abs(Math.log(mean / day)) <= Math.abs(Math.log(mean / lightsOff)) ? 'day' : 'lights-off';
  }
  if (day !== null) return mean < 0.5 * day && open !== true ? 'lights-off' : 'day';
  if (lightsOff !== null) return mean > 1.6 * lightsOff ? 'day' : 'lights-off';
  return mean < 45 || (mean < 70 && open === false) ? 'lights-off' : 'day';
}
