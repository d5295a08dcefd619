import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { develop, light } from './render/develop.ts';
import type { Backdrop, Room } from './render/room.ts';
import type { LightMap } from './render/light.ts';
import type { ViewPlace } from './render/view.ts';
import { hallRoom, hallRoomLine } from './scenery/hall-room.ts';
import { drawLines } from './scenery/lettering.ts';
import { windowRoom, windowRoomLines } from './scenery/window-room.ts';

/** A room without what tells it from others of its kind: labels, displays, people. */
export type RoomPlan = { kind: 'window'; number: number } | { kind: 'hall'; windows: number; seed: number };

export interface RenderJob {
  id: number;
  ffmpegPath: string;
  plan: RoomPlan;
  width: number;
  height: number;
}

export type RenderAnswer = { id: number; result: RenderResult } | { id: number; error: string };

export interface RenderResult {
  backdrop: Backdrop;
  place: ViewPlace;
}

/** Rooms that were built and lit: another size needs only another picture. */
const rooms = new Map<string, { room: Room; map: LightMap }>();

let work = Promise.resolve();

// One after the other, in the order in which they were asked for.
parentPort!.on('message', (job: RenderJob | 'yield') => {
  work = work.then(async () => {
    // On Linux the priority of process 0 is the calling thread's own: what follows must not hold up anything else.
    if (job === 'yield') setPriority(0, 10);
    else parentPort!.postMessage(await answer(job));
  });
});

async function answer(job: RenderJob): Promise<RenderAnswer> {
  try {
    const { room, map } = await litRoom(job);
    return { id: job.id, result: { backdrop: develop(room, map, job.width, job.height), place: room.place } };
  } catch (error) {
    return { id: job.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function litRoom({ plan, ffmpegPath }: RenderJob): Promise<{ room: Room; map: LightMap }> {
  const key = JSON.stringify(plan);
  let known = rooms.get(key);
  if (!known) {
    const room = await buildRoom(plan, ffmpegPath);
    known = { room, map: light(room) };
    rooms.set(key, known);
  }
  return known;
}

async function buildRoom(plan: RoomPlan, ffmpegPath: string): Promise<Room> {
  if (plan.kind === 'hall') {
    const [title] = await drawLines(ffmpegPath, [hallRoomLine]);
    return hallRoom(title!, plan.windows, plan.seed);
  }
  const [slogan, motto, service, serviceEnglish] = await drawLines(ffmpegPath, windowRoomLines);
  return windowRoom(
    { slogan: slogan!, motto: motto!, service: service!, serviceEnglish: serviceEnglish! },
    plan.number,
  );
}
