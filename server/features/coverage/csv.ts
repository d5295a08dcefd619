import { GapCause } from '#contract/footage.ts';
import type { CoverageDay, WindowCoverageDay } from '#contract/storage.ts';
import { csv, type Cell } from '#lib/csv.ts';

const share = ({ openSec, recordedSec }: { openSec: number; recordedSec: number }): Cell =>
  openSec > 0 ? Math.floor((recordedSec / openSec) * 10_000) / 100 : null;

/** A line a camera, stream and day; seconds without footage in a column a cause. */
export function camerasCsv(days: readonly CoverageDay[], nameOf: (cameraId: string) => string): string {
  const head = [
    '日期 day',
    '摄像机 camera',
    '名称 name',
    '码流 stream',
    '依据 base',
    '应录秒 open s',
    '已录秒 recorded s',
  ];
  return csv([
    [...head, '完整率 coverage %', '最早录像 oldest', ...GapCause.options.map((cause) => `${cause} s`)],
    ...days.map((day) => [
      ...[day.day, day.cameraId, nameOf(day.cameraId), day.role, day.base, day.openSec, day.recordedSec, share(day)],
      day.oldestAt,
      ...GapCause.options.map((cause) => day.gaps.find((gap) => gap.cause === cause)?.seconds ?? 0),
    ]),
  ]);
}

/** A line a window and day. */
export function windowsCsv(days: readonly WindowCoverageDay[]): string {
  const head = ['日期 day', '窗口 window', '摄像机 cameras', '依据 base', '应录秒 open s', '已录秒 recorded s'];
  return csv([
    [...head, '完整率 coverage %'],
    ...days.map((day) => [
      ...[day.day, day.windowId, day.cameraIds.join(' '), day.base, day.openSec, day.recordedSec, share(day)],
    ]),
  ]);
}
