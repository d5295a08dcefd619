import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraSimulator } from '../../devices/simulators/camera/camera-simulator.ts';
import { launchBrowser, signedIn } from '../helpers/browser.ts';
import { startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';
import { addHall } from '../helpers/house.ts';
import { account, openSimulator } from '../helpers/one-camera.ts';

const CAMERA = 'dome';

/** Everything that one camera can do, from its wire to the wall: it is moved and heard, it tells, and it is looked at. */
describe('a camera on the wall', () => {
  let simulator: CameraSimulator;
  let hallwatch: RunningHallwatch;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    simulator = await openSimulator([{ id: CAMERA, audio: 'aac', ptz: true }]);
    hallwatch = await startHallwatch({ env: { HALLWATCH_LOOK_EVERY: '1', HALLWATCH_LOG_LEVEL: 'warn' } });
    const { rest } = hallwatch;
    await addHall(rest, 'hall', ['w01']);
    const { onvifUrl } = simulator.addresses()[0]!;
    await rest.call('POST', '/api/cameras', { id: CAMERA, hallId: 'hall', name: CAMERA, onvifUrl, ...account });
    // As the shipped ones, only sooner: a minute of black would be a minute of test.
    const ladder = [{ afterSec: 1, severity: 'yellow' }];
    await rest.call('PATCH', '/api/rules/picture-fault', { params: { ladder, clearAfterSec: 1 } });
    const tamper = { kinds: ['tamper'], ladder, clearAfterSec: 1, holdSec: 5 };
    await rest.call('PATCH', '/api/rules/camera-event', { params: tamper });
    browser = await launchBrowser();
    const context = await signedIn(browser, hallwatch, { width: 1280, height: 720, locale: 'en-US' });
    page = await context.newPage();
    await page.goto(`${hallwatch.url}/?hall=hall`);
    await tile().locator('button.cover').click();
  });
  afterAll(async () => {
    await browser?.close();
    await hallwatch?.stop();
    await simulator?.stop();
  });

  const tile = () => page.locator(`[data-tile="${CAMERA}"]`);
  const frames = async () => Number(await tile().locator('[data-role="main"]').getAttribute('data-frames'));
  const titles = () => page.locator('[data-alert] .title').allTextContents();

  it('is seen', async () => {
    await expect.poll(frames, { timeout: 60_000 }).toBeGreaterThan(10);
  });

  it('is moved from the browser as long as a button is held, and stands still afterwards', async () => {
    await tile().hover();
    await tile().getByRole('button', { name: 'Move', exact: true }).click();
    const pan = () => simulator.looksAt(CAMERA)!.pan;
    const right = page.getByRole('button', { name: 'Right', exact: true });
    await right.hover();
    await page.mouse.down();
    await expect.poll(() => pan(), { timeout: 15_000 }).toBeGreaterThan(0.05);
    await page.mouse.up();
    let before = NaN;
    const isStill = () => pan() === before || ((before = pan()), false);
    await expect.poll(isStill).toBe(true);
    expect(pan()).toBeLessThan(1);
    await page.getByRole('button', { name: 'Home', exact: true }).click();
    await expect.poll(pan, { timeout: 15_000 }).toBe(0);
  });

  it('is heard', async () => {
    await tile().hover();
    await tile().getByRole('button', { name: 'Sound', exact: true }).click();
    await tile().getByRole('button', { name: 'Sound: on' }).waitFor({ timeout: 15_000 });
  });

  it('shows the figures of its stream', async () => {
    await tile().getByRole('button', { name: 'Figures' }).click();
    const figure = async (name: string) =>
      parseFloat((await tile().locator('.stats dt', { hasText: name }).locator('+ dd').textContent()) ?? '');
    await expect.poll(() => figure('fps'), { timeout: 10_000 }).toBeGreaterThan(5);
    await expect.poll(() => figure('Latency'), { timeout: 10_000 }).toBeLessThan(1000);
    expect(await figure('Bit rate')).toBeGreaterThan(100);
    await page.keyboard.press('Escape');
  });

  it('brings an alert to the wall when it says that somebody covers it, until it says that this is over', async () => {
    const isTold = () => titles().then((all) => all.some((title) => title === `Camera alarm: ${CAMERA}`));
    await expect.poll(subscribed, { timeout: 30_000 }).toBe('live');
    simulator.trigger(CAMERA, { kind: 'tamper', active: true });
    await expect.poll(isTold, { timeout: 20_000 }).toBe(true);
    simulator.trigger(CAMERA, { kind: 'tamper', active: false });
    await expect.poll(isTold, { timeout: 20_000 }).toBe(false);
  });

  it('brings an alert to the wall when its picture is black, until it is seen again', async () => {
    const isTold = () => titles().then((all) => all.includes(`Picture fault: ${CAMERA}`));
    expect(await isTold()).toBe(false);
    await simulator.setFault(CAMERA, { picture: 'black' });
    await expect.poll(isTold, { timeout: 40_000 }).toBe(true);
    await simulator.setFault(CAMERA, { picture: null });
    await expect.poll(isTold, { timeout: 40_000 }).toBe(false);
  });

  const subscribed = () =>
    hallwatch.rest
      .call<{ status: string }>('GET', `/api/cameras/${CAMERA}/events/subscription`)
      .then(({ status }) => status);
});
