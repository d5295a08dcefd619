import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { administrator, type RunningHallwatch } from './hallwatch.ts';

/**
 * The first two are pages of the browser's own, which it loads behind each new window: a second of processor time for
 * nothing. The others playwright-core switches off; it says so in a flag whose place this one takes.
 */
const SWITCHED_OFF = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** Debian's Chromium, without a word to the outside. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${SWITCHED_OFF.join(',')}`,
      ...more,
    ],
  });
}

/** A browser window in which the administrator is signed in already. */
export async function signedIn(
  browser: Browser,
  hallwatch: Pick<RunningHallwatch, 'url'>,
  options: {
    width?: number;
    height?: number;
    locale?: 'zh-CN' | 'en-US';
    account?: { username: string; password: string };
  } = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1920, height: options.height ?? 1080 },
    locale: options.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  const { username, password } = options.account ?? administrator;
  const answer = await context.request.post(`${hallwatch.url}/api/session`, {
    data: { username, password },
    headers: { origin: hallwatch.url },
  });
  if (!answer.ok()) throw new Error(`sign-in failed: ${answer.status()} ${await answer.text()}`);
  return context;
}
