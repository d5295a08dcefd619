import type { Terminal } from '#contract/terminals.ts';
import type { HallTerminals } from './hall-view.ts';
import type { TerminalsPort } from './ports.ts';

/** Terminals by hall, kept by what the register tells, so that a hall's events need not search through all of them. */
export class TerminalsByHall {
  readonly #port: TerminalsPort;
  readonly #halls = new Map<string, Map<string, Terminal>>();

  constructor(port: TerminalsPort) {
    this.#port = port;
  }

  load(): void {
    this.#halls.clear();
    for (const terminal of this.#port.list()) this.put(terminal);
  }

  put(terminal: Terminal): void {
    let hall = this.#halls.get(terminal.hallId);
    if (hall === undefined) this.#halls.set(terminal.hallId, (hall = new Map<string, Terminal>()));
    hall.set(`${terminal.kind}/${terminal.deviceId}`, terminal);
  }

  delete({ hallId, kind, deviceId }: Pick<Terminal, 'hallId' | 'kind' | 'deviceId'>): void {
    this.#halls.get(hallId)?.delete(`${kind}/${deviceId}`);
  }

  of(hallId: string): HallTerminals {
    return {
      all: () => [...(this.#halls.get(hallId)?.values() ?? [])],
      // The register knows when it was heard last; what it told is as old as its last change.
      find: (kind, deviceId) => this.#port.get({ hallId, kind, deviceId }),
    };
  }
}
