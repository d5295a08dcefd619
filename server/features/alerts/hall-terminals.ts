import type { Terminal } from '#contract/terminals.ts';
import { Emitter } from '#lib/emitter.ts';
import type { TerminalsPort } from './ports.ts';

type Name = Pick<Terminal, 'hallId' | 'kind' | 'deviceId'>;

/** The terminals by hall, so that a look at a hall costs as much as that hall has terminals. */
export class HallTerminals {
  /** A terminal is otherwise than before; not told for each time it is heard. */
  readonly changed = new Emitter<{ hallId: string; terminalId: string }>();

  readonly #terminals: TerminalsPort;
  readonly #byHall = new Map<string, Map<string, Name>>();
  #leave: (() => void)[] = [];

  constructor({ terminals }: { terminals: TerminalsPort }) {
    this.#terminals = terminals;
  }

  start(): void {
    if (this.#leave.length > 0) return;
    for (const terminal of this.#terminals.list()) this.#put(terminal);
    this.#leave = [
      this.#terminals.changed.on((terminal) => {
        this.#put(terminal);
        this.#tell(terminal);
      }),
      this.#terminals.removed.on((name) => {
        this.#byHall.get(name.hallId)?.delete(idOf(name));
        this.#tell(name);
      }),
    ];
  }

  stop(): void {
    for (const leave of this.#leave.splice(0)) leave();
    this.#byHall.clear();
  }

  /** The terminals of a hall by `kind/device`, each as it is now. */
  of(hallId: string): Map<string, Terminal> {
    const terminals = new Map<string, Terminal>();
    for (const [id, name] of this.#byHall.get(hallId) ?? []) {
      const terminal = this.#terminals.get(name);
      if (terminal) terminals.set(id, terminal);
    }
    return terminals;
  }

  #put({ hallId, kind, deviceId }: Name): void {
    const hall = this.#byHall.get(hallId) ?? new Map<string, Name>();
    this.#byHall.set(hallId, hall.set(idOf({ kind, deviceId }), { hallId, kind, deviceId }));
  }

  #tell(name: Name): void {
    this.changed.emit({ hallId: name.hallId, terminalId: idOf(name) });
  }
}

function idOf({ kind, deviceId }: Pick<Name, 'kind' | 'deviceId'>): string {
  return `${kind}/${deviceId}`;
}
