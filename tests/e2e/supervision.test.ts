import { createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '#contract/permissions.ts';
import { launchBrowser, signedIn } from '../helpers/browser.ts';
import { hallOf } from '../helpers/cities.ts';
import { startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';

/**
 * From a late case to a corrected rank on the screens, in both languages: what each of them does is proved in
 * integration/cases/chain.test.ts. The case ages as its system corrects the day of its acceptance, so that no day of the year
 * makes a difference.
 */
let house: RunningHallwatch;
let browser: Browser;
const DAY_MS = 24 * 3600_000;
const PASSWORD = 'correct horse battery';
const pages: Record<string, Page> = {};
const both = (text: string) => ({ zh: text, en: text });
let handOver: (revision: number, daysAgo: number) => Promise<void>;

beforeAll(async () => {
  [house, browser] = await Promise.all([startHallwatch({ env: { HALLWATCH_LOOK_EVERY: '0' } }), launchBrowser()]);
  const { rest } = house;
  const region = (id: string, code: string, parentId: string | null) =>
    rest.call('PUT', `/api/regions/${id}`, { id, code, name: both(id), parentId, outline: null });
  await region('city', '990000', null);
  await region('north', '990100', 'city');
  await region('south', '990200', 'city');
  await rest.call('PUT', '/api/halls/north-hall', hallOf({ hall: 'north-hall', region: 'north', name: 'north' }));
  await rest.call('PUT', '/api/departments/tax', {
    id: 'tax',
    name: both('Tax'),
    regionId: 'north',
    hallId: 'north-hall',
  });
  const rung = (level: string, of: string, afterDays: number) => ({ level, of, afterDays });
  // a warning comes with acceptance, yellow within half a year, red after it, whatever the holidays are
  const rungs = [rung('warning', 'promised', -30), rung('yellow', 'promised', 0), rung('red', 'statutory', 0)];
  await rest.call('PUT', '/api/subject-types/slow', { name: both('Slow'), rungs });
  const item = {
    departmentId: 'tax',
    typeId: 'slow',
    name: both('Permit'),
    counting: 'day',
    promised: 30,
    statutory: 60,
  };
  await rest.call('PUT', '/api/service-items/permit', { ...item, validFrom: '2020-01-01T00:00:00Z' });
  await rest.call('PUT', '/api/exchange/sources/tax-system', { name: both('Tax system'), departmentIds: ['tax'] });
  const { key } = await rest.call<{ key: string }>('POST', '/api/exchange/sources/tax-system/key', {});
  handOver = async (revision, daysAgo) => {
    const acceptedAt = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
    const body = JSON.stringify({ cases: [{ number: 'P-1', revision, item: 'permit', acceptedAt }] });
    const headers = {
      ...{ 'content-type': 'application/json', 'x-hallwatch-source': 'tax-system' },
      'x-hallwatch-signature': createHmac('sha256', key).update(body).digest('hex'),
    };
    const answer = await fetch(`${house.url}/api/exchange/cases`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ taken: 1 });
  };

  const people: [string, Role, object, 'zh-CN' | 'en-US'][] = [
    ['li', 'supervisor', { of: 'region', id: 'north' }, 'zh-CN'],
    ['zhao', 'supervisor', { of: 'region', id: 'north' }, 'en-US'],
    ['wang', 'hall-manager', { of: 'hall', id: 'north-hall' }, 'en-US'],
    ['mayor', 'supervisor', { of: 'region', id: 'city' }, 'zh-CN'],
    ['south', 'supervisor', { of: 'region', id: 'south' }, 'en-US'],
  ];
  for (const [username, role, scope, locale] of people) {
    const grants = [{ role, scope }];
    await rest.call('POST', '/api/accounts', { username, displayName: username, password: PASSWORD, grants });
    const context = await signedIn(browser, house, { locale, account: { username, password: PASSWORD } });
    pages[username] = await context.newPage();
  }
});
afterAll(async () => {
  await browser?.close();
  await house?.stop();
});

async function open(who: string, path: string): Promise<Page> {
  const page = pages[who]!;
  await page.goto(`${house.url}/supervision/${path}`);
  return page;
}
/** Goes to the case's newest task by the inbox, says why, and presses the button. */
async function act(who: string, todo: string, button: string): Promise<Page> {
  const page = await open(who, 'inbox');
  await page.getByRole('link', { name: todo }).first().click();
  await press(page, button);
  return page;
}
async function press(page: Page, button: string): Promise<void> {
  await page.locator('textarea').fill('looked into it');
  await page.getByRole('button', { name: button, exact: true }).click();
}
const says = (page: Page, text: string | RegExp) =>
  page.locator('main').getByText(text).filter({ visible: true }).first().waitFor();
/** What its clock has made of the case. */
const cardOf = (level: string) =>
  expect
    .poll(() => house.rest.call('GET', `/api/cards?level=${level}`), { timeout: 10_000 })
    .toMatchObject({ cards: [{ state: 'proposed' }] });

it(
  'a late case is warned of, carded, appealed against and cleared, each on his own screens',
  { timeout: 40_000 },
  async () => {
    await handOver(1, 0);
    await says(await open('li', 'cases'), '预警');
    await says(await open('south', 'cases'), 'No such cases');

    await handOver(2, 70);
    await cardOf('yellow');
    await says(await act('li', '签发或取消', '签发'), '已签发');
    await says(await open('wang', 'inbox'), 'Read the notice');
    await says(await act('wang', 'Give feedback', 'Feedback'), /feedback to be reviewed/);
    const returned = await act('li', '审核反馈', '退回反馈');
    await says(returned, '反馈被退回');
    await says(returned, '1 / 1 人已读');

    await handOver(3, 200);
    await cardOf('red');
    await says(await act('li', '签发或取消', '签发'), '已签发');
    const performance = await open('mayor', 'performance');
    await says(performance, '95');
    const appealed = await open('wang', 'cards');
    await appealed.locator('tbody a').first().click();
    await press(appealed, 'Appeal');
    await says(appealed, 'appeal lodged');
    await says(await act('li', '审理申诉', '提出撤牌'), /须由另一人确认/);
    const revoked = await act('zhao', 'Agree to revoke', 'Agree to revoke');
    await says(revoked, 'appeal upheld');

    // the yellow one below it counts again, for the city that sees its counties; beside it there is nothing to be seen
    await performance.reload();
    await says(performance, '98');
    await says(await open('south', 'cards'), 'No such cards');
    await says(await open('mayor', 'statistics?regionId=city'), 'north');
  },
);
