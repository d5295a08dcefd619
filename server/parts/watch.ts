import { outputNetworks } from '#lib/camera-networks.ts';
import { Handovers } from '../features/alerts/handovers.ts';
import { AlertsService } from '../features/alerts/service.ts';
import { Ratings } from '../features/matters/ratings.ts';
import { OutputsService } from '../features/outputs/service.ts';
import { HallReplay } from '../features/queues/hall-replay.ts';
import { ScenesService } from '../features/scenes/service.ts';
import { ScreensService } from '../features/screens/service.ts';
import type { Floor } from './floor.ts';

export type Watch = Awaited<ReturnType<typeof openWatch>>;

/** What deserves attention, and where it is shown: alerts, scenes, screens. */
export async function openWatch(floor: Floor) {
  const { db, clock, log, life, problems, halls, hallStates, calendar, cameras, cameraEvents, accounts, terminals } =
    floor;
  await life.up('ratings', new Ratings({ db, clock, log, halls, matters: floor.matters, terminals }));
  const outputs = new OutputsService({
    ...{ db, clock, log, problems, secret: floor.secret, networks: outputNetworks(floor.config.outputNetworks) },
    places: { hall: (id) => halls.get(id), camera: (id) => cameras.find(id) },
  });
  await life.up('outputs', outputs);
  const alerts = new AlertsService({
    ...{ db, clock, log, problems, halls, hallStates, terminals, cameras, cameraEvents, calendar },
    people: accounts,
    regions: {
      above: (hallId) => halls.regionsAbove(hallId),
      has: (regionId) => halls.hasRegion(regionId),
      changed: halls.regionChanged,
    },
    notices: outputs,
    past: {
      events: (hallId, from, until, what) => terminals.past(hallId, from, until, what),
      again: (hall, clockOfThen) => new HallReplay(hall, clockOfThen),
    },
  });
  await life.up('alerts', alerts);

  const handovers = new Handovers({ db, clock });

  const scenes = new ScenesService({ db, clock, log, halls, cameras });
  await life.up('scenes', scenes);
  const screens = new ScreensService({ db, clock, log, scenes, halls, cameras, alerts });
  await life.up('screens', screens);

  return { ...floor, outputs, alerts, handovers, scenes, screens };
}
