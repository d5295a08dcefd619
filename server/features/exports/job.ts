import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, MANIFEST_SIGNATURE, type ExportFile, type TimelineGap } from '#contract/footage.ts';
import type { CoverPort, CutFile, CutPort, FootagePort, SealPort, Source, Span, StoresPort } from './ports.ts';
import type { ExportRow } from './repository.ts';
import type { ExportStore } from './store.ts';

/** What the manifest says of the pictures of a camera. */
const AS_RECORDED = 'as recorded, nothing encoded anew';
const COVERED =
  'encoded anew with the regions under `covered` filled with black, as whoever asked may not see them; the footage itself is whole';

export interface JobDeps {
  footage: FootagePort;
  stores: StoresPort;
  cut: CutPort;
  cover: CoverPort;
  store: ExportStore;
  seal: SealPort;
}

/**
 * Does one export: the files of each camera, one camera after the other, and beside them the manifest: what was asked for,
 * the hash of each file, every gap, why, what is covered, and the files of footage it was made of with their own hashes; and its
 * signature, by which whoever is given the files can tell that they are those.
 * Rejects with the reason of the signal, or EXPORT_*.
 */
export async function runExport(
  row: ExportRow,
  { footage, stores, cut, cover, store, seal }: JobDeps,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (share: number) => void },
): Promise<ExportFile[]> {
  const span = { from: Date.parse(row.from), until: Date.parse(row.until) };
  const folder = await store.prepare(row.id);
  const wanted = [];
  for (const cameraId of row.cameraIds) {
    wanted.push({ cameraId, ...(await footage.sources(row.requestedBy, cameraId, span)) });
  }
  const total = wanted.reduce((sum, { files }) => sum + bytesOf(files), 0);
  const toFetch = wanted.reduce((sum, { files }) => sum + bytesOf(files.filter(({ store }) => store !== null)), 0);
  const toCover = wanted.reduce((sum, { cameraId, files }) => sum + (coveredIn(cameraId) ? bytesOf(files) : 0), 0);
  await store.checkRoom(total + toFetch + toCover);
  const files: ExportFile[] = [];
  let before = 0;
  const tell = (bytes: number) => onProgress(Math.min(1, (before + bytes) / Math.max(1, total + toFetch)));
  for (const { cameraId, files: sources, gaps, timeZone } of wanted) {
    const fetched = join(folder, 'fetched');
    const parts = await fetchParts(sources, { stores, folder: fetched, signal, onBytes: tell });
    before += bytesOf(sources.filter((source) => source.store !== null));
    const { files: made, missing } = await cut({
      ...{ ...span, parts, exact: row.exact, folder, signal },
      onProgress: ({ doneBytes }) => tell(doneBytes),
    });
    await rm(fetched, { recursive: true, force: true });
    const allGaps = [...gaps, ...missing.map(gapOfMissing)].sort((a, b) => (a.from < b.from ? -1 : 1));
    for (const [i, cutFile] of made.entries()) {
      const { from, until } = cutFile;
      const finalName = nameOf(cameraId, from, timeZone, files);
      const { bytes, sha256 } = await settle(cutFile, cameraId, finalName);
      // each gap is told with the file that it lies before, or in; those behind the last with the last
      const bounds = {
        from: i === 0 ? -Infinity : made[i - 1]!.until,
        until: i === made.length - 1 ? Infinity : until,
      };
      const told = allGaps.filter((gap) => touches(gap, bounds));
      const covered = [...(coveredIn(cameraId) ?? [])];
      files.push({ cameraId, name: finalName, bytes, sha256, from: iso(from), until: iso(until), gaps: told, covered });
    }
    before += bytesOf(sources);
    tell(0);
  }
  const key = await seal();
  const manifest = `${JSON.stringify({ ...manifestOf(row, files, wanted), signedBy: key.keyId }, null, 2)}\n`;
  await store.write(row.id, MANIFEST, manifest);
  await store.write(row.id, MANIFEST_SIGNATURE, key.sign(manifest));
  return files;

  function coveredIn(cameraId: string) {
    const regions = row.covered[cameraId] ?? [];
    return regions.length > 0 ? regions : null;
  }

  /** Gives a cut file its name: as it is, or made anew without what whoever asked for it does not see. */
  async function settle(file: CutFile, cameraId: string, name: string): Promise<Pick<CutFile, 'bytes' | 'sha256'>> {
    const masks = coveredIn(cameraId);
    if (masks === null) {
      await store.rename(row.id, file.name, name);
      return file;
    }
    const path = join(folder, file.name);
    const covered = await cover({ path, target: join(folder, name), masks, signal });
    await rm(path);
    return covered;
  }
}

/**
 * What lies in stores is brought beside the export first: a day does not fit into what is kept for looking at. What a store
 * does not have leads to no file, and is a gap as one that is missing on a disk.
 */
async function fetchParts(
  sources: readonly Source[],
  work: { stores: StoresPort; folder: string; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<Source[]> {
  const { stores, folder, signal, onBytes } = work;
  await mkdir(folder, { recursive: true });
  const parts: Source[] = [];
  let bytes = 0;
  for (const source of sources) {
    const { store: volumeId, sha256 } = source;
    if (volumeId === null || sha256 === null) {
      parts.push(source);
      continue;
    }
    const path = join(folder, `${source.run}-${source.number}.mp4`);
    await stores.fetch({ ...source, volumeId, sha256 }, path, signal);
    parts.push({ ...source, path });
    onBytes((bytes += source.bytes));
  }
  return parts;
}

function manifestOf(
  row: ExportRow,
  files: ExportFile[],
  wanted: { cameraId: string; files: Source[]; gaps: TimelineGap[] }[],
) {
  const { id, from, until, exact, note, reason, requestedBy, requestedAt } = row;
  return {
    version: 1,
    export: { id, from, until, exact, note, reason, requestedBy, requestedAt },
    files,
    cameras: wanted.map(({ cameraId, files: sources, gaps }) => ({
      cameraId,
      pictures: (row.covered[cameraId] ?? []).length === 0 ? AS_RECORDED : COVERED,
      covered: row.covered[cameraId] ?? [],
      gaps,
      sources: sources.map(({ run, number, startedAt, endedAt, bytes, sha256 }) => {
        return { run, number, from: iso(startedAt), until: iso(endedAt), bytes, sha256 };
      }),
    })),
  };
}

function gapOfMissing({ startedAt, endedAt }: { startedAt: number; endedAt: number }): TimelineGap {
  return { from: iso(startedAt), until: iso(endedAt), cause: 'file-missing', detail: null };
}

function touches(gap: TimelineGap, { from, until }: Span): boolean {
  return Date.parse(gap.from) < until && Date.parse(gap.until) > from;
}

/** `hall-a-03_2026-11-26_19-05-07.mp4`, by the clock of the hall; a number behind it where a second has two. */
function nameOf(cameraId: string, at: number, timeZone: string, taken: readonly ExportFile[]): string {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  const base = `${cameraId}_${clock.replace(' ', '_').replaceAll(':', '-')}`;
  const isTaken = (name: string) => taken.some((file) => file.name === name);
  let name = `${base}.mp4`;
  for (let i = 2; isTaken(name); i += 1) name = `${base}-${i}.mp4`;
  return name;
}

const bytesOf = (sources: readonly Source[]) => sources.reduce((sum, { bytes }) => sum + bytes, 0);
const iso = (at: number) => new Date(at).toISOString();
