/** Longer than anything a caller says: whoever sends it sends noise. */
const MAX_FRAME = 512;

export interface FrameMarks {
  /** What stands before a frame; empty: nothing does. */
  begins: string;
  /** What ends a frame. */
  ends: string;
}

/** Cuts what comes over a serial line into frames. What is noise between them is passed over, and memory is bounded. */
export class Frames {
  readonly #marks: FrameMarks;
  #rest = '';

  constructor(marks: FrameMarks) {
    this.#marks = marks;
  }

  /** The frames that these bytes complete, without their marks. */
  add(bytes: string): string[] {
    const { begins, ends } = this.#marks;
    const parts = (this.#rest + bytes).split(ends);
    this.#rest = parts.pop()!.slice(-MAX_FRAME);
    return parts
      .map((part) => {
        const from = begins === '' ? 0 : part.lastIndexOf(begins);
        return from < 0 ? '' : part.slice(from + begins.length).trim();
      })
      .filter((frame) => frame !== '' && frame.length <= MAX_FRAME);
  }

  /** The line was cut: what stands half there is never completed. */
  reset(): void {
    this.#rest = '';
  }
}
