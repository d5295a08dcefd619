import type { Browser, Page } from 'playwright-core';
import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { startBenchHouse } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { startNodeRed } from '../node-red.ts';
import { LAST_PAINT_MS, NumberCallers } from '../number-callers.ts';

const suite = 'wall';
const windows = windowIds(12);

const loads = [
  { name: '', perSecond: 100, seconds: 20, aim: 100 },
  { name: '_1000', perSecond: 1000, seconds: 10, aim: 100 },
  { name: '_5000', perSecond: 5000, seconds: 6, aim: 250 },
];

/**
 * From the publishing of a caller's state to its ticket number painted on the wall. A number that a newer one overtook
 * before it was painted counts as painted with the newer one. With a folder in which Node-RED lies, the same on its
 * dashboard afterwards, when Hallwatch has left the machine to it.
 */
export async function wall(printer: FigurePrinter, nodeRedFolder: string | null): Promise<void> {
  const browser = await launchBrowser();
  try {
    const ours = await onHallwatch(printer, browser);
    if (nodeRedFolder === null) return;
    const theirs = await onNodeRed(printer, browser, nodeRedFolder);
    printRatios(printer, ours, theirs);
  } finally {
    await browser.close();
  }
}

async function onHallwatch(printer: FigurePrinter, browser: Browser): Promise<number[]> {
  const hallwatch = await startBenchHouse();
  const callers = new NumberCallers(hallwatch.mqttUrl, windows);
  try {
    await addHall(hallwatch.rest, 'bench', windows);
    for (const window of windows) {
      const terminal = { hallId: 'bench', kind: 'caller', deviceId: window, windowId: window };
      await hallwatch.rest.call('POST', '/api/terminals', terminal);
    }
    const context = await signedIn(browser, hallwatch);
    const page = await context.newPage();
    await callers.showOn(page, `${hallwatch.url}/?hall=bench`);
    const ours = await underEachLoad(printer, 'painted', page, callers);
    await context.close();
    return ours;
  } finally {
    await callers.disconnect();
    await hallwatch.stop();
  }
}

async function onNodeRed(printer: FigurePrinter, browser: Browser, folder: string): Promise<number[]> {
  const nodeRed = await startNodeRed(folder, windows);
  const callers = new NumberCallers(nodeRed.mqttUrl, windows);
  try {
    printer.say(`wall: ${nodeRed.name} behind Mosquitto shows the same windows`);
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await callers.showOn(page, nodeRed.page);
    const theirs = await underEachLoad(printer, 'node_red_painted', page, callers);
    await page.close();
    return theirs;
  } finally {
    await callers.disconnect();
    await nodeRed.stop();
  }
}

/** Prints the figures of each load, and gives its 99th percentile. */
async function underEachLoad(
  printer: FigurePrinter,
  painted: 'painted' | 'node_red_painted',
  page: Page,
  callers: NumberCallers,
): Promise<number[]> {
  const p99s: number[] = [];
  for (const { name, perSecond, seconds, aim } of loads) {
    const ages = await callers.agesOn(page, { perSecond, seconds });
    const figure = `wall.${painted}${name}`;
    const note = `${perSecond} msg/s at ${windows.length} windows, ${ages.length} messages`;
    const p99 = { suite, figure: `${figure}_p99_ms`, value: quantile(ages, 0.99), unit: 'ms', note };
    printer.print(painted === 'painted' ? { ...p99, aim } : p99);
    if (perSecond === 100) {
      printer.print({ suite, figure: `${figure}_p50_ms`, value: quantile(ages, 0.5), unit: 'ms', note });
    }
    printNever(printer, `${figure}_never`, ages);
    p99s.push(p99.value);
  }
  return p99s;
}

function printNever(printer: FigurePrinter, figure: string, ages: number[]): void {
  const never = ages.filter((age) => age === Infinity).length;
  if (never === 0) return;
  const note = `not painted within ${LAST_PAINT_MS / 1000} s of the last message; they count as infinitely late`;
  printer.print({ suite, figure, value: (100 * never) / ages.length, unit: 'in 100', note });
}

function printRatios(printer: FigurePrinter, ours: number[], theirs: number[]): void {
  for (const [index, { name, perSecond }] of loads.entries()) {
    // Beside what is never painted anything would be quick.
    if (theirs[index] === Infinity) {
      printer.say(`wall: no ratio at ${perSecond} msg/s: more than one in 100 was never painted by Node-RED`);
      continue;
    }
    const note = `${perSecond} msg/s, 99 of 100: Hallwatch by Node-RED`;
    const ratio = { suite, figure: `wall.of_node_red${name}`, value: ours[index]! / theirs[index]!, unit: 'x', note };
    printer.print(perSecond === 100 ? { ...ratio, aim: 1 } : ratio);
  }
}
