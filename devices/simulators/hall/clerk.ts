import type { WindowState } from '#contract/mqtt.ts';
import type { SimulatedWindow } from '../city.ts';
import type { Agenda } from './agenda.ts';
import type { Random } from '#lib/random.ts';
import type { Ticket } from './visitors.ts';

/** What a clerk needs of the hall around him. */
export interface ClerkDesk {
  /** The next ticket for a window, taken out of its queue; null when nobody waits. */
  takeNext(window: SimulatedWindow): Ticket | null;
  /** How long the next service of this queue takes. */
  serviceSec(queue: string): number;
  /** Whether who is called now comes to the window. */
  comes(): boolean;
  /** Everything the terminals of the window would notice. */
  report(window: string, action: ClerkAction): void;
}

export type ClerkAction =
  | { type: 'login' }
  | { type: 'logout' }
  | { type: 'resumed' }
  | { type: 'seat-left' }
  | { type: 'seat-taken' }
  | { type: 'paused'; reason: string; plannedMin: number }
  | { type: 'called' | 'recalled' | 'started' | 'skipped' | 'completed'; ticket: Ticket };

const pauseReasons = ['喝水', '整理材料', '请示', '打印'] as const;

/**
 * A clerk at one window: calls, serves, now and then pauses as the rules ask, and sometimes just walks off. All times
 * are simulation seconds.
 */
export class Clerk {
  readonly window: SimulatedWindow;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #desk: ClerkDesk;
  #state: WindowState = 'closed';
  #seated = false;
  #ticket: Ticket | null = null;
  #customerHere = false;
  /** Something is planned that will look for work when it is over. */
  #busy = false;
  /** So long he will call nobody, seconds. */
  #dawdles = 0;
  #callOffReturn: (() => void) | null = null;

  constructor(deps: { window: SimulatedWindow; agenda: Agenda; random: Random; desk: ClerkDesk }) {
    this.window = deps.window;
    this.#agenda = deps.agenda;
    this.#random = deps.random;
    this.#desk = deps.desk;
  }

  get state(): WindowState {
    return this.#state;
  }

  get seated(): boolean {
    return this.#seated;
  }

  get ticket(): Ticket | null {
    return this.#ticket;
  }

  /** Somebody stands or sits before the window. */
  get customerHere(): boolean {
    return this.#customerHere;
  }

  comeToWork(): void {
    if (this.#state !== 'closed') return;
    this.#sit();
    this.#state = 'idle';
    this.#report({ type: 'login' });
    this.#lookForWork();
  }

  /** Goes home, after the customer at the window. */
  goHome(): void {
    if (this.#ticket !== null) {
      this.#agenda.plan(30, () => this.goHome());
      return;
    }
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#report({ type: 'logout' });
    this.#rise();
  }

  /** Goes home at once; the customer at the window goes unserved. */
  leave(): void {
    const ticket = this.#ticket;
    if (ticket !== null) {
      this.#ticket = null;
      this.#customerHere = false;
      this.#report({ type: 'skipped', ticket });
    }
    this.goHome();
  }

  /** Leaves the seat without a word; back after `forSec`. The customer before the window waits, as nobody serves him. */
  walkOff(forSec: number): boolean {
    if (!this.#seated || this.#state === 'closed' || this.#state === 'paused') return false;
    this.#rise();
    this.#callOffReturn = this.#agenda.plan(forSec, () => this.comeBack());
    return true;
  }

  /** Ends a walk-off early, or does nothing. */
  comeBack(): void {
    if (this.#seated || this.#state === 'closed' || this.#state === 'paused') return;
    this.#callOffReturn?.();
    this.#callOffReturn = null;
    this.#sit();
    if (this.#state === 'idle') this.#lookForWork();
  }

  /** The button was pressed from afar: he calls at once instead of resting. Says why not. */
  callNext(): 'CALLED' | 'BUSY' | 'NOBODY_WAITS' | 'CLOSED' {
    if (this.#state === 'closed' || !this.#seated) return 'CLOSED';
    if (this.#state !== 'idle') return 'BUSY';
    this.#busy = false;
    this.#lookForWork();
    return this.#ticket === null ? 'NOBODY_WAITS' : 'CALLED';
  }

  /** Called when a visitor joined one of his queues. */
  noticeVisitor(): void {
    if (this.#state === 'idle' && this.#seated && !this.#busy) this.#lookForWork();
  }

  /** Pauses by the rules: says so on his caller, leaves, and comes back after this share of the time that he said. */
  pause(planned?: number, share?: number): boolean {
    if (this.#state !== 'idle' || !this.#seated) return false;
    const plannedMin = planned ?? Math.round(this.#random.between(3, 10));
    this.#state = 'paused';
    this.#report({ type: 'paused', reason: this.#random.pick(pauseReasons), plannedMin });
    this.#rise();
    this.#agenda.plan(plannedMin * 60 * (share ?? this.#random.between(0.6, 1.15)), () => {
      if (this.#state !== 'paused') return;
      this.#sit();
      this.#state = 'idle';
      this.#report({ type: 'resumed' });
      this.#lookForWork();
    });
    return true;
  }

  /** Sits at his window and calls nobody for so long, from the next time that he is free. */
  dawdle(forSec: number): void {
    this.#dawdles = forSec;
    this.#lookForWork();
  }

  #lookForWork(): void {
    if (this.#state !== 'idle' || !this.#seated || this.#busy) return;
    if (this.#dawdles > 0) {
      this.#busy = true;
      this.#agenda.plan(this.#dawdles, () => {
        this.#busy = false;
        this.#lookForWork();
      });
      this.#dawdles = 0;
      return;
    }
    const ticket = this.#desk.takeNext(this.window);
    if (ticket === null) return;
    this.#ticket = ticket;
    this.#state = 'calling';
    this.#report({ type: 'called', ticket });
    if (this.#desk.comes()) this.#whenSeated(this.#random.between(8, 30), () => this.#serve(ticket));
    else this.#whenSeated(30, () => this.#recall(ticket));
  }

  #recall(ticket: Ticket): void {
    this.#report({ type: 'recalled', ticket });
    this.#whenSeated(25, () => {
      this.#ticket = null;
      this.#state = 'idle';
      this.#report({ type: 'skipped', ticket });
      this.#rest();
    });
  }

  #serve(ticket: Ticket): void {
    this.#customerHere = true;
    this.#state = 'serving';
    this.#report({ type: 'started', ticket });
    this.#whenSeated(this.#desk.serviceSec(ticket.queue), () => {
      this.#ticket = null;
      this.#customerHere = false;
      this.#state = 'idle';
      this.#report({ type: 'completed', ticket });
      this.#rest();
    });
  }

  /** A breath between two customers; sometimes longer, by the rules. */
  #rest(): void {
    this.#busy = true;
    this.#agenda.plan(this.#random.between(4, 20), () => {
      this.#busy = false;
      if (this.#random.chance(0.04) && this.pause()) return;
      this.#lookForWork();
    });
  }

  /** Work goes on only with someone in the seat: while he is away, what was due waits for him. */
  #whenSeated(afterSec: number, action: () => void): void {
    this.#agenda.plan(afterSec, () => {
      if (this.#seated) action();
      else this.#whenSeated(5, action);
    });
  }

  #sit(): void {
    if (this.#seated) return;
    this.#seated = true;
    this.#report({ type: 'seat-taken' });
  }

  #rise(): void {
    if (!this.#seated) return;
    this.#seated = false;
    this.#report({ type: 'seat-left' });
  }

  #report(action: ClerkAction): void {
    this.#desk.report(this.window.id, action);
  }
}
