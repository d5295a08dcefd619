import { errors, type Page } from 'playwright-core';
import { TerminalClient } from '../../devices/terminals/terminal-client.ts';
import { systemClock } from '../../server/lib/clock.ts';
import { pageScript } from '../helpers/page-script.ts';

/** A page that is asked to show the first numbers has so long to be ready for any. */
const FIRST_PAINT_MS = 30_000;
/** What is not painted so long after the last message counts as never painted. */
export const LAST_PAINT_MS = 10_000;

interface Message {
  window: string;
  number: number;
  at: number;
}

interface Paint {
  window: string;
  ticket: string;
  at: number;
}

/** The callers of a hall's windows at one broker, and how long the numbers that they publish take to be painted. */
export class NumberCallers {
  readonly #windows: string[];
  readonly #callers: TerminalClient[];
  /** Goes on over all loads: what one of them has painted late must not pass for a number of the next. */
  #number = 0;

  constructor(url: string, windows: string[]) {
    this.#windows = windows;
    this.#callers = windows.map(
      (window) =>
        new TerminalClient({
          url,
          address: { region: 'bench', hall: 'bench', kind: 'caller', device: window },
          clock: systemClock,
          meta: { model: 'bench', firmware: '1', window },
        }),
    );
  }

  /** Opens the page that shows the windows, and resolves when it has painted a first number at each. */
  async showOn(page: Page, url: string): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.connect()));
    await page.addInitScript({ content: pageScript('paints') });
    await page.goto(url);
    await page
      .locator('[data-window], .nrdb-ui-text')
      .nth(this.#windows.length - 1)
      .waitFor();
    const first = this.#windows.map(() => this.#publishNext());
    await untilPainted(page, first, FIRST_PAINT_MS);
    await takePaints(page);
  }

  /** Publishes so many numbers a second in turn; for each, how long until it or a later one of its window was painted. */
  async agesOn(page: Page, { perSecond, seconds }: { perSecond: number; seconds: number }): Promise<number[]> {
    const sent: Message[] = [];
    const from = performance.now();
    const total = perSecond * seconds;
    await new Promise<void>((resolve) => {
      const publish = () => {
        const due = Math.min(total, ((performance.now() - from) / 1000) * perSecond);
        while (sent.length < due) sent.push(this.#publishNext());
        if (sent.length < total) setTimeout(publish, 5);
        else resolve();
      };
      publish();
    });
    await untilPainted(page, sent.slice(-this.#windows.length), LAST_PAINT_MS).catch((error: unknown) => {
      if (!(error instanceof errors.TimeoutError)) throw error;
    });
    return agesOf(sent, await takePaints(page));
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.#callers.map((caller) => caller.disconnect({ graceful: true })));
  }

  #publishNext(): Message {
    const number = this.#number;
    this.#number += 1;
    const index = number % this.#windows.length;
    const window = this.#windows[index]!;
    const at = Date.now();
    this.#callers[index]!.state({ window, state: 'serving', no: `N${number}`, since: new Date(at).toISOString() });
    return { window, number, at };
  }
}

/** Resolves when the page has painted all of these, each the last one of its window. */
async function untilPainted(page: Page, last: Message[], timeout: number): Promise<void> {
  await page.waitForFunction(
    (last) => {
      const { painted } = (globalThis as unknown as { paints: { painted: Paint[] } }).paints;
      return last.every(
        ({ window, number }) => painted.findLast((paint) => paint.window === window)?.ticket === `N${number}`,
      );
    },
    last,
    { timeout, polling: 100 },
  );
}

function takePaints(page: Page): Promise<Paint[]> {
  return page.evaluate(() => (globalThis as unknown as { paints: { painted: Paint[] } }).paints.painted.splice(0));
}

function agesOf(sent: Message[], paints: Paint[]): number[] {
  const ages: number[] = [];
  for (const window of new Set(sent.map((message) => message.window))) {
    const shown = paints
      .filter((paint) => paint.window === window)
      .map(({ ticket, at }) => ({ number: Number(ticket.slice(1)), at }));
    let next = 0;
    for (const message of sent.filter((one) => one.window === window)) {
      while (next < shown.length && shown[next]!.number < message.number) next += 1;
      // Never painted: infinitely late, so that a lost message cannot make the figure better.
      ages.push((shown[next]?.at ?? Infinity) - message.at);
    }
  }
  return ages;
}
