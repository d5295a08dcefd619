import type { PictureVerdict, ReferenceLight } from '#contract/picture-check.ts';
import type { Judgement, JudgePort, Light, RaisedFault } from './ports.ts';

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

  constructor(judge: JudgePort, raised: readonly RaisedFault[]) {
    this.judge = judge;
    this.raised = raised;
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
    };
  }
}
