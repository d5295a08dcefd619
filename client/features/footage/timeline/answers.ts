import type { CameraTimeline } from '#contract/footage.ts';
import { spanOf, type View } from './time-scale.ts';

/** What the server answered once for some cameras. */
export interface Answer {
  span: View;
  resolutionMs: number;
  /** When it was asked, epoch ms of the server: what lies later is not in it. */
  askedAt: number;
  cameras: ReadonlyMap<string, CameraTimeline>;
}

const KEPT = 12;
/** Half a view on either side, so that a short drag needs no question. */
const MARGIN = 0.5;
/** Where now is in sight, it is asked anew. */
const FRESH_FOR_MS = 10_000;

/** The steps of resolution: a little zooming needs no question. */
export function resolutionFor(view: View, width: number): number {
  const perPixel = spanOf(view) / Math.max(1, width);
  return perPixel < 40 ? 0 : 2 ** Math.floor(Math.log2(perPixel));
}

/** What to ask for a view; never beyond now. */
export function questionFor(view: View, width: number, now: number): { span: View; resolutionMs: number } {
  const margin = spanOf(view) * MARGIN;
  const span = { from: view.from - margin, until: Math.min(view.until + margin, now) };
  return { span, resolutionMs: resolutionFor(view, width) };
}

/** The last answers, so that going back costs nothing. */
export class Answers {
  #all: Answer[] = [];

  add(answer: Answer): void {
    this.#all = [answer, ...this.#all].slice(0, KEPT);
  }

  /** What lies in it has changed: nothing is believed any more, but all of it can still be drawn. */
  doubt(): void {
    this.#all = this.#all.map((answer) => ({ ...answer, askedAt: -Infinity }));
  }

  clear(): void {
    this.#all = [];
  }

  /** `sure`: it answers the view completely, sharply and freshly; else it is the best to draw meanwhile. */
  best(view: View, width: number, cameras: readonly string[], now: number): { answer: Answer; sure: boolean } | null {
    const sharp = resolutionFor(view, width);
    const known = this.#all.filter((answer) => cameras.every((id) => answer.cameras.has(id)));
    const end = Math.min(view.until, now);
    const sure = known.find(
      ({ span, resolutionMs, askedAt }) =>
        resolutionMs <= sharp &&
        span.from <= view.from &&
        (span.until >= end || end - span.until < FRESH_FOR_MS) &&
        (span.until < askedAt - FRESH_FOR_MS || now - askedAt < FRESH_FOR_MS) &&
        Number.isFinite(askedAt),
    );
    if (sure) return { answer: sure, sure: true };
    const covering = (answer: Answer) =>
      Math.min(answer.span.until, view.until) - Math.max(answer.span.from, view.from);
    const [best] = [...this.#all].sort((a, b) => covering(b) - covering(a));
    return best ? { answer: best, sure: false } : null;
  }
}
