import { kept, type AccessUnit, type StreamFormat } from '../../../streams/access-unit.ts';
import type { SourceSink } from '../../../streams/source.ts';

/** Remembers what a source gave, in order. */
export class RecordingSink implements SourceSink {
  readonly formats: StreamFormat[] = [];
  readonly units: AccessUnit[] = [];
  /** `format`, `key`, `delta`, `dropped`. */
  readonly order: string[] = [];

  format(format: StreamFormat): void {
    this.formats.push(format);
    this.order.push('format');
  }

  unit(unit: AccessUnit): void {
    this.units.push(kept(unit));
    this.order.push(unit.key ? 'key' : 'delta');
  }

  dropped(): void {
    this.order.push('dropped');
  }
}

/** Splits the data of a unit into its NAL units, as hex. */
export function nalsOf(unit: AccessUnit): string[] {
  const nals: string[] = [];
  for (let at = 0; at < unit.data.length;) {
    const length = unit.data.readUInt32BE(at);
    nals.push(unit.data.toString('hex', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return nals;
}
