/** What a pattern took out of a topic, by name. */
export type Captures = Readonly<Record<string, string>>;

/** Topics by a pattern: `acme/{hall}/counter/{no}`, `+` for a level that may be anything, `#` for the rest. */
export class TopicMatcher {
  readonly #levels: readonly string[];
  readonly #open: boolean;
  /** As a broker understands it. */
  readonly filter: string;

  constructor(pattern: string) {
    const levels = pattern.split('/');
    this.#open = levels.at(-1) === '#';
    this.#levels = this.#open ? levels.slice(0, -1) : levels;
    this.filter = levels.map((level) => (level.startsWith('{') ? '+' : level)).join('/');
  }

  get names(): string[] {
    return this.#levels.flatMap((level) => nameIn(level) ?? []);
  }

  /** Null where the topic does not fit. */
  match(topic: string): Captures | null {
    const given = topic.split('/');
    const fits = this.#open ? given.length > this.#levels.length : given.length === this.#levels.length;
    if (!fits) return null;
    const captures: Record<string, string> = {};
    for (const [i, level] of this.#levels.entries()) {
      const said = given[i]!;
      const name = nameIn(level);
      if (name !== null && said !== '') captures[name] = said;
      else if (level !== '+' && level !== said) return null;
    }
    return captures;
  }
}

function nameIn(level: string): string | null {
  return level.startsWith('{') ? level.slice(1, -1) : null;
}
