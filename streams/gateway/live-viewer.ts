import type { ErrorCode } from '#contract/errors.ts';
import type { LiveMessage, LiveRequest } from '#contract/live.ts';
import type { Clock } from '#lib/clock.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../access-unit.ts';
import type { HubState, Viewer } from '../hub.ts';
import { Backlog } from './backlog.ts';
import type { Encoding } from './encoding.ts';
import type { Message } from './message.ts';
import type { Wire } from './wire.ts';

export interface LiveViewerOptions {
  wire: Wire;
  encoding: Encoding;
  clock: Clock;
  /** Pictures were left out for this viewer. */
  onSkipped: (units: number) => void;
  /** This viewer is over, with the code it has been told. */
  onOver: (code: ErrorCode) => void;
}

/** One tile in a browser: puts what the hub gives onto its wire, and leaves out what the wire cannot carry. */
export class LiveViewer implements Viewer {
  readonly #options: LiveViewerOptions;
  readonly #backlog = new Backlog();
  #soundWanted = false;
  #soundFormat: SoundFormat | null = null;
  #skipped = 0;
  #over = false;

  constructor(options: LiveViewerOptions) {
    this.#options = options;
  }

  onState({ cameraId, role, status, since, code, source, transcoded = false }: HubState): void {
    this.#tell({ type: 'state', cameraId, role, status, since, code, source, transcoded });
  }

  onFormat(format: StreamFormat): void {
    const { codecString: codec, description, width, height, fps } = format;
    this.#tell({ type: 'config', codec, description: description.toString('base64'), width, height, fps });
    const init = this.#options.encoding.init(format);
    if (init) this.#send(init);
  }

  onUnit(unit: AccessUnit): void {
    if (this.#over) return;
    const { wire, clock, encoding, onSkipped } = this.#options;
    const verdict = this.#backlog.judge(unit, wire.bufferedAmount, clock.monotonic());
    if (verdict === 'hopeless') return this.onEnd('LIVE_VIEWER_SLOW');
    if (verdict === 'skip') {
      this.#skipped += 1;
      onSkipped(1);
      return;
    }
    if (this.#skipped > 0) this.#tell({ type: 'skipped', units: this.#skipped });
    this.#skipped = 0;
    this.#pass(encoding.unit(unit));
  }

  /** What the viewer asks over its wire. */
  ask({ on }: LiveRequest): void {
    if (on === this.#soundWanted) return;
    this.#soundWanted = on;
    if (on) this.#tellSound();
  }

  onSoundFormat(format: SoundFormat | null): void {
    this.#soundFormat = format;
    if (this.#soundWanted) this.#tellSound();
  }

  onSound(unit: SoundUnit): void {
    const { encoding, wire } = this.#options;
    if (!this.#soundWanted || !this.#soundFormat || !encoding.sound) return;
    if (this.#backlog.hasRoomForSound(wire.bufferedAmount)) this.#pass(encoding.sound(unit));
  }

  onEnd(code: ErrorCode): void {
    if (this.#over) return;
    this.#tell({ type: 'end', code });
    this.#over = true;
    this.#options.onOver(code);
  }

  #tellSound(): void {
    if (!this.#soundFormat || !this.#options.encoding.sound) return this.#tell({ type: 'sound', format: null });
    const { codecString: codec, sampleRate, channels, description } = this.#soundFormat;
    const format = { codec, sampleRate, channels, description: description.toString('base64') };
    this.#tell({ type: 'sound', format });
  }

  #tell(message: LiveMessage): void {
    this.#send(JSON.stringify(message));
  }

  #pass(message: Message): void {
    if (!this.#over) this.#options.wire.pass(message);
  }

  #send(data: string | Buffer): void {
    if (!this.#over) this.#options.wire.send(data);
  }
}
