import type { TerminalKind } from '#contract/mqtt.ts';
import type { Terminal } from '#contract/terminals.ts';

/** Devices that are alike: of one kind, model and firmware. */
export interface Model {
  kind: TerminalKind;
  model: string;
  firmware: string;
  devices: number;
  online: number;
  halls: number;
  /** Others of the same model have a newer firmware. */
  isOlder: boolean;
}

/** Compares firmware as people number it: `3.10.0` is newer than `3.9.2`. */
export function compareFirmware(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** What stands in the halls, by kind, model and firmware, the newest firmware first. Who never said what it is is left out. */
export function modelsOf(terminals: readonly Terminal[]): Model[] {
  const groups = Map.groupBy(
    terminals.filter(({ model }) => model !== ''),
    ({ kind, model, firmware }) => JSON.stringify([kind, model, firmware]),
  );
  const models = [...groups.values()].map((alike): Model => {
    const { kind, model, firmware } = alike[0]!;
    return {
      ...{ kind, model, firmware, devices: alike.length },
      online: alike.filter(({ link }) => link === 'online').length,
      halls: new Set(alike.map(({ hallId }) => hallId)).size,
      isOlder: terminals.some(
        (other) => other.kind === kind && other.model === model && compareFirmware(other.firmware, firmware) > 0,
      ),
    };
  });
  return models.sort(
    (a, b) => a.kind.localeCompare(b.kind) || a.model.localeCompare(b.model) || compareFirmware(b.firmware, a.firmware),
  );
}
