import type { Page } from 'playwright-core';
import { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { systemClock } from '../../../server/lib/clock.ts';
import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import { pageScript } from '../../helpers/page-script.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { startBenchHouse } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const suite = 'wall';
const WINDOWS = 12;
const LAST_PAINT_MS = 1_500;

const loads = [
  { figure: 'wall.painted_p99_ms', perSecond: 100, seconds: 20, aim: 100 },
  { figure: 'wall.painted_1000_p99_ms', perSecond: 1000, seconds: 10, aim: 100 },
  { figure: 'wall.painted_5000_p99_ms', perSecond: 5000, seconds: 6, aim: 250 },
];

interface Paint {
  window: string;
  ticket: string;
  at: number;
}

/**
 * From the publishing of a caller's state to its ticket number painted on the wall. A number that a newer one overtook
 * before it was painted counts as painted with the newer one.
 */
export async function wall(printer: FigurePrinter): Promise<void> {
  const hallwatch = await startBenchHouse();
  const browser = await launchBrowser();
  const callers: TerminalClient[] = [];
  try {
    await addHall(hallwatch.rest, 'bench', windowIds(WINDOWS));
    for (const window of windowIds(WINDOWS)) {
      const terminal = { hallId: 'bench', kind: 'caller', deviceId: window, windowId: window };
      await hallwatch.rest.call('POST', '/api/terminals', terminal);
      const caller = new TerminalClient({
        url: hallwatch.mqttUrl,
        address: { region: 'bench', hall: 'bench', kind: 'caller', device: window },
        clock: systemClock,
        meta: { model: 'bench', firmware: '1', window },
      });
      callers.push(caller);
      await caller.connect();
    }
    const context = await signedIn(browser, hallwatch);
    const page = await context.newPage();
    await page.addInitScript({ content: pageScript('paints') });
    await page.goto(`${hallwatch.url}/?hall=bench`);
    await page
      .locator('[data-window]')
      .nth(WINDOWS - 1)
      .waitFor();
    for (const load of loads) {
      const ages = await measure(page, callers, load.perSecond, load.seconds);
      const note = `${load.perSecond} msg/s at ${WINDOWS} windows, ${ages.length} messages`;
      printer.print({ suite, figure: load.figure, value: quantile(ages, 0.99), unit: 'ms', aim: load.aim, note });
      if (load.perSecond === 100) {
        printer.print({ suite, figure: 'wall.painted_p50_ms', value: quantile(ages, 0.5), unit: 'ms', note });
      }
    }
  } finally {
    await browser.close();
    await Promise.all(callers.map((caller) => caller.disconnect({ graceful: true })));
    await hallwatch.stop();
  }
}

async function measure(page: Page, callers: TerminalClient[], perSecond: number, seconds: number): Promise<number[]> {
  const sent: { window: string; number: number; at: number }[] = [];
  const from = performance.now();
  const total = perSecond * seconds;
  let number = 0;
  await new Promise<void>((resolve) => {
    const publish = () => {
      const due = Math.min(total, ((performance.now() - from) / 1000) * perSecond);
      for (; number < due; number += 1) {
        const index = number % callers.length;
        const window = windowIds(WINDOWS)[index]!;
        const at = Date.now();
        callers[index]!.state({ window, state: 'serving', no: `N${number}`, since: new Date(at).toISOString() });
        sent.push({ window, number, at });
      }
      if (number < total) setTimeout(publish, 5);
      else resolve();
    };
    publish();
  });
  await page.waitForTimeout(LAST_PAINT_MS);
  const paints = await page.evaluate(() => {
    const { paints } = globalThis as unknown as { paints: { painted: Paint[] } };
    return paints.painted.splice(0);
  });
  return agesOf(sent, paints);
}

/** For each message, how long until its number or a later one of the same window was painted. */
function agesOf(sent: { window: string; number: number; at: number }[], paints: Paint[]): number[] {
  const ages: number[] = [];
  for (const window of new Set(sent.map((message) => message.window))) {
    const shown = paints
      .filter((paint) => paint.window === window)
      .map(({ ticket, at }) => ({ number: Number(ticket.slice(1)), at }));
    let next = 0;
    for (const message of sent.filter((one) => one.window === window)) {
      while (next < shown.length && shown[next]!.number < message.number) next += 1;
      // Never painted: as late as we waited for it, so that a lost message cannot make the figure better.
      ages.push((shown[next]?.at ?? Infinity) - message.at);
    }
  }
  return ages;
}
