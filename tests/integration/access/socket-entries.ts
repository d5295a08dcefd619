import { ulid } from 'ulid';
import type { ClientEvents, ServerEvents } from '#contract/socket.ts';
import { KioskFleet } from '../../helpers/kiosk-fleet.ts';
import { comeWithoutKey, followAdvice, noticeMotion } from './device-causes.ts';
import { hallOf, silenceOf, SPAN, type Cities, type City } from '../../helpers/cities.ts';

/** What a command is asked about a city, and what becomes of it elsewhere (entries/entry.ts); `own`: it is about the socket itself. */
export interface CommandEntry {
  args: (city: City) => unknown[];
  elsewhere: 'absent' | 'everywhere' | 'own';
}

const facts = { width: 1920, height: 1080, ratio: 1, visible: true, awake: false };
const screen = { group: 'hall', name: 'A1' };
const own = (...args: unknown[]): CommandEntry => ({ args: () => args, elsewhere: 'own' });
const driving = (...args: unknown[]): CommandEntry => ({ args: () => args, elsewhere: 'everywhere' });

export const commands: Readonly<Record<keyof ClientEvents, CommandEntry>> = {
  'wall.open': own(),
  'hall.watch': { args: ({ hall }) => [hall], elsewhere: 'absent' },
  'hall.unwatch': own('hall'),
  'camera.watch': { args: ({ camera }) => [camera], elsewhere: 'absent' },
  'camera.unwatch': own('camera'),
  'alert.act': { args: ({ alert }) => [alert, { act: 'comment', revision: 9, note: 'seen' }], elsewhere: 'absent' },
  // what a screen is told to paint is cut to what its account sees (unit test of seenOrder)
  'screen.join': own(screen, facts),
  'screen.tell': own(facts),
  'screen.leave': own(),
  'screens.watch': driving(),
  'screens.unwatch': driving(),
  'screen.push': driving(screen, { kind: 'scene', sceneId: 'overview' }),
  'screen.swap': driving(screen, screen),
  'screen.lock': driving(screen, false),
  'screen.forget': driving(screen),
  'screen.drive': driving({ group: 'hall', name: null }, null),
};

/** What a cause needs of the wall of one who may everything. */
export interface Console {
  ask: (command: string, args: readonly unknown[]) => Promise<{ code: string | null; text: string }>;
}
type Cause = (cities: Cities, city: City, console: Console, screens: readonly string[]) => Promise<unknown>;

const speak: Cause = async ({ mqttUrl }, { region, hall, device }) => {
  const fleet = new KioskFleet({
    url: mqttUrl,
    prefix: `gsh/v1/${region}/${hall}/kiosk`,
    devices: [device],
    eventsEach: 1,
  });
  await fleet.run();
  await fleet.stop();
};

const toggle: Cause = async ({ root }, { camera }) => {
  for (const enabled of [false, true]) await root.call('PATCH', `/api/cameras/${camera}`, { enabled });
};

/** What makes the house tell of each event in a city; or where it is shown that those alone hear it who may. */
export const causes: Readonly<Record<keyof ServerEvents, Cause | string>> = {
  clock: 'everyone with a socket hears the time',
  'hall.delta': speak,
  'overview.changed': speak,
  'hall.changed': ({ root }, city) => root.call('PUT', `/api/halls/${city.hall}`, hallOf(city)),
  'hall.removed': 'comes last (removalFaults): whoever sees a part of the house alone is cut off and comes back',
  'alert.changed': ({ root }, { alert, name }) =>
    root.call('POST', `/api/alerts/${alert}/acts`, { act: 'comment', revision: 1, note: name }),
  'alert.silences': ({ root }, { hall }) => root.call('POST', '/api/silences', silenceOf(hall)),
  'camera.changed': ({ root }, { camera, name }) =>
    root.call('PATCH', `/api/cameras/${camera}`, { name: `${name} door` }),
  'camera.state': toggle,
  'camera.removed': async ({ root }, { hall }) => {
    const camera = { id: `${hall}-${ulid().toLowerCase()}`, hallId: hall, name: 'gone', sourceChoice: 'rtsp' };
    await root.call('POST', '/api/cameras', { ...camera, streamUris: { main: 'rtsp://127.0.0.1:9/gone' } });
    await root.call('DELETE', `/api/cameras/${camera.id}`);
  },
  'recording.state': ({ root }, { camera }) =>
    root.call('PUT', `/api/cameras/${camera}/recording`, { mode: 'continuous' }),
  'camera.event': noticeMotion,
  'desk.changed': followAdvice,
  'footage.export': async ({ db, root }, { camera, name }) => {
    const id = ulid();
    await db.query(
      `INSERT INTO footage_export (id, camera_ids, from_at, until_at, exact, note, status, requested_by, requested_at)
       VALUES ($1, ARRAY[$2], $3, $4, false, $5, 'waiting', 'root', $3)`,
      [id, camera, SPAN.from, SPAN.until, name],
    );
    await root.call('DELETE', `/api/footage/exports/${id}`);
  },
  'system.problems': comeWithoutKey,
  'screen.show': async (_cities, { hall }, console, screens) => {
    // each has joined as a screen of its own; what it is told to paint is cut to what its account sees
    await Promise.all(
      screens.map((name) =>
        console.ask('screen.push', [
          { group: 'walls', name },
          { kind: 'hall', hallId: hall },
        ]),
      ),
    );
  },
  'screen.replaced': 'says nothing of any city; walls are replaced after all else (replacedFaults)',
  'screens.changed': async (_cities, { name }, console) => {
    await console.ask('screens.watch', []);
    await console.ask('screen.join', [{ group: name, name: 'A1' }, facts]);
  },
  'screens.removed': async (_cities, { name }, console) => {
    await console.ask('screens.watch', []);
    await console.ask('screen.join', [{ group: name, name: 'A2' }, facts]);
    await console.ask('screen.leave', []);
    await console.ask('screen.forget', [{ group: name, name: 'A2' }]);
  },
  'screens.drives': async (_cities, { name }, console) => {
    await console.ask('screens.watch', []);
    const drive = { severity: 'red', hallIds: null, show: 'hall', forSec: 60, everySec: 10 };
    await console.ask('screen.drive', [{ group: name, name: null }, drive]);
    await console.ask('screen.drive', [{ group: name, name: null }, null]);
  },
};
