import type { Browser, Page } from 'playwright-core';
import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import { pageScript } from '../../helpers/page-script.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { addCameras, startBenchHouse, startCameras, type SimulatedAddress } from '../bench-house.ts';
import { janusMissing, startJanus } from '../janus.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { usageOf } from '../process-usage.ts';

const suite = 'live';
const WARM_JOINS = 10;
const RELOADS = 5;
/** What can be measured alone. */
export const liveParts = ['one', 'sixteen', 'thirtysix'] as const;
export type LivePart = (typeof liveParts)[number];
const WATCH_MS = 20_000;

interface Barcodes {
  samples: { stream: string; latencyMs: number }[];
  frames: Record<string, number>;
  tilesAt: number | null;
  firstFrameAt: Record<string, number>;
  unreadable: number;
}
const barcodes = (page: Page) => page.evaluate(() => (globalThis as unknown as { barcodes: Barcodes }).barcodes);
const forget = (page: Page) =>
  page.evaluate(() => {
    (globalThis as unknown as { barcodes: Barcodes }).barcodes.samples.length = 0;
  });

/** Waits until so many streams of a role have shown their first frame. */
async function untilPlaying(page: Page, role: 'main' | 'sub', count: number): Promise<void> {
  await page.waitForFunction(
    ([role, count]) =>
      Object.keys((globalThis as unknown as { barcodes: Barcodes }).barcodes.firstFrameAt).filter((s) =>
        s.endsWith(`/${role}`),
      ).length >= Number(count),
    [role, String(count)] as const,
    { timeout: 60_000 },
  );
}

async function latencies(page: Page, role: 'main' | 'sub'): Promise<number[]> {
  await forget(page);
  await page.waitForTimeout(WATCH_MS);
  const { samples } = await barcodes(page);
  return samples.filter(({ stream }) => stream.endsWith(`/${role}`)).map(({ latencyMs }) => latencyMs);
}

/** Glass to glass, from the painting of a picture in the camera to its frame on the page, read by bar code. */
export async function live(printer: FigurePrinter, parts: readonly LivePart[] = liveParts): Promise<void> {
  const browser = await launchBrowser();
  const peer = parts.includes('one') ? await janus(browser, printer) : null;
  const cameras = await startCameras(53);
  const hallwatch = await startBenchHouse();
  try {
    const context = await signedIn(browser, hallwatch);
    const page = await context.newPage();
    await page.addInitScript({ content: pageScript('barcodes') });
    const hallOf = async (part: LivePart, addresses: SimulatedAddress[]) => {
      await addHall(hallwatch.rest, part, windowIds(1));
      await addCameras(hallwatch.rest, part, addresses);
      return `${hallwatch.url}/?hall=${part}`;
    };
    if (parts.includes('one')) {
      await page.goto(await hallOf('one', cameras.addresses.slice(0, 1)));
      await one(page, printer, peer);
    }
    if (parts.includes('sixteen')) {
      const before = usageOf(hallwatch.pid);
      const url = await hallOf('sixteen', cameras.addresses.slice(1, 17));
      sixteen(printer, await many(page, url, 16, hallwatch.pid), before.memoryBytes);
    }
    if (parts.includes('thirtysix')) {
      const url = await hallOf('thirtysix', cameras.addresses.slice(17, 53));
      const { latencies } = await many(page, url, 36, hallwatch.pid);
      const note = '36 tiles of 640x360@15';
      const value = quantile(latencies, 0.95);
      printer.print({ suite, figure: 'live.thirtysix.p95_ms', value, unit: 'ms', aim: 100, note });
    }
  } finally {
    await browser.close();
    await hallwatch.stop();
    await cameras.stop();
  }
}

/** The same picture by WebRTC from Janus: the ages of its frames, or null where it is not installed. */
async function janus(browser: Browser, printer: FigurePrinter): Promise<number[] | null> {
  const missing = janusMissing();
  if (missing) {
    printer.say(`live: ${missing}`);
    return null;
  }
  const server = await startJanus();
  const page = await browser.newPage();
  try {
    await page.goto(server.page);
    await page.evaluate(pageScript('barcodes'));
    await page.evaluate(pageScript('janus-viewer'));
    await page.evaluate(
      (url) => (globalThis as unknown as { playJanus(url: string): Promise<void> }).playJanus(url),
      server.url,
    );
    await untilPlaying(page, 'main', 1);
    return await latencies(page, 'main');
  } finally {
    await page.close();
    await server.stop();
  }
}

