import type { ReconcileAnswer } from '#contract/footage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { StreamKey } from '#lib/recorder-report.ts';
import type { FootageRows, KnownSegment } from './footage-rows.ts';
import type { FileName, FilesPort, FoundSegment, VolumeRoot } from './ports.ts';

/** Before the newest row of a stream nothing is missing: rows are written in their order. */
const MARGIN_MS = 3600_000;
const MOST_UNKNOWN = 100;

export interface ReconcilerDeps {
  rows: FootageRows;
  files: FilesPort;
  log: Logger;
}

/** Files and rows are made to agree: the files are the evidence, so rows follow them, and nothing is deleted. */
export class Reconciler {
  readonly #deps: ReconcilerDeps;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /**
   * `since` (epoch ms): where to begin; null: an hour before the newest row of each stream. `leave`: runs that are being
   * written now.
   */
  async run(
    volumes: readonly VolumeRoot[],
    since: number | null,
    leave: ReadonlySet<string>,
  ): Promise<ReconcileAnswer> {
    const answer: ReconcileAnswer = { repaired: 0, adopted: 0, missing: 0, regained: 0, damaged: 0, unknown: [] };
    const newest = since === null ? await this.#deps.rows.newest() : null;
    for (const volume of volumes) {
      const doomed = await this.#deps.rows.doomed(volume.id);
      try {
        for (const stream of await this.#streams(volume)) {
          const last = newest?.get(nameOfStream(stream));
          const from = since ?? (last === undefined ? 0 : last - MARGIN_MS);
          await this.#stream(volume, stream, from, { doomed, leave }, answer);
        }
      } catch (error) {
        // a disk that goes away while we start does not keep us from it: it is compared when it is back
        if (since !== null || !(error instanceof AppError)) throw error;
        this.#deps.log.warn(
          { volume: volume.id, code: error.code },
          'files and rows of a volume could not be compared',
        );
      }
    }
    const { unknown, ...counts } = answer;
    const found = Object.values(counts).some((count) => count > 0) || unknown.length > 0;
    if (found)
      this.#deps.log.warn(
        { ...counts, unknown: unknown.length, first: unknown[0] },
        'files and rows of footage differed',
      );
    return answer;
  }

  /** Those that have files there, and those that should. */
  async #streams(volume: VolumeRoot): Promise<StreamKey[]> {
    const found = [...(await this.#deps.files.streams(volume)), ...(await this.#deps.rows.streamsOn(volume.id))];
    return [...new Map(found.map((stream) => [nameOfStream(stream), stream])).values()];
  }

  async #stream(
    volume: VolumeRoot,
    stream: StreamKey,
    since: number,
    { doomed, leave }: { doomed: ReadonlySet<string>; leave: ReadonlySet<string> },
    answer: ReconcileAnswer,
  ): Promise<void> {
    const { rows, files } = this.#deps;
    // Rows first: one that is written meanwhile has its file already.
    const known = new Map((await rows.segmentsSince(stream, volume.id, since)).map((row) => [nameOf(row), row]));
    const listed = await files.list(volume, stream, since);
    for (const name of listed.unknown) tellUnknown(answer, volume, name);
    for (const file of listed.files.sort(byTime)) {
      const row = known.get(nameOf(file));
      known.delete(nameOf(file));
      if (leave.has(file.run) || doomed.has(nameOf(file))) continue;
      if (row && !file.partial) await this.#compare(stream, row, file, answer);
      else await this.#adopt(volume, file, answer);
    }
    for (const row of known.values()) {
      if (leave.has(row.run) || row.state !== 'ok' || row.startedAt < since) continue;
      answer.missing += 1;
      await rows.lose(stream, row, 'missing');
    }
  }

  async #compare(stream: StreamKey, row: KnownSegment, file: FileName, answer: ReconcileAnswer): Promise<void> {
    if (row.bytes === file.bytes && row.state === 'missing') {
      answer.regained += 1;
      await this.#deps.rows.regain(stream, row);
    } else if (row.bytes !== file.bytes && row.state === 'ok') {
      answer.damaged += 1;
      await this.#deps.rows.lose(stream, row, 'damaged');
    }
  }

  async #adopt(volume: VolumeRoot, file: FileName, answer: ReconcileAnswer): Promise<void> {
    const found = await this.#read(volume, file);
    if (!found) return tellUnknown(answer, volume, file.relative);
    await this.#deps.rows.adopt(found);
    if (file.partial) answer.repaired += 1;
    else answer.adopted += 1;
  }

  async #read(volume: VolumeRoot, { relative, partial }: FileName): Promise<FoundSegment | null> {
    const { files, log } = this.#deps;
    try {
      return await (partial ? files.finishPart(volume, relative) : files.readSegment(volume, relative));
    } catch (error) {
      log.warn({ volume: volume.id, file: relative, reason: messageOf(error) }, 'a file of footage could not be read');
      return null;
    }
  }
}

const nameOfStream = ({ cameraId, role }: StreamKey) => `${cameraId}/${role}`;
const nameOf = ({ run, number }: { run: string; number: number }) => `${run}/${number}`;
const byTime = (a: FileName, b: FileName) => a.startedAt - b.startedAt || a.number - b.number;

function tellUnknown(answer: ReconcileAnswer, volume: VolumeRoot, name: string): void {
  if (answer.unknown.length < MOST_UNKNOWN) answer.unknown.push(`${volume.id}: ${name}`);
}
