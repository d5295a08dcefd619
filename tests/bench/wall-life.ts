import { TerminalClient } from '../../devices/terminals/terminal-client.ts';
import { systemClock } from '../../server/lib/clock.ts';
import type { Alert } from '../../server/contract/alerts.ts';
import type { RunningHallwatch } from '../helpers/hallwatch.ts';
import { badReview, openRater } from '../helpers/storm.ts';

const STATE_EVERY_MS = 500;
const REVIEW_EVERY_MS = 5_000;
/** So many alerts stand on the wall; older ones are closed by somebody. */
const STANDING = 8;
const states = ['idle', 'calling', 'serving', 'paused'] as const;

/** A hall that works: its windows call and serve, alerts come, are seen to, and go. Ends with the returned function. */
export async function liveIn(
  hallwatch: RunningHallwatch,
  hall: string,
  windows: string[],
): Promise<() => Promise<void>> {
  const { rest, mqttUrl } = hallwatch;
  const callers = await Promise.all(
    windows.map(async (window) => {
      await rest.call('POST', '/api/terminals', { hallId: hall, kind: 'caller', deviceId: window, windowId: window });
      const caller = new TerminalClient({
        ...{ url: mqttUrl, address: { region: 'bench', hall, kind: 'caller', device: window }, clock: systemClock },
        meta: { model: 'bench', firmware: '1', window },
      });
      await caller.connect();
      return caller;
    }),
  );
  const rater = await openRater(hallwatch, hall);
  let turn = 0;
  const speak = setInterval(() => {
    turn += 1;
    const at = turn % windows.length;
    const state = states[Math.floor(turn / windows.length) % states.length]!;
    const no = state === 'calling' || state === 'serving' ? { no: `N${turn % 1000}` } : {};
    callers[at]!.state({ window: windows[at]!, state, ...no, since: new Date().toISOString() });
  }, STATE_EVERY_MS);
  const review = setInterval(() => {
    badReview(rater);
    void closeOld(hallwatch).catch((error: unknown) => console.error('an alert was not closed:', error));
  }, REVIEW_EVERY_MS);
  return async () => {
    clearInterval(speak);
    clearInterval(review);
    await Promise.all([...callers, rater].map((terminal) => terminal.disconnect({ graceful: true })));
  };
}

async function closeOld({ rest }: RunningHallwatch): Promise<void> {
  const query = 'status=open&ruleId=bad-review&limit=200';
  const { alerts } = await rest.call<{ alerts: Alert[] }>('GET', `/api/alerts?${query}`);
  const old = alerts.toSorted((a, b) => Date.parse(b.raisedAt) - Date.parse(a.raisedAt)).slice(STANDING);
  for (const { id, revision } of old) {
    await rest.call('POST', `/api/alerts/${id}/acts`, { act: 'close', verdict: 'confirmed', revision });
  }
}
