import { kept, type AccessUnit, type SoundUnit } from '../../streams/access-unit.ts';
import { Hub, type Viewer } from '../../streams/hub.ts';

const GONE = 0xee;

/**
 * A hub that lends in earnest: the bytes of each unit, live and replayed, are gone when the call of the viewer is over.
 * Whoever shows or stores the right bytes behind it copies what it keeps.
 */
export class LendingHub extends Hub {
  override join(viewer: Viewer): (() => void) | null {
    return super.join({
      onState: (state) => viewer.onState(state),
      onFormat: (format) => viewer.onFormat(format),
      onUnit: (unit) => lend(unit, (lent) => viewer.onUnit(lent)),
      onSoundFormat: (format) => viewer.onSoundFormat?.(format),
      onSound: (unit) => lend(unit, (lent) => viewer.onSound?.(lent)),
      onEnd: (code) => viewer.onEnd(code),
    });
  }
}

/** Gives the unit as a source does. */
export function lend<Unit extends AccessUnit | SoundUnit>(unit: Unit, take: (unit: Unit) => void): void {
  const lent = kept(unit);
  take(lent);
  lent.data.fill(GONE);
}
