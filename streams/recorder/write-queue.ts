/** Writes that wait for one disk: 16 s of 32 main streams of 2 Mbit/s. More is not kept, it is a gap. */
const MOST_BYTES = 128 * 1024 * 1024;
/** At a time. A disk that does not answer holds so many of Node's four threads for files and no more. */
const PARALLEL = 2;

type Job = { bytes: number; work: () => Promise<void> };

/** The work on one volume: in order for each file, turn about among files, and never more than a bound waits. */
export class WriteQueue {
  readonly #ready: Lane[] = [];
  readonly #limit: number;
  #running = 0;
  #waitingBytes = 0;

  constructor({ limitBytes = MOST_BYTES }: { limitBytes?: number } = {}) {
    this.#limit = limitBytes;
  }

  /** What was given and is not written. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  lane(): Lane {
    return new Lane(this);
  }

  /** Whether so much more may wait. */
  hasRoomFor(bytes: number): boolean {
    return this.#waitingBytes + bytes <= this.#limit;
  }

  /** Of lanes only. */
  put(lane: Lane, job: Job): void {
    this.#waitingBytes += job.bytes;
    lane.jobs.push(job);
    if (lane.jobs.length > 1) return; // it has its turn already
    this.#ready.push(lane);
    this.#next();
  }

  #next(): void {
    while (this.#running < PARALLEL) {
      const lane = this.#ready.shift();
      if (!lane) return;
      this.#running += 1;
      const { work, bytes } = lane.jobs[0]!;
      void work().finally(() => {
        this.#running -= 1;
        this.#waitingBytes -= bytes;
        lane.jobs.shift();
        if (lane.jobs.length > 0) this.#ready.push(lane);
        this.#next();
      });
    }
  }
}

/** The work on one file. */
export class Lane {
  readonly jobs: Job[] = [];
  readonly #queue: WriteQueue;

  constructor(queue: WriteQueue) {
    this.#queue = queue;
  }

  /** False, and nothing done, where too much waits already. Work of no bytes is always taken. It must not reject. */
  push(bytes: number, work: () => Promise<void>): boolean {
    if (bytes > 0 && !this.#queue.hasRoomFor(bytes)) return false;
    this.#queue.put(this, { bytes, work });
    return true;
  }
}
