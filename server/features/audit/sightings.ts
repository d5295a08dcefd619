import type { Clock } from '#lib/clock.ts';
import type { NewEntry } from './entry.ts';
import { LONGEST_PIECE_MS } from './repository.ts';

/** Who comes back sooner, with another stream or connection, is still looking. */
const LINGER_MS = 10_000;
const SWEEP_MS = 5000;
/** Views that go on at a time; the oldest is told when there are more. */
const MOST = 50_000;
/** Footage that follows so soon is looked at in one go; what lies further off was sought. */
const FOLLOWS_MS = 60_000;

/** Footage that was looked at, epoch ms. */
export interface FootageSpan {
  from: number;
  until: number;
}

interface Sighting {
  entry: NewEntry;
  began: number;
  last: number;
  /** Connections that show it now. */
  open: number;
  streams: Set<string>;
  footage: FootageSpan | null;
  times: number;
}

/** What lasts: told as spans when it is over, or has lasted long. Never in the way of a picture. */
export class Sightings {
  readonly #clock: Clock;
  readonly #note: (entry: NewEntry) => void;
  readonly #going = new Map<string, Sighting>();
  #cancel: (() => void) | null = null;

  constructor({ clock, note }: { clock: Clock; note: (entry: NewEntry) => void }) {
    this.#clock = clock;
    this.#note = note;
  }

  start(): void {
    this.#cancel ??= this.#clock.every(SWEEP_MS, () => this.#sweep());
  }

  /** Tells of all that goes on. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const key of [...this.#going.keys()]) this.#tell(key, this.#clock.now());
  }

  /** Somebody begins to look at a stream; what it gives is called when he stops. */
  begin(entry: NewEntry, stream: string): () => void {
    const sighting = this.#of(entry);
    sighting.open += 1;
    sighting.streams.add(stream);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      sighting.open -= 1;
      sighting.last = this.#clock.now();
      // it was told in pieces meanwhile, and this was the last
      if (sighting.open === 0 && this.#going.get(keyOf(entry)) !== sighting) this.#noteOf(sighting, sighting.last);
    };
  }

  /** Somebody looked, or moved a camera, and will perhaps go on at once. */
  touch(entry: NewEntry, footage: FootageSpan | null = null): void {
    const known = this.#going.get(keyOf(entry));
    if (known?.footage && footage && entry.act === 'footage.watched' && isElsewhere(known.footage, footage)) {
      this.#tell(keyOf(entry), known.last);
    }
    const sighting = this.#of(entry);
    sighting.last = this.#clock.now();
    sighting.times += 1;
    if (!footage) return;
    const { from, until } = sighting.footage ?? footage;
    sighting.footage = { from: Math.min(from, footage.from), until: Math.max(until, footage.until) };
  }

  #of(entry: NewEntry): Sighting {
    const key = keyOf(entry);
    let sighting = this.#going.get(key);
    if (!sighting) {
      if (this.#going.size >= MOST) this.#tell(this.#going.keys().next().value!, this.#clock.now());
      const now = this.#clock.now();
      sighting = { entry, began: now, last: now, open: 0, streams: new Set(), footage: null, times: 0 };
      this.#going.set(key, sighting);
    }
    return sighting;
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [key, sighting] of this.#going) {
      if (sighting.open === 0 && now - sighting.last >= LINGER_MS) this.#tell(key, sighting.last);
      else if (now - sighting.began >= LONGEST_PIECE_MS - SWEEP_MS) this.#piece(sighting, now);
    }
  }

  /** Goes on, with what was so far told. */
  #piece(sighting: Sighting, now: number): void {
    this.#noteOf(sighting, now, true);
    Object.assign(sighting, { began: now, last: now, footage: null, times: 0 });
  }

  #tell(key: string, at: number): void {
    const sighting = this.#going.get(key);
    if (!sighting) return;
    this.#going.delete(key);
    this.#noteOf(sighting, sighting.open > 0 ? this.#clock.now() : at);
    sighting.began = at;
  }

  #noteOf({ entry, began, streams, footage, times }: Sighting, at: number, goesOn = false): void {
    const iso = (ms: number) => new Date(ms).toISOString();
    const details = {
      ...entry.details,
      ...(streams.size > 0 && { streams: [...streams].toSorted() }),
      ...(footage && { from: iso(footage.from), until: iso(footage.until) }),
      ...(times > 1 && { times }),
      ...(goesOn && { goesOn }),
    };
    this.#note({ ...entry, began, at, details });
  }
}

function keyOf({ act, account, session, subjectId, reason = null }: NewEntry): string {
  return JSON.stringify([act, account, session, subjectId, reason]);
}

function isElsewhere(known: FootageSpan, { from, until }: FootageSpan): boolean {
  return from > known.until + FOLLOWS_MS || until < known.from - FOLLOWS_MS;
}
