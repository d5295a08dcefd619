import { ManualClock } from '#lib/clock.ts';

/** A clock whose timers fire a millisecond before their time, as those of Node may. */
export class HastyClock extends ManualClock {
  override after(ms: number, action: () => void): () => void {
    return super.after(ms > 1 ? ms - 1 : ms, action);
  }
}
