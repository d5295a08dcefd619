import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { checkFfmpeg } from './ffmpeg-check.ts';

const AGAIN_MS = 60_000;

export interface FfmpegWatchDeps {
  path: string;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
}

/** Shows a missing or old ffmpeg as a problem until a usable one is there; cameras that do not need it work without. */
export class FfmpegWatch {
  readonly #deps: FfmpegWatchDeps;
  #stopping: AbortController | null = null;
  #cancel: (() => void) | null = null;

  constructor(deps: FfmpegWatchDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = new AbortController();
    await this.#check(this.#stopping.signal);
  }

  stop(): void {
    this.#cancel?.();
    this.#stopping?.abort();
    this.#stopping = null;
  }

  async #check(signal: AbortSignal): Promise<void> {
    const { path, clock, log, problems } = this.#deps;
    const found = await checkFfmpeg(path, signal);
    if (signal.aborted) return;
    if (found.ok) {
      log.info({ version: found.version }, 'ffmpeg found');
      return problems.clear('ffmpeg');
    }
    if (!problems.get('ffmpeg')) log.error({ code: found.code, detail: found.detail }, 'ffmpeg cannot be used');
    problems.raise('ffmpeg', found.code, found.detail);
    this.#cancel = clock.after(AGAIN_MS, () => void this.#check(signal));
  }
}
