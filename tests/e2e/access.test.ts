import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '#contract/permissions.ts';
import { launchBrowser } from '../helpers/browser.ts';
import { totpCode, totpStep } from '../../server/features/accounts/totp.ts';
import { openCities, PASSWORD, type Cities } from '../helpers/cities.ts';
import { startIdentityProvider } from '../helpers/identity-provider.ts';
import { CLIENT } from '../helpers/scripted-provider.ts';

/** Who gets in, how, and what he gets to see: of another city nothing, on no page that lists or draws something. */
let cities: Cities;
let browser: Browser;

beforeAll(async () => {
  [cities, browser] = await Promise.all([openCities(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await cities?.close();
});

/** A page of somebody of the city, and all that ever reached it. */
async function pageOf(role: Role): Promise<{ page: Page; reached: () => Promise<string> }> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-US' });
  const [name = '', value = ''] = cities.cookieOf(role)!.split('=');
  await context.addCookies([{ name, value, url: cities.url }]);
  const page = await context.newPage();
  const texts: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/')) texts.push(response.text().catch(() => ''));
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => void texts.push(Promise.resolve(payload.toString())));
  });
  return { page, reached: async () => (await Promise.all(texts)).join('\n') };
}

const pages: Partial<Record<Role, string[]>> = {
  supervisor: ['/', '/map', '/alerts', '/footage', '/scenes', '/supervision/cases'],
  auditor: ['/admin/audit'],
  administrator: ['/admin/halls', '/admin/cameras', '/admin/terminals', '/admin/accounts'],
};

it.each(Object.entries(pages))('a %s sees his city and no other', async (role, paths) => {
  const { page, reached } = await pageOf(role as Role);
  for (const path of paths) {
    await page.goto(cities.url + path, { waitUntil: 'networkidle' });
    const text = await page.locator('body').innerText();
    expect.soft(text, path).not.toContain(cities.foreign.name);
  }
  expect(await reached()).toContain(cities.home.name);
  expect(await reached()).not.toContain(cities.foreign.name);
});

it('a plan and a scene of another city look like what there is not', async () => {
  const [{ page: there, reached }, { page: none }] = [await pageOf('supervisor'), await pageOf('supervisor')];
  const { foreign } = cities;
  // the clock goes on
  const words = async (page: Page) => (await page.locator('body').innerText()).replaceAll(/\d\d:\d\d(:\d\d)?/g, '');
  for (const path of ['/halls/NAME/plan', '/scenes/hall-NAME/full']) {
    await there.goto(cities.url + path.replace('NAME', foreign.hall));
    await none.goto(cities.url + path.replace('NAME', 'nowhere'));
    const looksAlike = async () => {
      const [one, other] = await Promise.all([words(there), words(none)]);
      return one.length > 20 && one.replaceAll(foreign.hall, 'nowhere') === other;
    };
    await expect.poll(looksAlike, { message: path, timeout: 10_000 }).toBe(true);
  }
  // its name stands in nothing but what was asked
  expect((await reached()).replaceAll(foreign.hall, '')).not.toContain(foreign.name);
});

/** Types a name and the password, and what more is asked for. */
async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

it('a passkey and the codes of an authenticator let their owner in', async () => {
  // passkeys know no addresses of numbers alone
  const origin = cities.url.replace('127.0.0.1', 'localhost');
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-US' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  const signOut = async () => {
    await page.getByRole('button', { name: 'nan-investigator' }).click();
    await page.locator('.menu').getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('User name').waitFor();
  };

  await page.goto(`${origin}/sign-in?next=/account`);
  await signIn(page, 'nan-investigator');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('never used').waitFor();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('img', { name: 'Code for the camera' }).waitFor();
  const shown = await page.locator('code.secret').innerText();
  const bits = [...shown.replaceAll(' ', '')].map((each) => {
    return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0');
  });
  const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((eight) => parseInt(eight, 2)));
  const codeIn = (steps: number) => totpCode(secret, totpStep(Date.now()) + steps);
  await page.getByLabel('The code it shows').fill(codeIn(0));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Recovery codes left: 10').waitFor();
  await signOut();

  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText(/^last used /).waitFor();
  await signOut();

  await signIn(page, 'nan-investigator');
  await page.getByLabel('Code of your authenticator').fill(codeIn(1));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
  await context.close();
});

it('whoever the identity provider of the house vouches for is in, and out of both', async () => {
  const provider = await startIdentityProvider(cities.url);
  await cities.root.call('PUT', '/api/identity-provider', {
    ...{ name: { zh: '市统一身份认证', en: 'City identity' }, issuer: provider.issuer, clientId: CLIENT.id },
    ...{ secret: CLIENT.secret, linking: { by: 'claim', claim: 'employee' }, secondFactor: 'here', acr: null },
    ...{ signsOut: true, enabled: true },
  });
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(`${cities.url}/sign-in?next=/account`);
  await page.getByRole('button', { name: 'Sign in with City identity' }).click();
  await page.locator('input[name=login]').fill('nan-approver');
  await page.locator('input[name=password]').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Linked since').waitFor();
  expect(new URL(page.url()).pathname).toBe('/account');
  await page.getByRole('button', { name: 'nan-approver' }).click();
  await page.locator('.menu').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.getByLabel('User name').waitFor();
  expect((await context.cookies(cities.url)).map(({ name }) => name)).not.toContain('hallwatch_session');
  await context.close();
  await provider.close();
});
