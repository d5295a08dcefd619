import type { ProfileRole } from '#contract/cameras.ts';
import type { ManualClock } from '#lib/clock.ts';
import type { SoundFormat, StreamFormat } from '../../streams/access-unit.ts';
import { Hub } from '../../streams/hub.ts';

const START: StreamFormat = {
  codec: 'h264',
  codecString: 'avc1.42c016',
  description: Buffer.from('0142c016', 'hex'),
  width: 640,
  height: 360,
  fps: 10,
};
const STEP_MS = 100;
const GROUP = 10;

/** A camera of ten pictures a second, with a key picture each second, that plays when its clock is moved. Bytes are noise. */
export class PaintedStream {
  readonly hub: Hub;
  /** When each picture was taken, epoch ms. */
  readonly taken: number[] = [];
  /** So long after they were taken its pictures arrive. */
  lateMs = 0;
  readonly #clock: ManualClock;
  #format = START;
  #pts = 0;
  #count = 0;
  #follows = false;
  #live = false;

  constructor(clock: ManualClock, cameraId: string, role: ProfileRole = 'main') {
    this.#clock = clock;
    const since = new Date(clock.now()).toISOString();
    const state = { cameraId, role, status: 'idle', since, source: null, code: null, detail: null } as const;
    this.hub = new Hub({ state, onViewers: () => undefined });
  }

  /** Plays so long, a picture each tenth of a second. */
  async play(ms: number, bytes = 500): Promise<void> {
    if (!this.#live) this.#begin();
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.#clock.advance(STEP_MS);
      this.#pts += STEP_MS;
      const key = !this.#follows || this.#count % GROUP === 0;
      if (key) this.#count = 0;
      this.#count += 1;
      this.taken.push(this.#clock.now());
      const times = {
        pts: this.#pts,
        wallclock: null,
        clockOffsetMs: null,
        receivedAt: this.#clock.now() + this.lateMs,
      };
      this.hub.push({
        track: 'video',
        codec: 'h264',
        key,
        follows: this.#follows,
        ...times,
        data: Buffer.alloc(bytes, 7),
      });
      this.#follows = true;
      // Files are written meanwhile, as in life.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Nothing comes for so long, and then the stream is lost. */
  async lose(ms: number): Promise<void> {
    this.#live = this.#follows = false;
    this.#clock.advance(ms);
    this.#pts += ms;
    this.hub.clear();
    this.hub.setState({ ...this.hub.state, status: 'lost', code: 'CAMERA_SILENT' });
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** A picture is missing: what comes next begins with a key picture. */
  breakOff(): void {
    this.#follows = false;
  }

  resize(width: number, height: number): void {
    this.#format = { ...this.#format, width, height };
    this.#count = 0;
    this.hub.setFormat(this.#format);
  }

  setSound(format: SoundFormat | null): void {
    this.hub.setSoundFormat(format);
  }

  #begin(): void {
    this.#live = true;
    this.hub.setState({ ...this.hub.state, status: 'live', code: null });
    this.hub.setFormat(this.#format);
    this.#follows = false;
  }
}
