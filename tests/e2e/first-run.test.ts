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

  it('keeps a name that is being written when the next thing of the plan is taken in hand', async () => {
    await page.goto(`${url}/admin/halls/yunzhou-hall/plan`);
    const name = field('Name (English)', '.selection');
    const take = async (kind: string) => {
      const { x, y, width, height } = (await page.locator(`.shape[data-kind=${kind}] polygon`).boundingBox())!;
      await page.mouse.click(x + width / 4, y + height / 2);
      await page.locator(`.shape[data-kind=${kind}][data-picked]`).waitFor();
    };
    await page.locator('.shape[data-kind=waiting]').waitFor();
    await take('waiting');
    await name.selectText();
    await page.keyboard.type('Seats');
    await take('counter');
    expect(await name.inputValue()).toBe('');
    await take('waiting');
    expect(await name.inputValue()).toBe('Seats');
  });

  it('finds a camera, refuses a wrong password in words, shows with the right one what it sends', async () => {
    await page.goto(`${url}/admin/cameras`);
    await page.getByRole('button', { name: 'Find cameras' }).first().click();
    // multicast stays on loopback
    const interfaces = page.locator('.search .el-checkbox');
    await interfaces.first().waitFor();
    for (const each of await interfaces.all()) {
      const wanted = ((await each.textContent()) ?? '').includes('127.0.0.1');
      if ((await each.locator('input').isChecked()) !== wanted) await each.click();
    }
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page
      .getByRole('row', { name: /Bench 1/ })
      .getByRole('button')
      .click();
    const drawer = '.el-drawer';
    await field(/^\*?User/, drawer).fill('bench');
    await field(/^\*?Password/, drawer).fill('wrong');
    await page.locator(drawer).getByRole('button', { name: 'Ask the camera' }).click();
    await page
      .locator(drawer)
      .getByText('password', { exact: false })
      .and(page.locator('[role=alert] *'))
      .first()
      .waitFor();
    await field(/^\*?Password/, drawer).fill('bench-only');
    await page.locator(drawer).getByRole('button', { name: 'Ask the camera' }).click();
    await page.locator('.probe [data-warning=noTls]').waitFor();
    await page.locator('.probe').getByRole('button', { name: 'Look and measure' }).last().click();
    await page.locator('.probe').getByText('kbit/s').waitFor();
    expect(
      await page.locator('.probe img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    ).toBeGreaterThan(0);
  });

  it('says which rows of a list are wrong, and takes nothing', async () => {
    const drawer = page.locator('.el-drawer');
    await drawer.getByRole('tab', { name: 'From a list' }).click();
    const rows = [
      'Hall,Name,Address',
      'Yunzhou Hall,A,10.0.0.1',
      'Nowhere,B,10.0.0.2',
      'Yunzhou Hall,C,not an address',
    ];
    await drawer
      .locator('input[type=file]')
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) });
    await drawer.getByText('1 can be added, 2 rows are wrong').waitFor();
    expect(await drawer.locator('tr.bad').count()).toBe(2);
  });

  it('adds the camera with the right password', async () => {
    const drawer = page.locator('.el-drawer');
    await drawer.getByRole('tab', { name: 'By address' }).click();
    await drawer.getByRole('button', { name: 'Add camera' }).click();
    await page
      .getByText(/^Added/)
      .first()
      .waitFor({ timeout: 60_000 });
  });

  it('shows the camera live on the wall', async () => {
    await page.goto(`${url}/?hall=yunzhou-hall`);
    const picture = page.locator('.shown [data-frames]');
    const frames = async () => Number(await picture.getAttribute('data-frames'));
    await expect.poll(frames, { timeout: 150_000 }).toBeGreaterThan(15);
  });
});
