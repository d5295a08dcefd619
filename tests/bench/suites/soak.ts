import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import type { RunningHallwatch } from '../../helpers/hallwatch.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { addCameras, startBenchHouse, startCameras } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { commandOf, treeOf, usageOf } from '../process-usage.ts';

const suite = 'soak';
const TILES = 16;
const LOOK_EVERY_MS = 15_000;
/** Longer than the gateway bears with a viewer that falls behind. */
const STALL_MS = 30_000;
/** What starts up, fills caches and is compiled in these first minutes says nothing about growth. */
const SETTLED_AFTER = 0.2;

interface Look {
  minute: number;
  serverMb: number;
  /** What its objects and buffers take, garbage included: its lowest values are what is really held. */
  serverHeldMb: number;
  browserMb: number;
  heapMb: number;
  nodes: number;
  frames: number;
}

/**
 * Sixteen tiles in Chromium and a viewer beside them that never reads, for `minutes`: what the server and the page hold
 * at the end beside what they held at the beginning, and whether every tile went on playing.
 */
export async function soak(printer: FigurePrinter, minutes: number): Promise<void> {
  const cameras = await startCameras(TILES);
  const hallwatch = await startBenchHouse();
  const browser = await launchBrowser();
  const over = new AbortController();
  let stalls: Promise<number> | null = null;
  try {
    await addHall(hallwatch.rest, 'soak', windowIds(1));
    await addCameras(hallwatch.rest, 'soak', cameras.addresses);
    const page = await openWall(browser, hallwatch);
    stalls = stallAgainAndAgain(hallwatch, cameras.addresses[0]!.id, over.signal);
    const looks = await watch(page, hallwatch, minutes, printer);
    over.abort();
    report(printer, looks, minutes, await stalls);
  } finally {
    over.abort();
    await stalls;
    await browser.close();
    await hallwatch.stop();
    await cameras.stop();
  }
}

async function openWall(browser: Browser, hallwatch: RunningHallwatch): Promise<Page> {
  const context = await signedIn(browser, hallwatch);
  const page = await context.newPage();
  await page.goto(`${hallwatch.url}/?hall=soak`);
  await page
    .locator('[data-frames]:not([data-frames="0"])')
    .nth(TILES - 1)
    .waitFor({ state: 'attached' });
  return page;
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

async function watch(page: Page, server: RunningHallwatch, minutes: number, printer: FigurePrinter): Promise<Look[]> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const looks: Look[] = [];
  const start = performance.now();
  const end = start + minutes * 60_000;
  while (performance.now() < end) {
    await sleep(Math.min(LOOK_EVERY_MS, end - performance.now()));
    const look = await lookAt(page, devtools, server, (performance.now() - start) / 60_000);
    looks.push(look);
    if (looks.length % 20 === 1) printer.say(`soak: ${describe(look)}`);
  }
  return looks;
}

async function lookAt(page: Page, devtools: CDPSession, server: RunningHallwatch, minute: number): Promise<Look> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? NaN;
  const frames = await page
    .locator('[data-frames]')
    .evaluateAll((tiles: { dataset: { frames?: string } }[]) => tiles.map(({ dataset }) => Number(dataset.frames)));
  const browser = treeOf(process.pid).filter((pid) => commandOf(pid).includes('chromium'));
  return {
    minute,
    serverMb: usageOf(server.pid).memoryBytes / 1e6,
    serverHeldMb: (await heldBytes(server.url)) / 1e6,
    browserMb: browser.reduce((sum, pid) => sum + usageOf(pid).memoryBytes, 0) / 1e6,
    heapMb: metric('JSHeapUsedSize') / 1e6,
    nodes: metric('Nodes'),
    frames: Math.min(...frames),
  };
}

/** Objects on the heap and buffers beside it, as the server measures itself. */
async function heldBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return metric('nodejs_heap_size_used_bytes') + metric('nodejs_external_memory_bytes');
}

function describe({ minute, serverMb, serverHeldMb, browserMb, heapMb, nodes, frames }: Look): string {
  const words = [
    `${minute.toFixed(0)} min`,
    `server ${serverMb.toFixed(0)} MB (${serverHeldMb.toFixed(0)} held)`,
    `browser ${browserMb.toFixed(0)} MB`,
  ];
  return [...words, `page heap ${heapMb.toFixed(1)} MB`, `${nodes} nodes`, `slowest tile ${frames} frames`].join(', ');
}

/**
 * Medians of the first and the last third after settling, so that no single collection of garbage decides; of what the
 * server holds the lowest values, which are those right after one.
 */
function report(printer: FigurePrinter, looks: Look[], minutes: number, stalls: number): void {
  const settled = looks.filter(({ minute }) => minute > minutes * SETTLED_AFTER);
  const third = Math.max(1, Math.floor(settled.length / 3));
  const median = (part: Look[], figure: keyof Look) =>
    quantile(
      part.map((look) => look[figure]),
      0.5,
    );
  const lowest = (part: Look[], figure: keyof Look) => Math.min(...part.map((look) => look[figure]));
  const load = `${minutes} min, ${TILES} tiles and a viewer that never reads, which joined ${stalls} times`;
  for (const [name, figure, of] of [
    ['server', 'serverMb', median],
    ['server_held', 'serverHeldMb', lowest],
    ['browser', 'browserMb', median],
    ['heap', 'heapMb', median],
    ['nodes', 'nodes', median],
  ] as const) {
    const [first, last] = [of(settled.slice(0, third), figure), of(settled.slice(-third), figure)];
    const note = `${first.toFixed(1)} -> ${last.toFixed(1)}; ${load}`;
    printer.print({ suite, figure: `soak.${name}_growth`, value: last / first, unit: 'x', aim: 1.05, note });
  }
  const [first, last] = [settled[0]!, settled.at(-1)!];
  const fps = (last.frames - first.frames) / ((last.minute - first.minute) * 60);
  printer.print({ suite, figure: 'soak.slowest_tile_fps', value: fps, unit: 'fps', aim: 14, atLeast: true });
}
