import { CameraNetworks } from '#lib/camera-networks.ts';
import { openControls } from '../../devices/onvif/controls.ts';
import { describeCamera } from '../../devices/onvif/describe.ts';
import { discoverCameras } from '../../devices/onvif/discover.ts';
import { subscribeEvents } from '../../devices/onvif/events.ts';
import { StreamHouse } from '../../streams/house.ts';
import { lookAt } from '../../streams/look.ts';
import { RtmpServer } from '../../streams/rtmp/server-process.ts';
import { CameraEventsService } from '../features/camera-events/service.ts';
import { CameraHealthService } from '../features/camera-health/service.ts';
import { CamerasService } from '../features/cameras/service.ts';
import { PrivacyService } from '../features/privacy/service.ts';
import type { Office } from './office.ts';

export type Video = Awaited<ReturnType<typeof openVideo>>;

/** Cameras: their streams, their health, and what they say of themselves. */
export async function openVideo(office: Office) {
  const { config, db, clock, log, life, metrics, problems, secret, accounts } = office;
  const push = new RtmpServer({ listen: config.rtmp, clock, log, problems, metrics });
  await life.up('rtmp', push);
  const networks = new CameraNetworks(config.cameraNetworks);
  const privacy = new PrivacyService({
    ...{ db, clock, log },
    mayLift: (owner, cameraId) => accounts.rightsOf(owner).mayIn('camera.unmask', cameras.find(cameraId)?.hallId),
  });
  await life.up('privacy', privacy);
  const streams = new StreamHouse({
    clock,
    log,
    ffmpegPath: config.ffmpeg,
    metrics,
    push,
    networks,
    transcodes: config.transcodes,
    masksOf: (cameraId) => privacy.regionsOf(cameraId),
  });
  privacy.changed.on((cameraId) => streams.renewMasks(cameraId));
  await life.up('streams', streams);
  const cameras: CamerasService = new CamerasService({
    db,
    clock,
    log,
    secret,
    streams,
    mayWatch: (owner, hallId) => accounts.rightsOf(owner).mayIn('camera.view', hallId),
    push,
    problems,
    discover: discoverCameras,
    describe: (request) => describeCamera({ ...request, networks }),
    openControls: (request) => openControls({ ...request, networks }),
    networks,
    look: (request) => lookAt({ ...request, clock, networks, ffmpegPath: config.ffmpeg }),
    metrics,
  });
  await life.up('cameras', cameras);
  const cameraHealth = new CameraHealthService({
    db,
    clock,
    log,
    streams,
    onMeasured: (samples) => cameras.measured(samples),
  });
  await life.up('camera health', cameraHealth);
  const cameraEvents = new CameraEventsService({
    db,
    clock,
    log,
    metrics,
    cameras,
    subscribe: (request) => subscribeEvents({ ...request, networks }),
  });
  cameraEvents.subscriptionChanged.on((cameraId) => cameras.heard(cameraId, cameraEvents.subscriptionOf(cameraId)));
  await life.up('camera events', cameraEvents);

  return { ...office, privacy, streams, cameras, cameraHealth, cameraEvents };
}
