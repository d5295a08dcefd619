import type { Page } from 'playwright-core';
import { TerminalClient } from '../../devices/terminals/terminal-client.ts';
import { systemClock } from '../../server/lib/clock.ts';
import type { RunningHallwatch } from './hallwatch.ts';

/** What a wall was like while alerts came in storms. */
export interface StormFigures {
  /** Durations of frames, and from each key to the frame that shows what it did, ms. */
  frames: number[];
  inputs: number[];
  /** From the key that acknowledges an alert until the wall shows it acknowledged, ms. */
  acknowledged: number[];
}

/** A rater at window w01 of a hall of `addHall`, whose bad reviews raise an alert each. */
export async function openRater({ rest, mqttUrl }: RunningHallwatch, hall: string): Promise<TerminalClient> {
  await rest.call('POST', '/api/terminals', { hallId: hall, kind: 'rater', deviceId: 'w01', windowId: 'w01' });
  const rater = new TerminalClient({
    ...{ url: mqttUrl, address: { region: 'bench', hall, kind: 'rater', device: 'w01' }, clock: systemClock },
    meta: { model: 'bench', firmware: '1', window: 'w01' },
  });
  await rater.connect();
  return rater;
}

let reviews = 0;
export function badReview(rater: TerminalClient): void {
  reviews += 1;
  rater.event({ type: 'rating.submitted', tid: `storm-${reviews}`, window: 'w01', score: 1 });
}

/**
 * Bad reviews, evenly over that time, while somebody works at the wall: every quarter of a second a key, in turns to the next
 * alert and to acknowledge it, one after the other. The page was opened with the script `usability`.
 */
export async function storm(page: Page, rater: TerminalClient, count: number, ms: number): Promise<StormFigures> {
  await page.evaluate('window.usability.frames.length = window.usability.inputs.length = 0');
  const from = performance.now();
  const raised = new Promise<void>((resolve) => {
    let sent = 0;
    const send = () => {
      const due = Math.min(count, ((performance.now() - from) / ms) * count);
      for (; sent < due; sent += 1) badReview(rater);
      if (sent < count) setTimeout(send, 10);
      else resolve();
    };
    send();
  });
  await page.locator('[data-alert]').first().waitFor();
  const acknowledged: number[] = [];
  while (performance.now() - from < ms) {
    await page.keyboard.press('j');
    await page.waitForTimeout(250);
    const pressed = performance.now();
    await page.keyboard.press('a');
    await page.locator('.alerts .alert.selected[data-status="acknowledged"]').waitFor();
    acknowledged.push(performance.now() - pressed);
    await page.waitForTimeout(250);
  }
  await raised;
  return { ...(await page.evaluate<Omit<StormFigures, 'acknowledged'>>('window.usability')), acknowledged };
}
