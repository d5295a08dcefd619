import { kept, type AccessUnit, type StreamFormat } from '../../../streams/access-unit.ts';
import type { SourceSink } from '../../../streams/source.ts';

/** Collects what a source gives, and lets a test wait for it. */
export class CollectingSink implements SourceSink {
  readonly formats: StreamFormat[] = [];
  readonly units: AccessUnit[] = [];
  lost = 0;
  #check: () => void = () => undefined;

  format(format: StreamFormat): void {
    this.formats.push(format);
  }

  unit(unit: AccessUnit): void {
    this.units.push(kept(unit));
    this.#check();
  }

  dropped(): void {
    this.lost += 1;
    this.#check();
  }

  /** Resolves as soon as this holds; looks after every picture. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (!holds()) return;
        this.#check = () => undefined;
        resolve();
      };
      this.#check();
    });
  }

  /** Until so many units more have come. */
  more(count: number): Promise<void> {
    const wanted = this.units.length + count;
    return this.until(() => this.units.length >= wanted);
  }
}

/** What was collected as a byte stream with start codes, parameter sets from the description in front. */
export function annexB(format: StreamFormat, units: AccessUnit[]): Buffer {
  const startCode = Buffer.from([0, 0, 0, 1]);
  const parts = parameterSets(format).flatMap((nal) => [startCode, nal]);
  for (const { data } of units) {
    for (let at = 0; at < data.length;) {
      const length = data.readUInt32BE(at);
      parts.push(startCode, data.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  }
  return Buffer.concat(parts);
}

function parameterSets({ codec, description }: StreamFormat): Buffer[] {
  const nals: Buffer[] = [];
  const take = (at: number, count: number) => {
    for (let i = 0; i < count; i += 1) {
      const length = description.readUInt16BE(at);
      nals.push(description.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    return at;
  };
  if (codec === 'h264') {
    const at = take(6, description[5]! & 31);
    take(at + 1, description[at]!);
    return nals;
  }
  let at = 23;
  for (let i = 0; i < description[22]!; i += 1) at = take(at + 3, description.readUInt16BE(at + 1));
  return nals;
}
