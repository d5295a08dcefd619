import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { CameraSimulator, type CameraSimulatorOptions } from '../../../devices/simulators/camera/camera-simulator.ts';
import type { SimulatedCamera, WindowScene } from '../../../devices/simulators/camera/model.ts';

export const account = { username: 'admin', password: 'Hall-2026' };

export function scene(label: string): WindowScene {
  return {
    kind: 'window',
    label,
    seed: 1,
    state: () => ({ staffPresent: true, customer: true, windowState: 'serving', ticketNo: 'A012', waiting: 3 }),
  };
}

export function camera(id: string, more: Partial<SimulatedCamera> = {}): SimulatedCamera {
  return {
    id,
    name: `窗口 ${id}`,
    location: '东区 大厅',
    hardware: 'HW-IPC-4',
    model: 'HW-IPC-4MP',
    serial: '0012345678901234567',
    scene: scene('07'),
    ...more,
  };
}

export function simulator(cameras: SimulatedCamera[], more: Partial<CameraSimulatorOptions> = {}): CameraSimulator {
  return new CameraSimulator({
    clock: systemClock,
    log: silentLogger,
    ffmpegPath: 'ffmpeg',
    interfaceAddress: '127.0.0.1',
    rtspPort: 0,
    onvifPortBase: 0,
    discovery: false,
    ...account,
    cameras,
    ...more,
  });
}

/** The address with the account in it, as players take it. */
export const withAccount = (uri: string, { username, password } = account): string =>
  uri.replace('rtsp://', `rtsp://${username}:${password}@`);
