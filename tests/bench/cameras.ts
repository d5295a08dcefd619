/**
 * Simulated cameras for measuring, as a process of their own: COUNT cameras that show one picture with the bar code,
 * painted and encoded once, found by WS-Discovery with `--discovery`, at their full bit rate with `--constant-rate`,
 * on 127.0.0.1 unless `--address=` names another. Prints one JSON line with their addresses; ends with standard input.
 */
import path from 'node:path';
import { CameraSimulator } from '../../devices/simulators/camera/camera-simulator.ts';
import type { SceneState } from '../../devices/simulators/camera/model.ts';
import { systemClock } from '../../server/lib/clock.ts';
import { silentLogger } from '../../server/lib/logger.ts';

const count = Number(process.argv[2]);
const address = process.argv.find((word) => word.startsWith('--address='))?.slice('--address='.length);
const sight: SceneState = { staffPresent: true, customer: true, waiting: 6, windowState: 'serving', ticketNo: 'A012' };
const scene = { kind: 'window' as const, label: '01', seed: 1, state: () => sight };

const simulator = new CameraSimulator({
  clock: systemClock,
  log: silentLogger,
  ffmpegPath: 'ffmpeg',
  interfaceAddress: address ?? '127.0.0.1',
  rtspPort: 0,
  onvifPortBase: 0,
  username: 'bench',
  password: 'bench-only',
  barcode: true,
  cacheFolder: path.resolve(import.meta.dirname, '../../.hallwatch/scenes'),
  constantRate: process.argv.includes('--constant-rate'),
  discovery: process.argv.includes('--discovery'),
  cameras: Array.from({ length: count }, (_, i) => ({
    id: `bench-${i + 1}`,
    name: `Bench ${i + 1}`,
    location: 'bench',
    hardware: 'sim',
    model: 'SIM-1',
    serial: String(1_000_000 + i),
    scene,
  })),
});
await simulator.start();
console.log(JSON.stringify(simulator.addresses()));
process.stdin.resume().on('end', () => void simulator.stop().then(() => process.exit(0)));
