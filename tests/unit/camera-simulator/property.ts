import fc from '../../helpers/property.ts';
import { it } from 'vitest';

export { fc };

/** A test that holds for every value of an arbitrary. */
export function test<T>(name: string, arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  it(name, () => fc.assert(fc.property(arbitrary, holds)));
}
