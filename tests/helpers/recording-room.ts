import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProfileRole } from '#contract/cameras.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { footagePath } from '#lib/footage-files.ts';
import { silentLogger } from '#lib/logger.ts';
import type { Hub } from '../../streams/hub.ts';
import type { RecorderReport, SegmentFacts } from '#lib/recorder-report.ts';
import type { DiskTrouble, VolumePort } from '../../streams/recorder/ports.ts';
import { Recorder } from '../../streams/recorder/recorder.ts';

/** A recorder on a folder of its own, and all it told. */
export interface RecordingRoom {
  readonly folder: string;
  readonly recorder: Recorder;
  readonly reports: RecorderReport[];
  /** Codes of what it told of its disk. */
  readonly failures: Set<string>;
  /** What the recorder is told of the disk; null: all is well. */
  trouble: DiskTrouble | null;
  segments(): SegmentFacts[];
  record(cameraId: string, role: ProfileRole): void;
  /** Files of the volume, by their names in it, sorted. */
  files(): Promise<string[]>;
  /** From when to when nothing was recorded, and why; the last may last. */
  gaps(): { from: number; until: number; cause: string; detail: string | null }[];
  pathOf(segment: SegmentFacts): string;
  /** Ends what runs and removes the folder. */
  close(): Promise<void>;
}

export async function openRecordingRoom(options: {
  hubOf: (cameraId: string, role: ProfileRole) => Hub | undefined;
  clock?: Clock;
  segmentMs?: number;
  folder?: string;
  sign?: string;
}): Promise<RecordingRoom> {
  const { hubOf, clock = systemClock, segmentMs } = options;
  const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'hallwatch-footage-')));
  const reports: RecorderReport[] = [];
  const failures = new Set<string>();
  const volume = { id: 'v1', path: folder, ...(options.sign === undefined ? {} : { sign: options.sign }) };
  const volumes: VolumePort = {
    choose: () => (room.trouble ? { ok: false, ...room.trouble } : { ok: true, volume }),
    failed: (_id, { code }) => void failures.add(code),
  };
  const recorder = new Recorder({
    clock,
    log: silentLogger,
    hubOf,
    volumes,
    report: (report) => reports.push(report),
    ...(segmentMs === undefined ? {} : { segmentMs }),
  });
  recorder.start();
  const room: RecordingRoom = {
    folder,
    recorder,
    reports,
    failures,
    trouble: null,
    segments: () => reports.flatMap((report) => (report.type === 'segment' ? [report.segment] : [])),
    record: (cameraId, role) =>
      recorder.assign(
        { cameraId, role, record: true, cause: 'not-planned', preRollMs: 0 },
        { from: clock.now(), gap: null },
      ),
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
        .sort();
    },
    gaps: () =>
      reports.flatMap((report, i) => {
        if (report.type !== 'gap-began') return [];
        const { at: from, cause, detail } = report;
        const end = reports.slice(i).find((later) => later.type === 'gap-ended' && later.from === from);
        return [{ from, until: end?.type === 'gap-ended' ? end.at : Infinity, cause, detail }];
      }),
    pathOf: (segment) => path.join(folder, footagePath(segment)),
    async close() {
      await recorder.stop();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return room;
}
