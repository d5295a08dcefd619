import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Profile, SimulatedCamera } from '../model.ts';
import type { FramePainter } from '../video/stream.ts';
export class PictureStudio {
  constructor(_deps: { clock: Clock; log: Logger; ffmpegPath: string; timeZone: string; barcode: boolean }) {}
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async painter(_c: SimulatedCamera, p: Profile): Promise<FramePainter> {
    let n = 0;
    const b = new Uint8Array(p.width * p.height * 1.5).fill(128);
    return {
      paint: () => {
        n++;
        b.fill((n % 200) + 20, 0, 5000);
        return { bytes: b, release: () => undefined };
      },
    };
  }
}
