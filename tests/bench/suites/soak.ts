import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import type { RunningHallwatch } from '../../helpers/hallwatch.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { addCameras, startBenchHouse, startCameras } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { heldBytes, INSPECTED, ownFigures } from '../held.ts';
import { commandOf, treeOf, usageOf } from '../process-usage.ts';
import { liveIn } from '../wall-life.ts';

const suite = 'soak';
const WINDOWS = 12;
const LOOK_EVERY_MS = 15_000;
/** Longer than the gateway bears with a viewer that falls behind. */
const STALL_MS = 30_000;
/** What starts up, fills caches and is compiled in these first minutes says nothing about growth. */
const SETTLED_AFTER = 0.2;
/** Nor does what the engine takes again behind the collection that shows what is held: it gave back more than it ever does by itself. */
const USUAL_AGAIN_AFTER = 0.2;

interface Look {
  minute: number;
  /** Resident. It may step up for long, as pages that the engine took at the start are written to for the first time. */
  serverMb: number;
  /** What its engine has taken from the system for objects, written to or not, and buffers: as long as this stands, nothing grows. */
  serverTakenMb: number;
  browserMb: number;
  heapMb: number;
  nodes: number;
  frames: number;
}

/**
 * A full wall in Chromium for `minutes`, be it a week: tiles that play, windows that call and serve, alerts that come and go, a
 * screen of the wall in a second page, and a viewer that never reads. What the server and the pages hold at the end beside
 * what they held at the beginning, and whether every tile went on playing.
 */
export async function soak(printer: FigurePrinter, minutes: number, tiles = 16): Promise<void> {
  const cameras = await startCameras(tiles);
  const hallwatch = await startBenchHouse(INSPECTED);
  const browser = await launchBrowser();
  const over = new AbortController();
  let stalls: Promise<number> | null = null;
  let endLife: (() => Promise<void>) | null = null;
  try {
    await addHall(hallwatch.rest, 'soak', windowIds(WINDOWS));
    await addCameras(hallwatch.rest, 'soak', cameras.addresses);
    endLife = await liveIn(hallwatch, 'soak', windowIds(WINDOWS));
    const pages = await openWall(browser, hallwatch, tiles);
    stalls = stallAgainAndAgain(hallwatch, cameras.addresses[0]!.id, over.signal);
    await watch(pages, hallwatch, minutes * SETTLED_AFTER, printer);
    const heldAtFirst = await heldBytes(hallwatch);
    await watch(pages, hallwatch, minutes * USUAL_AGAIN_AFTER, printer);
    const looks = await watch(pages, hallwatch, minutes * (1 - SETTLED_AFTER - USUAL_AGAIN_AFTER), printer);
    const heldAtLast = await heldBytes(hallwatch);
    over.abort();
    const load = `${minutes} min, ${tiles} tiles, ${WINDOWS} windows and alerts alive, a screen beside it, and a viewer that never reads, which joined ${await stalls} times`;
    report(printer, looks, [heldAtFirst / 1e6, heldAtLast / 1e6], load);
  } finally {
    over.abort();
    await stalls;
    await endLife?.();
    await browser.close();
    await hallwatch.stop();
    await cameras.stop();
  }
}

/** The wall of the hall, and a screen that shows all halls. */
async function openWall(browser: Browser, hallwatch: RunningHallwatch, tiles: number): Promise<Page[]> {
  const context = await signedIn(browser, hallwatch);
  const page = await context.newPage();
  await page.goto(`${hallwatch.url}/?hall=soak`);
  await page
    .locator('[data-frames]:not([data-frames="0"])')
    .nth(tiles - 1)
    .waitFor({ state: 'attached' });
  const screen = await (await signedIn(browser, hallwatch)).newPage();
  await screen.goto(`${hallwatch.url}/screen/1`);
  await screen.locator('[data-revision]').waitFor();
  return [page, screen];
}

