import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditPage } from '#contract/audit.ts';
import { launchBrowser, signedIn } from '../helpers/browser.ts';
import { administrator, startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';
import { addHall } from '../helpers/house.ts';
import { account, openCameras } from '../helpers/one-camera.ts';
import { pageScript } from '../helpers/page-script.ts';

const run = promisify(execFile);
/** As many as make a tile so small that the sub stream fills it. */
const CAMERAS = ['w01', 'w02', 'w03', 'w04'];
const CAMERA = 'w01';
const tileOf = (page: Page) => page.locator(`[data-tile="${CAMERA}"]`);
const pictureOf = (page: Page, role: 'main' | 'sub') => tileOf(page).locator(`[data-role="${role}"][data-frames]`);
const framesOf = async (page: Page) => Number(await pictureOf(page, 'sub').getAttribute('data-frames'));
const stateOf = (page: Page) => tileOf(page).locator('.picture[data-state]').first().getAttribute('data-state');

async function advances(page: Page): Promise<void> {
  await pictureOf(page, 'sub').waitFor({ timeout: 30_000 });
  const before = await framesOf(page);
  await expect.poll(() => framesOf(page), { timeout: 30_000 }).toBeGreaterThan(before + 5);
}

/** What a hall puts before the server: https with a certificate of its own, everything passed on. */
async function httpsBefore(target: string, folder: string): Promise<Server> {
  const { hostname, port } = new URL(target);
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject]);
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (asked, answer) => {
    const headers = { ...asked.headers, 'x-forwarded-proto': 'https', 'x-forwarded-host': asked.headers.host };
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  server.on('upgrade', (asked, socket, head) => {
    const onward = connect(Number(port), hostname, () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`, 'x-forwarded-proto: https'];
      for (const [name, value] of Object.entries(asked.headers)) lines.push(`${name}: ${String(value)}`);
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** One tile in a real browser, on each way from the gateway to the screen. */
describe('the live player', () => {
  let cameras: Awaited<ReturnType<typeof openCameras>>;
  let hallwatch: RunningHallwatch;
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  const pages = new Map<string, Page>();
  const paths = ['webcodecs', 'canvas', 'mse'] as const;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-player-'));
    cameras = await openCameras(CAMERAS.map((id) => ({ id })));
    hallwatch = await startHallwatch({ env: { HALLWATCH_TRUST_PROXY: 'true', HALLWATCH_LOG_LEVEL: 'warn' } });
    await addHall(hallwatch.rest, 'hall', CAMERAS);
    for (const { id, rtsp } of cameras.simulator.addresses()) {
      const source = { streamUris: { main: rtsp.main, sub: rtsp.sub }, ...account };
      await hallwatch.rest.call('POST', '/api/cameras', { id, hallId: 'hall', name: id, ...source });
    }
    browser = await launchBrowser();
    context = await signedIn(browser, hallwatch, { width: 1280, height: 720 });
    for (const kind of paths) {
      const page = await context.newPage();
      await page.goto(`${hallwatch.url}/?hall=hall&player=${kind}`);
      pages.set(kind, page);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await hallwatch?.stop();
    await cameras?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(paths)('plays by %s, and its pictures advance', async (kind) => {
    const page = pages.get(kind)!;
    await advances(page);
    expect(await pictureOf(page, 'sub').getAttribute('data-path')).toBe(kind);
  });

  it('has nothing painted over it on the wall, which would be blended anew with each frame', async () => {
    const page = pages.get('webcodecs')!;
    await page.bringToFront();
    const devtools = await page.context().newCDPSession(page);
    const told = new Promise<{ layerId: string }[]>((resolve) => {
      devtools.on('LayerTree.layerTreeDidChange', ({ layers }) => layers && resolve(layers));
    });
    await devtools.send('DOM.enable');
    await devtools.send('LayerTree.enable');
    const reasons = await Promise.all(
      (await told).map(({ layerId }) => devtools.send('LayerTree.compositingReasons', { layerId })),
    );
    await devtools.detach();
    const ids = reasons.flatMap(({ compositingReasonIds }) => compositingReasonIds);
    expect(ids).toContain('Video');
    expect(ids).not.toContain('Overlap');
  });

  it('keeps the picture in the size of its stream, zooms, fills the screen, and leaves the zoom before the picture', async () => {
    const page = pages.get('webcodecs')!;
    await page.bringToFront();
    await tileOf(page).locator('button.cover').click();
    await expect
      .poll(async () => Number(await pictureOf(page, 'main').getAttribute('data-frames')), { timeout: 30_000 })
      .toBeGreaterThan(3);
    await tileOf(page).hover();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '截图' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/-\d{4}-\d\d-\d\d-\d{6}\.png$/);
    const png = await readFile(await file.path());
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 720]);
    await page.keyboard.press('+');
    await page.locator('.inset').waitFor();
    await page.evaluate(`var changes = [];
    document.addEventListener('fullscreenchange', () => changes.push(document.fullscreenElement !== null))`);
    const changes = () => page.evaluate('changes');
    await page.keyboard.press('f');
    await expect.poll(changes).toEqual([true]);
    await page.keyboard.press('f');
    await expect.poll(changes).toEqual([true, false]);
    // and again by a hand so fast that the second press comes before anybody has heard of the first
    await page.evaluate(`addEventListener('fullscreenchange', () => {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'f' }));
    }, { capture: true, once: true })`);
    await page.keyboard.press('f');
    await expect.poll(changes).toEqual([true, false, true, false]);
    await page.keyboard.press('Escape');
    await page.locator('.inset').waitFor({ state: 'detached' });
    expect(await page.locator('.frame.enlarged').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.locator('.frame.enlarged').waitFor({ state: 'detached' });
  });

  it('takes the main stream for an enlarged picture, with never a black moment, and lets go of it a while later', async () => {
    const page = pages.get('webcodecs')!;
    await page.bringToFront();
    await page.evaluate(pageScript('blackouts'));
    const blackouts = () => page.evaluate(() => (globalThis as unknown as { blackouts: string[] }).blackouts);
    const shownRole = () => tileOf(page).locator('.shown [data-frames]').getAttribute('data-role');
    const roles = () =>
      tileOf(page)
        .locator('[data-frames]')
        .evaluateAll((all) => all.map((one) => one.dataset.role));
    await expect.poll(roles, { timeout: 10_000 }).toEqual(['sub']);
    await tileOf(page).locator('button.cover').click();
    await expect.poll(roles, { timeout: 30_000 }).toEqual(['main']);
    await tileOf(page).getByRole('button', { name: '画面参数' }).click();
    const figure = (name: string) => tileOf(page).locator('.stats dt', { hasText: name }).locator('+ dd').textContent();
    await expect.poll(() => figure('码流')).toBe('主码流 (按画面大小自动选择)');

    await tileOf(page).locator('[data-pin="sub"]').click();
    await expect.poll(roles).toEqual(['sub']);
    expect(await figure('码流')).toBe('子码流 (人工指定)');
    await tileOf(page).locator('[data-pin="auto"]').click();
    await expect.poll(roles).toEqual(['main']);

    await page.keyboard.press('Escape');
    await page.locator('.frame.enlarged').waitFor({ state: 'detached' });
    expect(await shownRole()).toBe('main');
    await expect.poll(roles, { timeout: 10_000 }).toEqual(['sub']);
    expect(await blackouts()).toEqual([]);
  });

  it('burns masks in for who may not lift them, and puts his name over the pictures where policy says so', async () => {
    const mask = { x: 0.5, y: 0.25, width: 0.25, height: 0.5 };
    const { rest, url } = hallwatch;
    await rest.call('PUT', `/api/cameras/${CAMERA}/privacy`, { purpose: '', regions: [mask] });
    await rest.call('PUT', '/api/footage/policy', { exportReason: false, oldFootageDays: null, watermark: ['window'] });
    const manager = { username: 'hall-manager', password: 'correct horse battery' };
    const grants = [{ role: 'hall-manager', scope: { of: 'hall', id: 'hall' } }];
    await rest.call('POST', '/api/accounts', { ...manager, displayName: 'Lin Hua', grants });
    const own = await signedIn(browser, hallwatch, { width: 1280, height: 720, account: manager });
    const covered = await own.newPage();
    await covered.goto(`${url}/account`);
    await covered.getByRole('heading').first().waitFor();
    expect(await covered.locator('.water-mark').count()).toBe(0);
    await covered.goto(`${url}/?hall=hall&player=canvas`);
    await advances(covered);

    const lightest = async (page: Page) => {
      await page.evaluate(pageScript('lightest'));
      return page.evaluate(`lightest('[data-tile="${CAMERA}"] [data-role="sub"]', ${JSON.stringify(mask)})`);
    };
    const whole = pages.get('canvas')!;
    await whole.bringToFront();
    await advances(whole);
    expect(await lightest(whole)).toBeGreaterThan(100);
    await covered.bringToFront();
    expect(await lightest(covered)).toBeLessThan(24);

    const mark = covered.locator('.water-mark:popover-open');
    await mark.waitFor();
    expect(await mark.getAttribute('style')).toContain('Lin%20Hua%20hall-manager');
    await tileOf(covered).locator('button.cover').click();
    await covered.keyboard.press('f');
    await expect.poll(() => covered.evaluate('document.fullscreenElement !== null')).toBe(true);
    await mark.waitFor();
    await own.close();
    await rest.call('PUT', `/api/cameras/${CAMERA}/privacy`, { purpose: '', regions: [] });
    await rest.call('PUT', '/api/footage/policy', { exportReason: false, oldFootageDays: null, watermark: [] });
  });

  it('shows on every way that the camera is lost, and comes back by itself', async () => {
    await cameras.simulator.setFault(CAMERA, { down: true });
    const all = () => Promise.all([...pages.values()].map(stateOf));
    await expect.poll(all, { timeout: 20_000 }).toEqual(['joining', 'joining', 'joining']);
    await cameras.simulator.setFault(CAMERA, { down: false });
    await expect.poll(all, { timeout: 40_000 }).toEqual(['playing', 'playing', 'playing']);
  });

  it('says what must be said before a picture is watched, and keeps it in the audit', async () => {
    const { rest, url } = hallwatch;
    const policy = { exportReason: false, oldFootageDays: null };
    const watcher = { username: 'watcher', password: 'correct horse battery' };
    const grants = [{ role: 'supervisor', scope: { of: 'hall', id: 'hall' } }];
    await rest.call('POST', '/api/accounts', { ...watcher, displayName: 'Lin Hua', grants });
    const own = await signedIn(browser, hallwatch, { width: 1280, height: 720, account: watcher });
    const page = await own.newPage();
    await page.goto(`${url}/?hall=hall&player=canvas`);
    await advances(page);
    // who watches without a reason loses the picture when one is asked for
    await rest.call('PUT', '/api/footage/policy', { ...policy, liveReason: ['window'] });
    const other = await own.newPage();
    await other.goto(`${url}/?hall=hall&player=canvas`);
    await tileOf(other).getByRole('button', { name: '说明事由' }).waitFor();
    await page.bringToFront();
    await tileOf(page).getByRole('button', { name: '说明事由' }).click();
    await page.getByRole('textbox', { name: '事由' }).fill('投诉 17');
    await page.keyboard.press('Enter');
    await expect.poll(() => stateOf(page)).toBe('playing');
    // the other page of this session needs no reason of its own
    await other.bringToFront();
    await expect.poll(() => stateOf(other)).toBe('playing');
    await page.bringToFront();
    await page.reload();
    await advances(page);
    await own.close();
    const views = async () => {
      const { entries } = await rest.call<AuditPage>('GET', '/api/audit?account=watcher&acts=live.watched');
      return entries.map(({ subject, reason }) => [subject.id, reason]);
    };
    await expect.poll(views, { timeout: 20_000 }).toContainEqual([CAMERA, '投诉 17']);
    expect(await views()).toContainEqual([CAMERA, null]);
    await rest.call('PUT', '/api/footage/policy', policy);
  });

  it('plays over wss behind an https proxy', async () => {
    const proxy = await httpsBefore(hallwatch.url, folder);
    const url = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const secure = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'zh-CN' });
    try {
      const answer = await secure.request.post(`${url}/api/session`, { data: administrator, headers: { origin: url } });
      expect(answer.status()).toBe(200);
      const page = await secure.newPage();
      const sockets: string[] = [];
      page.on('websocket', (socket) => sockets.push(socket.url()));
      await page.goto(`${url}/?hall=hall&player=mse`);
      await advances(page);
      expect(sockets.some((address) => address.startsWith('wss:') && address.includes('/live?'))).toBe(true);
    } finally {
      await secure.close();
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('says what an origin without https costs, and plays there by MSE', async () => {
    const far = await launchBrowser(['--host-resolver-rules=MAP hall.example 127.0.0.1']);
    try {
      const url = hallwatch.url.replace(/127\.0\.0\.1|localhost/, 'hall.example');
      const page = await far.newPage({ locale: 'zh-CN' });
      await page.goto(url);
      await page.locator('input').first().fill(administrator.username);
      await page.locator('input[type=password]').fill(administrator.password);
      await page.locator('button[type=submit]').click();
      await page.locator('.origin', { hasText: 'https' }).waitFor();
      await page.goto(`${url}/?hall=hall`);
      await advances(page);
      expect(await pictureOf(page, 'sub').getAttribute('data-path')).toBe('mse');
    } finally {
      await far.close();
    }
  });
});
