import type { ErrorCode } from '#contract/errors.ts';
import type { Problem, ProblemSubject } from '#contract/system.ts';
import type { Clock } from './clock.ts';

/**
 * What a person can act on right now, by subject. Parts raise and clear; the wall shows the list. Raising the same
 * subject and code again keeps its `since`.
 */
export class ProblemBoard {
  readonly #clock: Clock;
  readonly #problems = new Map<string, Problem>();
  readonly #listeners = new Set<(problems: Problem[]) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  raise(subject: ProblemSubject, code: ErrorCode, detail: string | null = null): void {
    const known = this.#problems.get(subject);
    if (known?.code === code && known.detail === detail) return;
    const since = known?.code === code ? known.since : new Date(this.#clock.now()).toISOString();
    this.#problems.set(subject, { subject, code, since, detail });
    this.#tell();
  }

  clear(subject: ProblemSubject): void {
    if (this.#problems.delete(subject)) this.#tell();
  }

  get(subject: string): Problem | undefined {
    return this.#problems.get(subject);
  }

  list(): Problem[] {
    return [...this.#problems.values()];
  }

  onChange(listener: (problems: Problem[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    const list = this.list();
    for (const listener of this.#listeners) listener(list);
  }
}
