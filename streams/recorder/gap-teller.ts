import type { GapCause } from '#contract/footage.ts';
import type { GapFacts } from '#lib/recorder-report.ts';

/** What is to be told of gaps. */
export type GapReport =
  ({ type: 'gap-began'; at: number } & GapFacts) | { type: 'gap-ended'; from: number; at: number };

/** Runs that follow without a missing picture are this near: their times are told one by one and differ a little. */
const SEAM_MS = 500;

interface Gap {
  from: number;
  /** Null: what follows decides whether it is one; nothing was told of it yet. */
  facts: GapFacts | null;
  /** It was wanted to end then. */
  wantedAt: number | null;
}

/** Why there was nothing before the first picture that was wanted. */
const AWAITED: GapFacts = { cause: 'camera-lost', detail: null };

/**
 * Turns what happens to one stream into gaps, so that runs and gaps cover all time since it began. Pictures may be older
 * than the wish for them (what the hub kept, what was kept for an alert): a gap ends with the picture then, else with the
 * wish, and what lies between is the camera's.
 */
export class GapTeller {
  readonly #tell: (report: GapReport) => void;
  #gap: Gap | null;

  /** `lasting`: the gap that was told of before this program began; null with `from`, where nothing was. */
  constructor(tell: (report: GapReport) => void, from: number, lasting: GapFacts | null) {
    this.#tell = tell;
    this.#gap = { from, facts: lasting, wantedAt: null };
  }

  /** It is to be recorded from now on. */
  wanted(at: number): void {
    if (this.#gap) this.#gap.wantedAt ??= at;
  }

  /** From now on, or still, there is no footage, for this reason. */
  missing(at: number, facts: GapFacts): void {
    const gap = this.#gap;
    if (!gap) return this.#open(at, facts);
    if (gap.facts?.cause === facts.cause) {
      gap.wantedAt = null;
    } else if (gap.facts === null) {
      const awaitedUntil = gap.wantedAt !== null && !isOfCamera(facts) ? at : gap.from;
      if (awaitedUntil > gap.from) this.#whole(gap.from, awaitedUntil, AWAITED);
      this.#open(awaitedUntil, facts);
    } else {
      const until = Math.max(gap.from, gap.wantedAt ?? at);
      this.#tell({ type: 'gap-ended', from: gap.from, at: until });
      this.#open(until, facts);
    }
  }

  /** A run is on disk from then on. */
  began(at: number): void {
    const gap = this.#gap;
    this.#gap = null;
    if (!gap) return;
    const wantedAt = gap.wantedAt ?? at;
    if (gap.facts === null) {
      const isSeam = gap.wantedAt === null && at - gap.from <= SEAM_MS;
      if (!isSeam && at > gap.from) this.#whole(gap.from, at, AWAITED);
    } else if (at <= wantedAt || ownCauses.has(gap.facts.cause)) {
      this.#tell({ type: 'gap-ended', from: gap.from, at });
    } else {
      this.#tell({ type: 'gap-ended', from: gap.from, at: wantedAt });
      this.#whole(wantedAt, at, AWAITED);
    }
  }

  /** The run's last picture on disk ends then. Without a reason, what follows decides. */
  ended(at: number, facts: GapFacts | null): void {
    if (facts) this.#open(at, facts);
    else this.#gap = { from: at, facts: null, wantedAt: null };
  }

  #open(from: number, facts: GapFacts): void {
    this.#gap = { from, facts, wantedAt: null };
    this.#tell({ type: 'gap-began', at: from, ...facts });
  }

  #whole(from: number, until: number, facts: GapFacts): void {
    this.#tell({ type: 'gap-began', at: from, ...facts });
    this.#tell({ type: 'gap-ended', from, at: until });
  }
}

const isOfCamera = ({ cause }: GapFacts) => cause === 'camera-lost' || cause === 'camera-refused';

/** Gaps that last until the first picture, whatever is wished meanwhile. */
const ownCauses: ReadonlySet<GapCause> = new Set<GapCause>([
  'camera-lost',
  'camera-refused',
  'disk-full',
  'protected-full',
  'disk-failed',
  'server-stopped',
  'clock-set',
]);