/** Joins, reads nothing until long after it was thrown out, and comes back; answers how often. */
async function stallAgainAndAgain({ url, rest }: RunningHallwatch, cameraId: string, over: AbortSignal) {
  let joined = 0;
  while (!over.aborted) {
    const { token } = await rest.call<{ token: string }>('POST', `/api/cameras/${cameraId}/live-token`, {
      role: 'main',
    });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live?token=${token}`);
    socket.on('open', () => socket.pause());
    // A paused socket does not hear that it was cut off.
    socket.on('error', () => undefined);
    await sleep(STALL_MS, null, { signal: over }).catch(() => undefined);
    socket.terminate();
    joined += 1;
  }
  return joined;
}

async function watch(
  pages: Page[],
  server: RunningHallwatch,
  minutes: number,
  printer: FigurePrinter,
): Promise<Look[]> {
  const sessions = await Promise.all(pages.map((page) => page.context().newCDPSession(page)));
  for (const devtools of sessions) await devtools.send('Performance.enable');
  const looks: Look[] = [];
  const start = performance.now();
  const end = start + minutes * 60_000;
  while (performance.now() < end) {
    await sleep(Math.min(LOOK_EVERY_MS, end - performance.now()));
    const look = await lookAt(pages[0]!, sessions, server, (performance.now() - start) / 60_000);
    looks.push(look);
    if (looks.length % 20 === 1) printer.say(`soak: ${describe(look)}`);
  }
  for (const devtools of sessions) await devtools.detach();
  return looks;
}

async function lookAt(page: Page, sessions: CDPSession[], server: RunningHallwatch, minute: number): Promise<Look> {
  const all = await Promise.all(sessions.map((devtools) => devtools.send('Performance.getMetrics')));
  const metric = (name: string) =>
    all.reduce((sum, { metrics }) => sum + (metrics.find((each) => each.name === name)?.value ?? NaN), 0);
  const frames = await page
    .locator('[data-frames]')
    .evaluateAll((tiles: { dataset: { frames?: string } }[]) => tiles.map(({ dataset }) => Number(dataset.frames)));
  const browser = treeOf(process.pid).filter((pid) => commandOf(pid).includes('chromium'));
  const { taken, buffers } = await ownFigures(server.url);
  return {
    minute,
    serverMb: usageOf(server.pid).memoryBytes / 1e6,
    serverTakenMb: (taken + buffers) / 1e6,
    browserMb: browser.reduce((sum, pid) => sum + usageOf(pid).memoryBytes, 0) / 1e6,
    heapMb: metric('JSHeapUsedSize') / 1e6,
    nodes: metric('Nodes'),
    frames: Math.min(...frames),
  };
}

function describe({ minute, serverMb, serverTakenMb, browserMb, heapMb, nodes, frames }: Look): string {
  const words = [
    `${minute.toFixed(0)} min`,
    `server ${serverMb.toFixed(0)} MB (${serverTakenMb.toFixed(0)} taken for objects)`,
    `browser ${browserMb.toFixed(0)} MB`,
  ];
  return [...words, `pages' heap ${heapMb.toFixed(1)} MB`, `${nodes} nodes`, `slowest tile ${frames} frames`].join(
    ', ',
  );
}

/**
 * Medians of the first and the last third, so that no single collection of garbage decides; of what the server holds,
 * what is left of it right after one.
 */
function report(printer: FigurePrinter, looks: Look[], held: [number, number], load: string): void {
  const third = Math.max(1, Math.floor(looks.length / 3));
  const medians = (figure: keyof Look) =>
    [looks.slice(0, third), looks.slice(-third)].map((part) =>
      quantile(
        part.map((look) => look[figure]),
        0.5,
      ),
    ) as [number, number];
  const grown = {
    server: medians('serverMb'),
    server_taken: medians('serverTakenMb'),
    server_held: held,
    browser: medians('browserMb'),
    heap: medians('heapMb'),
    nodes: medians('nodes'),
  };
  for (const [name, [first, last]] of Object.entries(grown)) {
    const note = `${first.toFixed(1)} -> ${last.toFixed(1)}; ${load}`;
    printer.print({ suite, figure: `soak.${name}_growth`, value: last / first, unit: 'x', aim: 1.05, note });
  }
  const [first, last] = [looks[0]!, looks.at(-1)!];
  const fps = (last.frames - first.frames) / ((last.minute - first.minute) * 60);
  printer.print({ suite, figure: 'soak.slowest_tile_fps', value: fps, unit: 'fps', aim: 14, atLeast: true });
}
