import type { FootageRun, SegmentsAnswer } from '#contract/footage.ts';
import { ApiError } from '../../../api/http.ts';
import { findAt, indexAt, pieceOf, type Found, type Piece } from './footage-at.ts';

export interface PieceIndexPorts {
  ask(span: { from: number; until: number }, signal: AbortSignal): Promise<SegmentsAnswer>;
  /** The server's time, epoch ms. */
  now(): number;
  /** Something new is known. */
  changed(): void;
}

/** What is asked for at once: 60 pieces. */
const STRIDE_MS = 10 * 60_000;
/** What is so fresh may still change. */
const FRESH_MS = 15_000;
const FRESH_EVERY_MS = 700;
/** What is newer may be on its way, even where the server knows of no more. */
const ON_ITS_WAY_MS = 2000;
const RETRY_MS = 2000;
/** Farther away than that is forgotten. */
const KEEP_MS = 2 * 3_600_000;

interface Span {
  from: number;
  until: number;
}

/** The pieces of one camera around the moment that is played, asked for as they are needed, one question at a time. */
export class PieceIndex {
  readonly #ports: PieceIndexPorts;
  readonly runs = new Map<string, FootageRun>();
  pieces: readonly Piece[] = [];
  /** Why the last question was refused; null once one was answered. */
  failure: ApiError | null = null;
  /** What is known for good. Disjoint, sorted. */
  #known: Span[] = [];
  #freshAt = -Infinity;
  #freshUntil = -Infinity;
  #failedAt = -Infinity;
  #asking: { span: Span; stop: AbortController } | null = null;

  constructor(ports: PieceIndexPorts) {
    this.#ports = ports;
  }

  /** Makes known what lies in the span, the part next to `at` first. */
  want(span: Span, at: number): void {
    const now = this.#ports.now();
    const wanted = { from: span.from, until: Math.min(span.until, now) };
    if (this.#asking) {
      const { from, until } = this.#asking.span;
      if (from <= at && at < until) return;
      if (this.knows(at) || at > now) return;
      this.#asking.stop.abort();
      this.#asking = null;
    }
    if (now - this.#failedAt < RETRY_MS) return;
    const missing = this.#missing(wanted, at, now);
    if (missing) void this.#ask(missing, at, now);
  }

  knows(at: number): boolean {
    return at <= this.#freshUntil || this.#known.some(({ from, until }) => from <= at && at < until);
  }

  /** Null where nobody has been asked yet. */
  find(at: number): Found | null {
    const found = findAt(this.pieces, at);
    return found.is === 'footage' || this.knows(at) ? found : null;
  }

  stop(): void {
    this.#asking?.stop.abort();
    this.#asking = null;
  }

  #missing({ from, until }: Span, at: number, now: number): Span | null {
    const sure = now - FRESH_MS;
    const isOld = now - this.#freshAt > FRESH_EVERY_MS;
    // Who stands in the last seconds needs those before anything else.
    if (at >= sure && isOld) return { from: sure - 1000, until: now };
    const base = Math.min(at, sure - 1);
    const known = this.#known.find((one) => one.from <= base && base < one.until);
    if (!known && at < sure) return { from: Math.max(from, at - 60_000), until: Math.min(at + STRIDE_MS, now) };
    const end = known?.until ?? sure;
    if (end < Math.min(until, sure)) return { from: end, until: Math.min(end + STRIDE_MS, now) };
    const begin = known?.from ?? sure;
    if (from < begin && begin > at - 60_000) return { from: Math.max(from, begin - STRIDE_MS), until: begin };
    // The end of time, again and again while it is near.
    if (until > sure && isOld) return { from: Math.min(at, sure) - 1000, until: now };
    return null;
  }

  async #ask(span: Span, at: number, now: number): Promise<void> {
    const asking = { span, stop: new AbortController() };
    this.#asking = asking;
    try {
      const answer = await this.#ports.ask(span, asking.stop.signal);
      if (this.#asking !== asking) return;
      this.#take(answer, span, now);
      this.#forget(at);
      this.failure = null;
    } catch (cause) {
      if (this.#asking !== asking) return;
      this.failure = cause instanceof ApiError ? cause : new ApiError('INTERNAL', 0, String(cause));
      this.#failedAt = this.#ports.now();
    }
    this.#asking = null;
    this.#ports.changed();
  }

  #take({ segments, runs, more, knownUntil }: SegmentsAnswer, span: Span, now: number): void {
    for (const run of runs) this.runs.set(run.id, run);
    const fresh = segments.map(pieceOf);
    const last = fresh.at(-1);
    const until = more && last ? last.until : span.until;
    const inside = ({ from, until: end }: Piece) => from < until && end > span.from;
    const keys = new Set(fresh.map(({ key }) => key));
    this.pieces = [...this.pieces.filter((piece) => !keys.has(piece.key) && !inside(piece)), ...fresh].sort(
      (a, b) => a.from - b.from,
    );
    if (!more && span.until >= now - 1000) {
      this.#freshAt = now;
      // a hole is one where the server says so: on a busy machine files and rows take their time
      this.#freshUntil = Math.min(now - ON_ITS_WAY_MS, Date.parse(knownUntil));
    }
    this.#known = joined([...this.#known, { from: span.from, until: Math.min(until, now - FRESH_MS) }]);
  }

  #forget(at: number): void {
    const near = { from: at - KEEP_MS, until: at + KEEP_MS };
    if (this.pieces.length < 2000) return;
    this.pieces = this.pieces.filter(({ from, until }) => until > near.from && from < near.until);
    this.#known = this.#known
      .map(({ from, until }) => ({ from: Math.max(from, near.from), until: Math.min(until, near.until) }))
      .filter(({ from, until }) => from < until);
  }

  /** The piece that is being written, if that is where `at` is. */
  growing(at: number): Piece | null {
    const piece = this.pieces[indexAt(this.pieces, at)];
    return piece && !piece.finished ? piece : null;
  }
}

/** As few spans as say the same. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { from, until } of [...spans].filter((one) => one.from < one.until).sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else result.push({ from, until });
  }
  return result;
}
