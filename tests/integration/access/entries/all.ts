import { archive } from './archive.ts';
import { cameras } from './cameras.ts';
import { people } from './people.ts';
import { places } from './places.ts';
import { supervision } from './supervision.ts';
import { terminals } from './terminals.ts';
import { watch } from './watch.ts';
import type { Entries } from './entry.ts';

/** Every route. One that is missing here fails the test. */
export const entries: Entries = {
  ...people,
  ...places,
  ...supervision,
  ...cameras,
  ...terminals,
  ...watch,
  ...archive,
};
