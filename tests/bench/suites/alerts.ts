import type { AlertPage } from '#contract/alert-history.ts';
import { systemClock } from '../../../server/lib/clock.ts';
import { RuleKind } from '../../../server/contract/alert-rules.ts';
import { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { watchTwin, type Score } from '../../helpers/alert-score.ts';
import { launchBrowser, signedIn } from '../../helpers/browser.ts';
import { addHall, windowIds } from '../../helpers/house.ts';
import { SeatCameras } from '../../helpers/seat-cameras.ts';
import { pageScript } from '../../helpers/page-script.ts';
import { startBenchHouse } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { backtests } from './backtest.ts';
import { benchHall } from './twin-city.ts';

const suite = 'alerts';
const HALLS = 9;
/** Windows of a hall: with a caller each, they make the subjects of its rules. */
const WINDOWS = 120;
/** Callers of each hall that speak. */
const SPEAKING = 5;
const PER_SECOND = 1000;
const SECONDS = 15;
/** A bad review is the event that is followed: it is raised after one second, by its rule. */
const REVIEW_EVERY = 100;
const FOR_MS = 1000;
const TRUTH_DAYS = 30;
/** Days in which cameras tell of the seats of some windows, looking at them so often. */
const SEEN_DAYS = 2;
const SEEN_WINDOWS = 4;
const LOOK_EVERY_MS = 10_000;

/** From an event to its alert painted on the wall; alerts held against what really happened; a rule over recorded history. */
export async function alerts(printer: FigurePrinter): Promise<void> {
  await groundTruth(printer);
  await seenSeats(printer);
  await painted(printer);
  await backtests(printer);
}

export async function groundTruth(printer: FigurePrinter): Promise<void> {
  const begun = performance.now();
  const { scores, events } = await watchTwin(benchHall(0), { days: TRUTH_DAYS, seed: 3, calm: false });
  const calm = await watchTwin(benchHall(1), { days: 5, seed: 4, calm: true });
  const took = ((performance.now() - begun) / 1000).toFixed(0);
  printer.say(`\n${TRUTH_DAYS} simulated days of a hall, ${events.length} events, and 5 clean ones, in ${took} s:`);
  table(printer, scores);
  const sum = (of: (score: (typeof scores)[number]) => number) => scores.reduce((all, score) => all + of(score), 0);
  const note = `${TRUTH_DAYS} days, ${scores.length} kinds of rules`;
  printer.print({
    suite,
    figure: 'alerts.precision',
    value: sum((s) => s.right) / sum((s) => s.right + s.wrong),
    unit: '',
    aim: 1,
    atLeast: true,
    note,
  });
  printer.print({
    suite,
    figure: 'alerts.recall',
    value: sum((s) => s.right) / sum((s) => s.due),
    unit: '',
    aim: 1,
    atLeast: true,
    note,
  });
  printer.print({
    suite,
    figure: 'alerts.on_clean_days',
    value: calm.alerts.length,
    unit: 'alerts',
    aim: 0,
    note: '5 days',
  });
}

/** The same of fused absence alone, where no sensor is under a seat, and the camera before the window tells. */
export async function seenSeats(printer: FigurePrinter): Promise<void> {
  const begun = performance.now();
  const whole = benchHall(0);
  const hall = {
    ...whole,
    queues: whole.queues.slice(0, 1).map((queue) => ({ ...queue, arrivalsPerHour: SEEN_WINDOWS * 7 })),
    windows: whole.windows.slice(0, SEEN_WINDOWS).map((window) => ({ ...window, queueIds: [whole.queues[0]!.id] })),
  };
  const cameras = new SeatCameras(hall, LOOK_EVERY_MS);
  const { scores, faults } = await watchTwin(hall, {
    ...{ days: SEEN_DAYS, seed: 8, calm: false, told: (day) => cameras.told(day) },
    ...{ kinds: ['window-unattended'], toleranceMs: 4 * LOOK_EVERY_MS },
  });
  const took = ((performance.now() - begun) / 1000).toFixed(0);
  printer.say(
    `\n${SEEN_DAYS} days of ${SEEN_WINDOWS} windows without seat sensors, looked at every 10 s, in ${took} s:`,
  );
  table(printer, scores);
  for (const fault of faults) printer.say(fault);
  const { right, wrong, due } = scores[0]!;
  const note = `${SEEN_DAYS} days, ${SEEN_WINDOWS} windows, seats told by pictures`;
  const atLeast = { suite, unit: '', aim: 0.95, atLeast: true, note };
  printer.print({ ...atLeast, figure: 'alerts.seat_view_precision', value: right / (right + wrong) });
  printer.print({ ...atLeast, figure: 'alerts.seat_view_recall', value: right / due });
}

function table(printer: FigurePrinter, scores: readonly Score[]): void {
  printer.say(
    `${'rule'.padEnd(24)}${'due'.padStart(6)}${'true'.padStart(6)}${'false'.padStart(7)}${'missed'.padStart(8)}  precision  recall  worst delay`,
  );
  for (const { kind, due, right, wrong, missed, worstDelayMs } of scores) {
    const share = (part: number, of: number) => (of === 0 ? '-' : (part / of).toFixed(3)).padStart(8);
    const counts = `${String(due).padStart(6)}${String(right).padStart(6)}${String(wrong).padStart(7)}${String(missed).padStart(8)}`;
    printer.say(
      `${kind.padEnd(24)}${counts} ${share(right, right + wrong)} ${share(right, due)}  ${worstDelayMs.toFixed(1)} ms`,
    );
  }
}

export async function painted(printer: FigurePrinter): Promise<void> {
  const hallwatch = await startBenchHouse();
  const browser = await launchBrowser();
  const clients: TerminalClient[] = [];
  const connect = async (hall: string, kind: 'caller' | 'rater', device: string) => {
    const client = new TerminalClient({
      ...{ url: hallwatch.mqttUrl, address: { region: 'bench', hall, kind, device }, clock: systemClock },
      meta: { model: 'bench', firmware: '1', window: device },
    });
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    const windows = windowIds(WINDOWS);
    const callers: { client: TerminalClient; window: string }[] = [];
    for (let i = 0; i < HALLS; i += 1) {
      const hall = `bench-${i}`;
      await addHall(hallwatch.rest, hall, windows);
      for (const deviceId of windows) {
        await hallwatch.rest.call('POST', '/api/terminals', {
          hallId: hall,
          kind: 'caller',
          deviceId,
          windowId: deviceId,
        });
      }
      for (const window of windows.slice(0, SPEAKING))
        callers.push({ client: await connect(hall, 'caller', window), window });
    }
    await hallwatch.rest.call('POST', '/api/terminals', {
      hallId: 'bench-0',
      kind: 'rater',
      deviceId: 'w01',
      windowId: 'w01',
    });
    const rater = await connect('bench-0', 'rater', 'w01');
    const page = await (await signedIn(browser, hallwatch)).newPage();
    await page.addInitScript({ content: pageScript('alert-paints') });
    await page.goto(`${hallwatch.url}/?hall=bench-0`);
    await page
      .locator('[data-window]')
      .nth(WINDOWS - 1)
      .waitFor();

    const sent = new Map<string, number>();
    const from = performance.now();
    await new Promise<void>((resolve) => {
      let number = 0;
      const speak = () => {
        const due = Math.min(PER_SECOND * SECONDS, ((performance.now() - from) / 1000) * PER_SECOND);
        for (; number < due; number += 1) {
          const { client, window } = callers[number % callers.length]!;
          client.state({ window, state: 'serving', no: `N${number % 1000}`, since: new Date().toISOString() });
          if (number % REVIEW_EVERY !== 0) continue;
          sent.set(`t${number}`, Date.now());
          rater.event({ type: 'rating.submitted', tid: `t${number}`, window: 'w01', score: 1 });
        }
        if (number < PER_SECOND * SECONDS) setTimeout(speak, 5);
        else resolve();
      };
      speak();
    });
    await page.waitForTimeout(FOR_MS + 2000);
    const paints = await page.evaluate(
      () =>
        (globalThis as unknown as { alertPaints: { painted: { alertId: string; at: number }[] } }).alertPaints.painted,
    );
    const raised = await hallwatch.rest.call<AlertPage>('GET', '/api/alerts?ruleId=bad-review&limit=200');
    const paintedAt = new Map(paints.map(({ alertId, at }) => [alertId, at]));
    // newest first: the list folds those that are alike behind the newest, which stands for those before it
    let at = Infinity;
    const ages: number[] = [];
    /** Of those, what the server took. */
    const raisedAfter: number[] = [];
    for (const { id, ticketId, raisedAt } of raised.alerts) {
      const due = (sent.get(ticketId ?? '') ?? Infinity) + FOR_MS;
      at = Math.min(at, paintedAt.get(id) ?? Infinity);
      ages.push(at - due);
      raisedAfter.push(Date.parse(raisedAt) - due);
    }
    // what was never raised is as late as can be
    while (ages.length < sent.size) ages.push(Infinity);
    const subjects = HALLS * (WINDOWS * 8 + 2 + WINDOWS * 3);
    const note = `${PER_SECOND} events/s, ${HALLS} halls, ${RuleKind.options.length} kinds of rules, about ${subjects} subjects, ${sent.size} alerts`;
    printer.print({ suite, figure: 'alerts.raised_p99_ms', value: quantile(raisedAfter, 0.99), unit: 'ms', note });
    printer.print({ suite, figure: 'alerts.painted_p50_ms', value: quantile(ages, 0.5), unit: 'ms', note });
    printer.print({ suite, figure: 'alerts.painted_p99_ms', value: quantile(ages, 0.99), unit: 'ms', aim: 150, note });
  } finally {
    await browser.close();
    await Promise.all(clients.map((client) => client.disconnect({ graceful: true })));
    await hallwatch.stop();
  }
}
