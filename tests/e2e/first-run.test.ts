import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../helpers/browser.ts';
import { ServerProcess } from '../helpers/server-process.ts';

/** What whoever installs Hallwatch does in the browser, from the setup code on the console to the first live picture. */
describe('the first run', () => {
  let dataDir: string;
  let server: ServerProcess;
  let camera: ChildProcess;
  let browser: Browser;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-first-'));
    camera = spawn(process.execPath, [path.resolve(import.meta.dirname, '../bench/cameras.ts'), '1', '--discovery'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    server = new ServerProcess({ HALLWATCH_DATA: dataDir });
    const cameraAnswers = once(createInterface({ input: camera.stdout! }), 'line');
    [url] = await Promise.all([server.address(), cameraAnswers]);
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'en-US' });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    camera?.stdin?.end();
    await rm(dataDir, { recursive: true, force: true });
  });

  const field = (label: string | RegExp, scope: Parameters<Page['locator']>[0] = 'body') =>
    page.locator(scope).locator('.el-form-item', { hasText: label }).locator('input').first();

  it('creates the administrator with the code from the console, and with no other', async () => {
    const [, code] = await server.says(/one-time setup code:\s+(\S+)/);
    await page.goto(url);
    const input = page.locator('input');
    await input.first().waitFor();
    for (const [i, text] of ['wrong-code', 'admin', 'Zhang Min', 'long enough 1', 'long enough 1'].entries()) {
      await input.nth(i).fill(text);
    }
    await page.locator('button[type=submit]').click();
    await page
      .getByText('setup code', { exact: false })
      .and(page.locator('[role=alert], [role=alert] *'))
      .first()
      .waitFor();
    await input.first().fill(code!);
    await page.locator('button[type=submit]').click();
    await page.getByRole('heading', { name: 'Halls' }).waitFor();
  });

  it('enters a region and a hall with its windows and a floor plan', async () => {
    await page.getByRole('button', { name: 'New region' }).last().click();
    await field('Division code').fill('990100');
    await field('Name (Chinese)').fill('云州市');
    await field('Name (English)').fill('Yunzhou');
    await page.locator('.el-dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('No halls yet').waitFor();
    await page.getByRole('button', { name: 'New hall' }).last().click();
    await field('Name (Chinese)', '.editor').fill('云州市政务大厅');
    await field('Name (English)', '.editor').fill('Yunzhou Hall');
    await field(/^Id/, '.editor').fill('yunzhou-hall');
    await page.locator('.add .el-input-number input').fill('4');
    await page.getByRole('button', { name: 'Add windows' }).click();
    await page.getByRole('button', { name: 'Make a floor plan' }).click();
    await page.getByRole('button', { name: 'Create the hall' }).click();
    await page.locator('nav.list').getByText('Yunzhou Hall').waitFor();
  });

  it('finds a camera, refuses a wrong password in words, adds it with the right one', async () => {
    await page.goto(`${url}/admin/cameras`);
    await page.getByRole('button', { name: 'Find cameras' }).first().click();
    await field('interface').fill('127.0.0.1');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page
      .getByRole('row', { name: /Bench 1/ })
      .getByRole('button')
      .click();
    const drawer = '.el-drawer';
    await field(/^\*?User/, drawer).fill('bench');
    await field(/^\*?Password/, drawer).fill('wrong');
    await page.locator(drawer).getByRole('button', { name: 'Add camera' }).click();
    await page
      .locator(drawer)
      .getByText('password', { exact: false })
      .and(page.locator('[role=alert] *'))
      .first()
      .waitFor();
    await field(/^\*?Password/, drawer).fill('bench-only');
    await page.locator(drawer).getByRole('button', { name: 'Add camera' }).click();
    await page
      .getByText(/^Added/)
      .first()
      .waitFor({ timeout: 60_000 });
  });

  it('shows the camera live on the wall', async () => {
    await page.goto(`${url}/?hall=yunzhou-hall`);
    const picture = page.locator('[data-role="sub"][data-frames]');
    const frames = async () => Number(await picture.getAttribute('data-frames'));
    await expect.poll(frames, { timeout: 150_000 }).toBeGreaterThan(15);
  });
});
