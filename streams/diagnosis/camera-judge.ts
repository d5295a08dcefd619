import { changedWithin, type Region } from './judging/change.ts';
import { watchGrain, type Grain } from './judging/grain.ts';
import { impressionOf, type Impression } from './judging/impression.ts';
import { judge } from './judging/judge.ts';
import { FRESH, watchStillness, type Stillness } from './judging/stillness.ts';
import { PICTURE_BYTES, type Picture } from './picture.ts';
import { canServe, LearntView, lightOf, type Light } from './reference.ts';
import { consider, raisedIn, verdictOf, type RaisedFault, type Verdict } from './verdict-machine.ts';

/** After a camera was moved on purpose its picture settles for so long. */
const SETTLE_MS = 6000;

export interface Circumstances {
  at: number;
  /** Whether the hall is open; null: not known. */
  open: boolean | null;
  /** Somebody moves the camera. */
  moving: boolean;
}

export interface Judgement {
  /** Null: not judged, as the camera moves. */
  faults: RaisedFault[] | null;
  light: Light;
  /** A view that has been learnt at this look, to be kept as a reference until somebody confirms one. */
  learnt: { light: Light; picture: Picture } | null;
  /** How much of each watched part is otherwise than in the reference of an open hall, 0..1; null: that cannot be told. */
  changed: readonly number[] | null;
}

/** Judges one camera, look by look: its references, its memory of the last looks, and what is raised. */
export class CameraJudge {
  readonly #references: Record<Light, Impression | null> = { day: null, 'lights-off': null };
  readonly #learning: Record<Light, LearntView> = { day: new LearntView(), 'lights-off': new LearntView() };
  #stillness: Stillness = FRESH;
  #grain: Grain | null = null;
  #verdict: Verdict = {};
  #watched: readonly Region[] = [];
  #movedAt = Number.NEGATIVE_INFINITY;

  /** `raised`: what was raised when the program ended. */
  constructor(raised: readonly RaisedFault[] = []) {
    this.#verdict = verdictOf(raised);
  }

  /** The view to compare with from now on; false where it is no picture of ours. */
  setReference(light: Light, picture: Picture): boolean {
    if (picture.length !== PICTURE_BYTES) return false;
    this.#references[light] = impressionOf(picture);
    this.#learning[light].forget();
    this.#stillness = FRESH;
    return true;
  }

  /** Parts of the picture whose changes are told from now on. */
  watch(regions: readonly Region[]): void {
    this.#watched = regions;
  }

  look(picture: Picture, { at, open, moving }: Circumstances): Judgement {
    const seen = impressionOf(picture);
    const { day, 'lights-off': off } = this.#references;
    const light = lightOf(seen.mean, day?.mean ?? null, off?.mean ?? null, open);
    if (moving) this.#movedAt = at;
    if (at - this.#movedAt < SETTLE_MS) {
      this.#stillness = FRESH;
      this.#grain = null;
      return { faults: null, light, learnt: null, changed: null };
    }
    const { memory, frozen } = watchStillness(this.#stillness, seen, { at, open, light });
    this.#stillness = memory;
    const { memory: noticed, grain } = watchGrain(this.#grain, seen);
    this.#grain = noticed;
    const reference = this.#references[light];
    this.#verdict = consider(this.#verdict, judge(seen, { reference, open, frozen, grain }), at);
    const changed = light === 'day' && day ? changedWithin(seen, day, this.#watched) : null;
    const learnt = reference ? null : this.#learn(light, seen, picture);
    return { faults: raisedIn(this.#verdict), light, learnt, changed };
  }

  /** The stream is away: what was suspected is no longer, and what stood still did not. */
  miss(): void {
    this.#stillness = { ...this.#stillness, last: null, since: null, deadSince: null };
  }

  #learn(light: Light, seen: Impression, picture: Picture): Judgement['learnt'] {
    if (!canServe(seen)) return null;
    const learnt = this.#learning[light].learn(picture);
    if (!learnt) return null;
    this.#references[light] = impressionOf(learnt);
    return { light, picture: learnt };
  }
}
