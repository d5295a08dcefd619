import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, signedIn } from '../helpers/browser.ts';
import { startDemo, type RunningDemo } from '../helpers/demo.ts';

const run = promisify(execFile);
const supervisor = { username: 'supervisor', password: 'hallwatch-watch' };

/** The demo as a visitor meets it, in a real browser. The tests follow one another on one running city. */
describe('the demo city on the wall', () => {
  let demo: RunningDemo;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    demo = await startDemo();
    browser = await launchBrowser();
    context = await signedIn(browser, demo, { account: supervisor });
    page = await context.newPage();
    await page.goto(`${demo.url}/?hall=zhongxin`);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const frames = () =>
    page.$$eval('video[data-frames], canvas[data-frames]', (pictures) =>
      pictures.map((picture) => Number((picture as unknown as { dataset: { frames: string } }).dataset.frames)),
    );

  it('plays at least six tiles, and their frames advance', async () => {
    const playing = (count: number) => frames().then((all) => all.filter((shown) => shown > count).length);
    await expect.poll(() => playing(0), { timeout: 150_000 }).toBeGreaterThanOrEqual(6);
    const before = Math.max(...(await frames()));
    await expect.poll(() => playing(before), { timeout: 150_000 }).toBeGreaterThanOrEqual(6);
  });

  it('shows windows changing their state', async () => {
    const texts = () => page.locator('[data-window]').evaluateAll((cells) => cells.map((cell) => cell.textContent));
    const states = () =>
      page.locator('[data-window]').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-state')));
    await expect
      .poll(async () => (await states()).filter((state) => state === 'serving').length, { timeout: 150_000 })
      .toBeGreaterThan(3);
    const before = await states();
    expect(await texts()).toHaveLength(12);
    await expect.poll(states, { timeout: 150_000 }).not.toEqual(before);
  });

  it('raises an alert when a clerk walks off, takes its acknowledgement by a click, and clears it on return', async () => {
    await demo.type('rush zhongxin soc 40');
    let window = '';
    for (const candidate of ['w01', 'w02', 'w03']) {
      if ((await demo.type(`walk-off zhongxin ${candidate} 600`)).event === 'done') {
        window = candidate;
        break;
      }
    }
    expect(window).not.toBe('');

    const label = window.slice(1);
    // of this hall: clerks of the others walk off of their own accord
    const row = page
      .locator('[data-alert]', { hasText: `${label} 号窗口离岗` })
      .filter({ hasText: '云州市政务服务中心' });
    await row.waitFor({ timeout: 150_000 });
    expect(await row.getAttribute('data-status')).toBe('open');
    expect(await page.locator(`[data-window="${window}"]`).getAttribute('data-severity')).toBeTruthy();

    await row.getByRole('button', { name: '确认' }).click();
    await expect.poll(() => row.getAttribute('data-status'), { timeout: 10_000 }).toBe('acknowledged');

    expect((await demo.type(`come-back zhongxin ${window}`)).event).toBe('done');
    await row.waitFor({ state: 'detached', timeout: 150_000 });
  });

  it('brings the camera of an alert forward with its main stream', async () => {
    await page.locator('[data-tile="zhongxin-w03"] button.cover').click();
    const main = page.locator('[data-tile="zhongxin-w03"] [data-role="main"][data-frames]');
    await expect
      .poll(async () => Number(await main.getAttribute('data-frames')), { timeout: 150_000 })
      .toBeGreaterThan(5);
    await page.keyboard.press('Escape');
    await main.waitFor({ state: 'detached' });
  });

  it('moves window 12 when mosquitto_pub plays it by hand', async () => {
    const ulid = monotonicFactory();
    let seq = 0;
    const publish = (fields: object) => {
      const envelope = { v: 1, id: ulid(), seq: (seq += 1), sid: 'by-hand', ts: new Date().toISOString() };
      const topic = 'gsh/v1/yunzhou/zhongxin/caller/w12/evt';
      const message = JSON.stringify({ ...envelope, ...fields });
      return run('mosquitto_pub', [
        '-h',
        '127.0.0.1',
        '-p',
        new URL(demo.mqttUrl).port,
        '-q',
        '1',
        '-t',
        topic,
        '-m',
        message,
      ]);
    };
    const cell = page.locator('[data-window="w12"]');
    const state = () => cell.getAttribute('data-state');
    await publish({ type: 'staff.login', window: 'w12', staff: 'u9001' });
    await expect.poll(state, { timeout: 10_000 }).toBe('idle');
    const ticket = { tid: 'by-hand-1', no: 'E900', queue: 'gen', window: 'w12' };
    await publish({ type: 'ticket.called', ...ticket });
    await expect.poll(state, { timeout: 10_000 }).toBe('calling');
    expect(await cell.textContent()).toContain('E900');
    await publish({ type: 'ticket.started', ...ticket });
    await expect.poll(state, { timeout: 10_000 }).toBe('serving');
    await publish({ type: 'ticket.completed', ...ticket });
    await publish({ type: 'window.paused', window: 'w12', reason: '换纸', plannedMin: 3 });
    await expect.poll(state, { timeout: 10_000 }).toBe('paused');
    expect(await cell.textContent()).toContain('换纸');
  });

  it('says in words when a camera is away, and plays again when it is back', async () => {
    expect((await demo.type('camera-dies zhongxin-w06 20')).event).toBe('done');
    const tile = page.locator('[data-tile="zhongxin-w06"]');
    const picture = tile.locator('.picture[data-state]');
    await expect.poll(() => picture.getAttribute('data-state'), { timeout: 60_000 }).not.toBe('playing');
    expect((await tile.textContent())?.length).toBeGreaterThan('06 号窗口'.length);
    await expect.poll(() => picture.getAttribute('data-state'), { timeout: 150_000 }).toBe('playing');
  });

  it('speaks English as well', async () => {
    await page.getByRole('button', { name: 'EN' }).click();
    await page.getByRole('link', { name: 'Wall' }).waitFor();
    // Names that people gave to cameras and halls stay as they are; everything of the product is English.
    const own = await page.locator('nav, [data-window] .word, .alerts h2').allTextContents();
    expect(own.join(' ')).not.toMatch(/[\u4e00-\u9fff]/);
  });
});
