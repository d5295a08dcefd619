import { CameraJudge } from '../../streams/diagnosis/camera-judge.ts';
import { jpegOf } from '../../streams/diagnosis/jpeg.ts';
import { Looker } from '../../streams/diagnosis/looker.ts';
import { isOpen } from '../features/picture-checks/hours.ts';
import { PictureChecksService } from '../features/picture-checks/service.ts';
import type { Archive } from './archive.ts';

export type Looks = Awaited<ReturnType<typeof openLooks>>;

/** Looks at the pictures of all cameras, and says which are black, covered, frozen or moved. */
export async function openLooks(archive: Archive) {
  const { config, db, clock, log, life, metrics, streams, cameras, calendar, hallStates, terminals } = archive;
  const looks = { clock, log, metrics, ffmpegPath: config.ffmpeg, intervalMs: config.lookEvery * 1000 };
  const pictureChecks = new PictureChecksService({
    db,
    clock,
    log,
    metrics,
    cameras,
    hours: { isOpen: (hallId) => isOpen(hallStates.live(hallId)) ?? calendar.isOpen(hallId, clock.now()) },
    tellSeat: (seat) => terminals.seatSeen(seat),
    enabled: config.lookEvery > 0,
    diagnosis: {
      looker: (hear) => new Looker({ ...looks, ...hear, hubOf: (cameraId) => streams.hub(cameraId, 'sub') }),
      judge: (raised) => new CameraJudge(raised),
      jpeg: (picture) => jpegOf(picture, config.ffmpeg),
    },
  });
  const tellFaults = (cameraId: string) =>
    cameras.pictureFaults(
      cameraId,
      pictureChecks.faultsOf(cameraId).map(({ fault }) => fault),
    );
  pictureChecks.changed.on(tellFaults);
  await life.up('picture checks', pictureChecks);
  for (const { id } of cameras.list()) tellFaults(id);

  return { ...archive, pictureChecks };
}
