import type { PictureVerdict, ReferenceLight } from '#contract/picture-check.ts';
import { isDeepStrictEqual } from 'node:util';
import type { SeatRegion } from '#contract/seats.ts';
import type { Judgement, JudgePort, Light, RaisedFault } from './ports.ts';
import { WatchedSeat, type SeatDeps } from './watched-seat.ts';

/** When and by whom a reference was made; null: learnt. */
export interface ReferenceFact {
  madeAt: string;
  confirmedBy: string | null;
}

/** What is known of one camera's picture. */
export class WatchedCamera {
  readonly judge: JudgePort;
  readonly references = new Map<ReferenceLight, ReferenceFact>();
  raised: readonly RaisedFault[];
  at: number | null = null;
  light: Light | null = null;
  why: PictureVerdict['why'] = 'starting';
  #seats: readonly WatchedSeat[] = [];

  constructor(judge: JudgePort, raised: readonly RaisedFault[]) {
    this.judge = judge;
    this.raised = raised;
  }

  /** The seats that are watched in its picture from now on; what is known of those that stay is kept. */
  watchSeats(places: readonly SeatRegion[], deps: SeatDeps, at: number): void {
    const before = this.#seats;
    const known = (place: SeatRegion) => before.find((seat) => isDeepStrictEqual(seat.place, place));
    this.#seats = places.map((place) => known(place) ?? new WatchedSeat(place, deps));
    for (const seat of before) if (!this.#seats.includes(seat)) seat.leave(at);
    this.judge.watch(places.map(({ region }) => region));
  }

  /**
   * Whether somebody sits there is told by a picture that is in order, against a view that a person has confirmed: one that
   * was learnt may have been learnt while somebody sat.
   */
  lookAtSeats(changed: Judgement['changed'], at: number): void {
    const tells = this.why === null && this.raised.length === 0 && this.references.get('day')?.confirmedBy;
    this.#seats.forEach((seat, i) => seat.look(tells ? (changed?.[i] ?? null) : null, at));
  }

  leaveSeats(at: number): void {
    for (const seat of this.#seats) seat.leave(at);
    this.#seats = [];
  }

  /** Takes a judgement; answers what was raised and what is over by it. */
  take({ faults, light }: Judgement, at: number): { raised: RaisedFault[]; over: RaisedFault[] } {
    this.at = at;
    this.light = light;
    this.why = faults === null ? 'moving' : null;
    if (faults === null) return { raised: [], over: [] };
    const before = this.raised;
    this.raised = faults;
    const isIn = (list: readonly RaisedFault[], { fault }: RaisedFault) => list.some((each) => each.fault === fault);
    return {
      raised: faults.filter((each) => !isIn(before, each)),
      over: before.filter((each) => !isIn(faults, each)),
    };
  }

  verdict(cameraId: string, now: number): PictureVerdict {
    const lights = [...this.references];
    return {
      cameraId,
      at: new Date(this.at ?? now).toISOString(),
      faults:
        this.why === null ? this.raised.map((each) => ({ ...each, since: new Date(each.since).toISOString() })) : null,
      why: this.why,
      light: this.light,
      references: lights.flatMap(([light, { madeAt, confirmedBy }]) =>
        confirmedBy === null ? [] : [{ light, confirmedAt: madeAt, confirmedBy }],
      ),
      learnt: lights.flatMap(([light, { confirmedBy }]) => (confirmedBy === null ? [light] : [])),
      seats: this.#seats.map(({ seen }) => seen),
    };
  }
}