/** One camera enlarged: its main stream, 1280x720@25. A lone tile shows it already, so joins are made by the choice of stream. */
async function one(page: Page, printer: FigurePrinter, peer: number[] | null): Promise<void> {
  await page.locator('[data-tile] button.cover').first().click();
  await untilPlaying(page, 'main', 1);
  const [main, sub] = [page.locator('[data-pin="main"]'), page.locator('[data-pin="sub"]')];
  const joins: number[] = [];
  for (let i = 0; i < WARM_JOINS; i += 1) {
    await sub.evaluate((button) => (button as unknown as { click(): void }).click());
    await page.locator('video[data-role="main"]').waitFor({ state: 'detached' });
    const clicked = await main.evaluate((button) => {
      (globalThis as unknown as { barcodes: Barcodes }).barcodes.firstFrameAt = {};
      const at = performance.now();
      (button as unknown as { click(): void }).click();
      return at;
    });
    await untilPlaying(page, 'main', 1);
    const first = Object.entries((await barcodes(page)).firstFrameAt).find(([stream]) => stream.endsWith('/main'))![1];
    joins.push(first - clicked);
  }
  const samples = await latencies(page, 'main');
  const { unreadable } = await barcodes(page);
  const note = `1280x720@25, ${samples.length} frames read, ${unreadable} unreadable`;
  for (const [name, share, aim] of [
    ['p50', 0.5, 20],
    ['p95', 0.95, 40],
  ] as const) {
    const reference = peer && { reference: { name: 'janus', value: quantile(peer, share) } };
    const figure = `live.one.${name}_ms`;
    printer.print({ suite, figure, value: quantile(samples, share), unit: 'ms', aim, note, ...reference });
  }
  printer.print({
    suite,
    figure: 'live.one.first_frame_ms',
    value: quantile(joins, 0.5),
    unit: 'ms',
    aim: 100,
    note: `click to frame, median of ${joins.length} warm joins`,
  });
  await page.keyboard.press('Escape');
}

function sixteen(printer: FigurePrinter, seen: Awaited<ReturnType<typeof many>>, bytesBefore: number): void {
  printer.print({
    suite,
    figure: 'live.sixteen.p95_ms',
    value: quantile(seen.latencies, 0.95),
    unit: 'ms',
    aim: 50,
    note: '16 tiles of 640x360@15',
  });
  printer.print({
    suite,
    figure: 'live.sixteen.join_worst_ms',
    value: seen.joinWorst,
    unit: 'ms',
    aim: 700,
    note: `last of 16 first frames, median of ${RELOADS} loads`,
  });
  printer.print({
    suite,
    figure: 'live.cpu_per_camera',
    value: (100 * seen.cpu) / 16,
    unit: '% core',
    note: 'server process, pulled and watched',
  });
  printer.print({
    suite,
    figure: 'live.memory_per_camera',
    value: (seen.memoryBytes - bytesBefore) / 16 / 1e6,
    unit: 'MB',
    note: 'growth of the server process',
  });
}

/** A wall of tiles: how old their pictures are, how long the last one takes to join, what the server spends and holds. */
async function many(page: Page, url: string, tiles: number, pid: number) {
  const joins: number[] = [];
  for (let i = 0; i < RELOADS; i += 1) {
    await page.goto(url);
    await untilPlaying(page, 'sub', tiles);
    const { tilesAt, firstFrameAt } = await barcodes(page);
    joins.push(Math.max(...Object.values(firstFrameAt)) - (tilesAt ?? 0));
  }
  const from = { at: performance.now(), ...usageOf(pid) };
  const samples = await latencies(page, 'sub');
  const cpu = (usageOf(pid).cpuSec - from.cpuSec) / ((performance.now() - from.at) / 1000);
  return { latencies: samples, joinWorst: quantile(joins, 0.5), cpu, memoryBytes: usageOf(pid).memoryBytes };
}
