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
  /** Nobody waits for it: it comes after all others, and gives way to whatever else the machine does. */
  isGentle: boolean;
}

/** A job that was gentle is waited for now. */
export interface RenderHurry {
  hurry: number;
}

export type RenderAnswer = { id: number; result: RenderResult } | { id: number; error: string };

export interface RenderResult {
  backdrop: Backdrop;
  place: ViewPlace;
}

const GENTLE_PRIORITY = 10;
/** Rooms that were built and lit: another size needs only another picture. */
const rooms = new Map<string, { room: Room; map: LightMap }>();

const queue: RenderJob[] = [];
let isWorking = false;

parentPort!.on('message', (message: RenderJob | RenderHurry) => {
  if ('hurry' in message) {
    for (const job of queue) if (job.id === message.hurry) job.isGentle = false;
    return;
  }
  queue.push(message);
  if (!isWorking) void work();
});

/** One job after the other, in the order in which they were asked for, the gentle ones last. */
async function work(): Promise<void> {
  isWorking = true;
  while (queue.length > 0) {
    const urgent = queue.findIndex(({ isGentle }) => !isGentle);
    const [job] = queue.splice(Math.max(0, urgent), 1) as [RenderJob];
    // On Linux the priority of process 0 is the calling thread's own.
    if (job.isGentle) setPriority(0, GENTLE_PRIORITY);
    const reply = await answer(job);
    parentPort!.postMessage(reply, 'result' in reply ? buffersOf(reply.result) : []);
    // Lets in what was asked for meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
  }
  isWorking = false;
}

async function answer(job: RenderJob): Promise<RenderAnswer> {
  try {
    const { room, map } = await litRoom(job);
    return { id: job.id, result: { backdrop: develop(room, map, job.width, job.height), place: room.place } };
  } catch (error) {
    return { id: job.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** What is handed over rather than copied. */
function buffersOf({ backdrop }: RenderResult): ArrayBuffer[] {
  const { pixels, nearest, farthest, floor, veil } = backdrop;
  return [pixels, nearest, farthest, floor, veil].map((plane) => plane.buffer as ArrayBuffer);
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
