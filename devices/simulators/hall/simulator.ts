import type { TerminalKind } from '#contract/mqtt.ts';
import type { Clock } from '#lib/clock.ts';
import type { SimulatedHall } from '../city.ts';
import { HallTerminals } from './hall-terminals.ts';
import { HallTwin, type WindowView } from './twin.ts';

export interface HallSimulatorOptions {
  mqttUrl: string;
  hall: SimulatedHall;
  clock: Clock;
  /** Simulation seconds in a real second. */
  speed: number;
  /** Hour of the day that decides how many visitors come; `clock` follows the real one. */
  hour: number | 'clock';
  /** Mean simulation seconds between two walk-offs in the hall; 0: none. */
  walkOffEverySec: number;
  openingCrowd: number;
  username?: string;
  password?: string;
}

/** What can be made to go wrong, or right again, while the hall runs. Spans are real seconds. */
export type HallFault =
  | { fault: 'walk-off'; window: string; seconds: number }
  | { fault: 'come-back'; window: string }
  | { fault: 'rush'; queue: string; people: number }
  | { fault: 'terminal-dies'; kind: TerminalKind; device: string; seconds: number };

/** A hall at work: the twin, moved by the clock, and its terminals on the wire. */
export class HallSimulator {
  readonly twin: HallTwin;
  readonly #options: HallSimulatorOptions;
  readonly #terminals: HallTerminals;
  readonly #speed: number;
  #openedAt = 0;
  #open = false;
  #callOff: (() => void) | null = null;

  constructor(options: HallSimulatorOptions) {
    const { hall, clock, hour, speed } = options;
    this.#options = options;
    this.twin = new HallTwin({
      hall,
      hourAt: () => (hour === 'clock' ? new Date(clock.now()).getHours() : hour),
      wallAt: () => clock.now(),
      walkOffEverySec: options.walkOffEverySec,
      openingCrowd: options.openingCrowd,
    });
    this.#terminals = new HallTerminals({ ...options, url: options.mqttUrl, twin: this.twin });
    this.#speed = speed;
  }

  async start(): Promise<void> {
    await this.#terminals.start();
    this.#openedAt = this.#options.clock.monotonic();
    this.twin.open();
    this.#open = true;
    this.#move();
  }

  /** Closes the hall: nobody is left waiting, every terminal says farewell. */
  async stop(): Promise<void> {
    this.#callOff?.();
    this.#callOff = null;
    // Otherwise whoever waits now would wait on the wall until midnight.
    if (this.#open) this.twin.evacuate();
    this.#open = false;
    await this.#terminals.stop();
  }

  /** Everyone who waits in the hall. */
  get waiting(): number {
    return this.#options.hall.queues.reduce((sum, queue) => sum + this.twin.waiting(queue.id), 0);
  }

  view(windowId: string): WindowView {
    return this.twin.view(windowId);
  }

  /** Makes something go wrong; false when there is nothing of that name, or nobody to walk off. */
  apply(fault: HallFault): boolean {
    this.twin.advanceTo(this.#simulationNow());
    switch (fault.fault) {
      case 'walk-off':
        return this.twin.walkOff(fault.window, fault.seconds * this.#speed);
      case 'come-back':
        this.twin.comeBack(fault.window);
        return true;
      case 'rush':
        this.twin.rush(fault.queue, fault.people);
        return true;
      case 'terminal-dies':
        return this.#terminals.die(fault.kind, fault.device, fault.seconds * 1000);
    }
  }

  /** Sleeps until the next thing happens, so that an idle hall costs nothing. */
  #move(): void {
    this.twin.advanceTo(this.#simulationNow());
    const untilNextMs = ((this.twin.nextAt - this.twin.now) / this.#speed) * 1000;
    this.#callOff = this.#options.clock.after(Math.min(1000, Math.max(5, untilNextMs)), () => this.#move());
  }

  #simulationNow(): number {
    return ((this.#options.clock.monotonic() - this.#openedAt) / 1000) * this.#speed;
  }
}
