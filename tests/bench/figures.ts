/** One measured figure. `reference` is a peer or a limit measured in the same run, where there is one. */
export interface Figure {
  suite: string;
  figure: string;
  value: number;
  unit: string;
  reference?: { name: string; value: number };
  /** What this step of the product aims at; smaller is better unless `atLeast`. */
  aim?: number;
  atLeast?: boolean;
  /** The load in words. */
  note?: string;
}

/** Prints figures as they come: rows for people, or one JSON line each. */
export class FigurePrinter {
  readonly #json: boolean;
  #heading: string | null = null;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Words beside the figures: what runs, what was left out. They go to standard error when figures are JSON. */
  say(words: string): void {
    (this.#json ? console.error : console.log)(words);
  }

  print(figure: Figure): void {
    const { suite, value, unit, reference, aim, note } = figure;
    const ratio = reference === undefined ? undefined : value / reference.value;
    if (this.#json) {
      const peer = reference && {
        reference: reference.name,
        reference_value: round(reference.value),
        ratio: round(ratio!),
      };
      console.log(JSON.stringify({ suite, figure: figure.figure, value: round(value), unit, ...peer }));
      return;
    }
    if (this.#heading !== suite) {
      this.#heading = suite;
      console.log(`\n${'figure'.padEnd(34)}${'value'.padStart(10)} ${'unit'.padEnd(10)}${'aim'.padStart(10)}  note`);
    }
    const target = aim === undefined ? '' : `${figure.atLeast ? '>=' : '<='} ${aim}`;
    const peer = reference === undefined ? '' : ` [${round(ratio!)} x ${reference.name}]`;
    console.log(
      `${figure.figure.padEnd(34)}${String(round(value)).padStart(10)} ${unit.padEnd(10)}${target.padStart(10)}  ${note ?? ''}${peer}`,
    );
  }
}

/** Three significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** The value below which the share `q` of the samples lies (nearest rank). NaN for no samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}
