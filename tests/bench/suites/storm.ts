import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { pageScript } from '../../helpers/page-script.ts';
import { openRater, storm as raise } from '../../helpers/storm.ts';
import { startBenchHouse } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const suite = 'storm';
const ALERTS = 500;
const STORM_MS = 10_000;
/** Ten a second is still a picture that moves; a tenth of a second is still at once, a quarter of one for what the server has to hear. */
const AIMS = { fps: 10, inputMs: 100, acknowledgedMs: 250 };

/** Five hundred alerts in ten seconds on a wall at which somebody works: does it still move, and does it still obey. */
export async function storm(printer: FigurePrinter): Promise<void> {
  const hallwatch = await startBenchHouse();
  const browser = await launchBrowser();
  try {
    await addHall(hallwatch.rest, 'storm', windowIds(12));
    const rater = await openRater(hallwatch, 'storm');
    const page = await (await signedIn(browser, hallwatch)).newPage();
    await page.addInitScript({ content: pageScript('usability') });
    await page.goto(`${hallwatch.url}/?hall=storm`);
    await page.locator('[data-window]').nth(11).waitFor();
    const { frames, inputs, acknowledged } = await raise(page, rater, ALERTS, STORM_MS);
    const rows = await page.locator('[data-alert]').count();
    await rater.disconnect({ graceful: true });
    const note = `${ALERTS} alerts in ${STORM_MS / 1000} s, ${rows} rows drawn, ${inputs.length} keys`;
    const fps = (frames.length / frames.reduce((sum, each) => sum + each, 0)) * 1000;
    printer.print({ suite, figure: 'storm.fps', value: fps, unit: 'fps', aim: AIMS.fps, atLeast: true, note });
    printer.print({ suite, figure: 'storm.longest_frame_ms', value: Math.max(...frames), unit: 'ms', note });
    printer.print({ suite, figure: 'storm.input_p50_ms', value: quantile(inputs, 0.5), unit: 'ms', note });
    const slow = quantile(inputs, 0.95);
    printer.print({ suite, figure: 'storm.input_p95_ms', value: slow, unit: 'ms', aim: AIMS.inputMs, note });
    const held = { value: quantile(acknowledged, 0.95), unit: 'ms', aim: AIMS.acknowledgedMs } as const;
    printer.print({ suite, figure: 'storm.acknowledged_p95_ms', ...held, note: `${acknowledged.length} in the storm` });
  } finally {
    await browser.close();
    await hallwatch.stop();
  }
}
