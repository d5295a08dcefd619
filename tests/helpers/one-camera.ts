import path from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { CameraSimulator } from '../../devices/simulators/camera/camera-simulator.ts';
import type { AudioCodec, VideoCodec } from '../../devices/simulators/camera/model.ts';
import { StreamHouse } from '../../streams/house.ts';

export const account = { username: 'admin', password: 'Hall-2026' };

interface CameraWanted {
  id: string;
  audio?: AudioCodec;
  codec?: VideoCodec;
  clockOffsetMs?: number;
  ptz?: boolean;
}

/** Simulated cameras before one window, with the bar code in their pictures. */
export async function openSimulator(cameras: CameraWanted[]): Promise<CameraSimulator> {
  const state = () => ({
    ...{ staffPresent: true, customer: true, waiting: 3 },
    ...{ windowState: 'serving' as const, ticketNo: 'A012' },
  });
  const scene = { kind: 'window' as const, label: '07', seed: 7, state };
  const simulator = new CameraSimulator({
    clock: systemClock,
    log: silentLogger,
    ffmpegPath: 'ffmpeg',
    interfaceAddress: '127.0.0.1',
    rtspPort: 0,
    onvifPortBase: 0,
    discovery: false,
    barcode: true,
    cacheFolder: path.resolve(import.meta.dirname, '../../.hallwatch/scenes'),
    ...account,
    cameras: cameras.map((camera, i) => ({
      ...{ name: camera.id, location: 'hall', hardware: 'HW', model: 'M1', serial: String(i), scene },
      ...camera,
    })),
  });
  await simulator.start();
  return simulator;
}

/** The same, and the streams that pull them. */
export async function openCameras(cameras: CameraWanted[]) {
  const simulator = await openSimulator(cameras);
  const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  house.start();
  for (const { id, rtsp } of simulator.addresses()) {
    house.setTarget({ cameraId: id, role: 'sub', uri: rtsp.sub, ...account, sourceChoice: 'auto', keepOpen: true });
  }
  return {
    simulator,
    house,
    async close() {
      await house.stop();
      await simulator.stop();
    },
  };
}
