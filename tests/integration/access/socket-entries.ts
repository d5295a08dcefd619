import { ulid } from 'ulid';
import type { ClientEvents, ServerEvents } from '#contract/socket.ts';
import { KioskFleet } from '../../helpers/kiosk-fleet.ts';
import { hallOf, silenceOf, type Cities, type City } from '../../helpers/cities.ts';

/** What a command is asked about a city, and what becomes of it elsewhere (entries.ts); `own`: it is about the socket itself. */
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

type Cause = (cities: Cities, city: City) => Promise<unknown>;

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

/** What makes the house tell of each event in a city; or where it is shown that those alone hear it who may. */
export const causes: Readonly<Record<keyof ServerEvents, Cause | string>> = {
  clock: 'everyone with a socket hears the time',
  'hall.delta': speak,
  'overview.changed': speak,
  'hall.changed': ({ root }, city) => root.call('PUT', `/api/halls/${city.hall}`, hallOf(city)),
  'hall.removed': 'whoever sees a part of the house alone is cut off, as his halls are others now, and comes back',
  'alert.changed': ({ root }, { alert, name }) =>
    root.call('POST', `/api/alerts/${alert}/acts`, { act: 'comment', revision: 1, note: name }),
  'alert.silences': ({ root }, { hall }) => root.call('POST', '/api/silences', silenceOf(hall)),
  'camera.changed': ({ root }, { camera, name }) =>
    root.call('PATCH', `/api/cameras/${camera}`, { name: `${name} door` }),
  'camera.state': async ({ root }, { camera }) => {
    for (const enabled of [false, true]) await root.call('PATCH', `/api/cameras/${camera}`, { enabled });
  },
  'camera.removed': async ({ root }, { hall }) => {
    const camera = { id: `${hall}-${ulid().toLowerCase()}`, hallId: hall, name: 'gone', sourceChoice: 'rtsp' };
    await root.call('POST', '/api/cameras', { ...camera, streamUris: { main: 'rtsp://127.0.0.1:9/gone' } });
    await root.call('DELETE', `/api/cameras/${camera.id}`);
  },
  'recording.state': ({ root }, { camera }) =>
    root.call('PUT', `/api/cameras/${camera}/recording`, { mode: 'continuous' }),
  'camera.event': 'goes to the room of its camera, which camera.watch opens',
  'desk.changed': 'goes to the room of its hall, which hall.watch opens',
  'footage.export': 'goes by the halls of its cameras: tests/integration/realtime/scope.test.ts',
  'system.problems': 'is about no hall: tests/integration/realtime/realtime.test.ts',
  'screen.show':
    'goes to the browser that joined, cut to what its account sees: tests/unit/realtime/seen-order.test.ts',
  'screen.replaced': 'goes to the browser that joined',
  'screens.changed': 'goes to consoles: tests/integration/realtime/screens.test.ts',
  'screens.removed': 'goes to consoles: tests/integration/realtime/screens.test.ts',
  'screens.drives': 'goes to consoles: tests/integration/realtime/screens.test.ts',
};
