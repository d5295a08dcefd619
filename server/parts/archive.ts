import { join } from 'node:path';
import { isStoreAddress } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import { coverMovie } from '../../streams/footage/covering.ts';
import { cut } from '../../streams/footage/cutting.ts';
import { FootageReader } from '../../streams/footage/reader.ts';
import { filesListed } from '../../streams/recorder/listed-files.ts';
import { LockedVolumes } from '../../streams/recorder/locked-volumes.ts';
import { Recorder } from '../../streams/recorder/recorder.ts';
import { volumeFiles } from '../../streams/recorder/volume-files.ts';
import { ClipHolds } from '../features/alerts/clip-holds.ts';
import { alertMarks } from '../features/alerts/marks.ts';
import { cameraEventMarks } from '../features/camera-events/marks.ts';
import { CardNotices } from '../features/cases/cards/card-notices.ts';
import { CardFootageKeeper } from '../features/cases/cards/card-footage.ts';
import { CoverageService } from '../features/coverage/service.ts';
import { ExportsService } from '../features/exports/service.ts';
import { LiveReasons } from '../features/footage/live-reasons.ts';
import { FootageService } from '../features/footage/service.ts';
import { Viewing } from '../features/footage/viewing.ts';
import { InspectionsService } from '../features/inspections/service.ts';
import { isOpen } from '../features/picture-checks/hours.ts';
import { pictureFaultMarks } from '../features/picture-checks/marks.ts';
import type { FilesPort } from '../features/recordings/ports.ts';
import { RecordingsService } from '../features/recordings/service.ts';
import { StorageService } from '../features/storage/service.ts';
import { windowMarks } from '../features/terminals/marks.ts';
import type { Watch } from './watch.ts';

export type Archive = Awaited<ReturnType<typeof openArchive>>;

/** Footage: where it lies, who writes it, and how it is found, watched, handed over and accounted for. */
export async function openArchive(watch: Watch) {
  const { config, db, clock, log, life, metrics, problems, secret } = watch;
  const { halls, calendar, hallStates, cases, accounts, cameras, streams, alerts, privacy, audit } = watch;
  const storage = new StorageService({ db, clock, log, problems, dataDir: config.dataDir, secret });
  await life.up('storage', storage);
  await life.up('clips of alerts', new ClipHolds({ alerts, holds: storage.holds, clock, log }));
  const inspections = new InspectionsService({ db, clock, cameras, halls, holds: storage.holds, masks: privacy });
  const cardFootage = new CardFootageKeeper({ db, clock, log, cards: cases.cards, cameras, holds: storage.holds });
  await life.up('footage of cards', cardFootage);
  const cardNotices = new CardNotices({
    ...{ db, clock, log, halls, cards: cases.cards, registers: cases.registers },
    ...{ people: accounts.access, outputs: watch.outputs },
  });
  await life.up('notices of cards', cardNotices);
  const volumes = new LockedVolumes({ volumes: storage, clock, log, problems });
  await life.up('volume locks', volumes);
  const recorder = new Recorder({
    clock,
    log,
    metrics,
    volumes,
    hubOf: (cameraId, role) => streams.hub(cameraId, role),
    report: (report) => recordings.hear(report),
  });
  const recordings: RecordingsService = new RecordingsService({
    db,
    clock,
    log,
    problems,
    cameras,
    alerts,
    hours: {
      isOpen: (hallId) => calendar.isOpen(hallId, clock.now()) ?? isOpen(hallStates.live(hallId)),
      nextChange: (hallId) => calendar.nextChange(hallId, clock.now()),
      changed: calendar.changed,
    },
    volumes: { usable: () => volumes.usable(), stores: () => storage.stores() },
    files: filesOf(storage),
    recorder,
  });
  recordings.changed.on((state) => alerts.recorded(state));
  await life.up('recordings', recordings);

  const viewing = new Viewing({ db, clock });
  await life.up('viewing policy', viewing);
  const liveReasons = new LiveReasons({ db, clock, policy: () => viewing.policy });
  await life.up('reasons to watch', liveReasons);
  accounts.sessions.ended.on((id) => [viewing, liveReasons].forEach((each) => each.forget(id)));
  const footage = new FootageService({
    viewing,
    ...{ db, clock, secret, cameras, halls },
    recorders: recorder,
    mayRead: (owner, cameraId) => accounts.rightsOf(owner).mayIn('footage.view', cameras.find(cameraId)?.hallId),
    masks: privacy,
    stores: storage.storeFiles,
    reader: new FootageReader({ ffmpegPath: config.ffmpeg, clock, conversions: Math.ceil(config.transcodes / 2) }),
    marks: [alertMarks, windowMarks, cameraEventMarks, pictureFaultMarks].map((of) => (asked) => of(db, asked)),
  });
  const exports = new ExportsService({
    ...{ db, clock, log, folder: join(config.dataDir, 'exports') },
    ...{ footage, stores: storage.storeFiles, cut, masks: privacy },
    cover: (order) => coverMovie(config.ffmpeg, order),
    seal: () => audit.sealKey(),
  });
  await life.up('exports', exports);
  const coverage = new CoverageService({ db, clock, log, halls, cameras, calendar });
  await life.up('coverage', coverage);

  return {
    ...watch,
    storage,
    inspections,
    cardFootage,
    cardNotices,
    recordings,
    footage,
    viewing,
    liveReasons,
    exports,
    coverage,
  };
}

/** Files of volumes, on disks and in stores. */
function filesOf(storage: StorageService): FilesPort {
  /** Null for a disk. Throws STORE_AWAY: a store that went away is not an empty one. */
  function storeOf({ id, path }: { id: string; path: string }) {
    if (!isStoreAddress(path)) return null;
    const store = storage.stores().find((each) => each.id === id);
    if (!store) throw new AppError('STORE_AWAY', id);
    return store.place;
  }
  return {
    ...volumeFiles,
    // of a store, those that rows speak of: to find others, all of it would have to be listed
    streams: async (volume) => (storeOf(volume) ? [] : volumeFiles.streams(volume)),
    async list(volume, stream, since) {
      const store = storeOf(volume);
      return store ? filesListed(store, stream, since) : volumeFiles.list(volume, stream, since);
    },
    // an object without a row is told as unknown
    readSegment: async (volume, relative) => (storeOf(volume) ? null : volumeFiles.readSegment(volume, relative)),
  };
}
