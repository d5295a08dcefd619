import { spawnSync } from 'node:child_process';
import { BARCODE_CELLS, barcodeHeight } from '../../devices/simulators/camera/picture/frame/barcode.ts';

/** When each picture of a film was painted (the low 32 bits of epoch ms), and what the decoder complained of. */
export interface PaintedTimes {
  /** Null where the code could not be read. */
  times: (number | null)[];
  complaints: string;
}

/** Decodes every picture of these files, as one film, and reads the millisecond in its top strip. */
export function paintedTimes(bytes: Buffer, width: number): PaintedTimes {
  const cell = barcodeHeight(width);
  const strip = `format=gray,crop=${width}:1:0:${cell >> 1}:exact=1,setpts=N`;
  const args = ['-v', 'error', '-i', 'pipe:0', '-an', '-fps_mode', 'passthrough', '-vf', strip];
  const run = spawnSync('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], { input: bytes, maxBuffer: 2 ** 28 });
  const rows = Array.from({ length: run.stdout.length / width }, (_, i) =>
    run.stdout.subarray(i * width, (i + 1) * width),
  );
  return { times: rows.map(readRow), complaints: run.stderr.toString() };
}

function readRow(row: Buffer): number | null {
  const cell = row.length / BARCODE_CELLS;
  let time = 0;
  let check = 0;
  for (let bit = 0; bit < BARCODE_CELLS; bit += 1) {
    const on = row[Math.floor((bit + 0.5) * cell)]! > 127 ? 1 : 0;
    if (bit < 32) time = time * 2 + on;
    else check = check * 2 + on;
  }
  const expected = (time & 255) ^ ((time >>> 8) & 255) ^ ((time >>> 16) & 255) ^ (time >>> 24) ^ 0xa5;
  return check === expected ? time : null;
}
