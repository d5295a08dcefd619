import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { develop, light, type Backdrop, type Room } from './render/develop.ts';
import type { LightMap } from './render/light.ts';
import type { ViewPlace } from './render/view.ts';
import { CLOCK_CHARACTERS } from './frame/osd.ts';
import { hallRoom, hallRoomLines } from './scenery/hall-room.ts';
import { drawLines, type TextMask } from './scenery/lettering.ts';
import { windowRoom, windowRoomLines } from './scenery/window-room.ts';

/** What is to be rendered: a scene at a size, with the camera's name for its picture. */
export interface RenderJob {
  id: number;
  ffmpegPath: string;
  scene: { kind: 'window'; label: string; seed: number } | { kind: 'hall'; labels: readonly string[]; seed: number };
  name: string;
  /** Written instead where there is no font for the name. */
  latinName: string;
  width: number;
  height: number;
  /** Texts for the displays, to be drawn as high as the dot rows of a display for Chinese. */
  phrases: readonly string[];
}

export type RenderAnswer = { id: number; result: RenderResult } | { id: number; error: string };

export interface RenderResult {
  backdrop: Backdrop;
  place: ViewPlace;
  name: TextMask;
  clockCharacters: TextMask[];
  phrases: TextMask[];
}

/** Height of the letters in the picture, as a share of its height. */
const OSD_SHARE = 1 / 25;
const PHRASE_DOTS = 15;
/** Rooms that were built and lit: the next size of the same scene needs only its picture. */
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
    return { id: job.id, result: await render(job) };
  } catch (error) {
    return { id: job.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function render(job: RenderJob): Promise<RenderResult> {
  const { ffmpegPath, width, height } = job;
  const size = Math.round(height * OSD_SHARE);
  const masks = await drawLines(ffmpegPath, [
    { text: job.name, size },
    ...[...CLOCK_CHARACTERS].map((text) => ({ text, size })),
    ...job.phrases.map((text) => ({ text, size: PHRASE_DOTS })),
  ]);
  const [name, ...others] = masks as [TextMask, ...TextMask[]];
  const { room, map } = await litRoom(job);
  return {
    backdrop: develop(room, map, width, height),
    place: room.place,
    name: name.width > 1 ? name : (await drawLines(ffmpegPath, [{ text: job.latinName, size }]))[0]!,
    clockCharacters: others.slice(0, CLOCK_CHARACTERS.length),
    phrases: others.slice(CLOCK_CHARACTERS.length),
  };
}

async function litRoom({ scene, ffmpegPath }: RenderJob): Promise<{ room: Room; map: LightMap }> {
  const key = JSON.stringify(scene);
  let known = rooms.get(key);
  if (!known) {
    const room = await buildRoom(scene, ffmpegPath);
    known = { room, map: light(room) };
    rooms.set(key, known);
  }
  return known;
}

async function buildRoom(scene: RenderJob['scene'], ffmpegPath: string): Promise<Room> {
  if (scene.kind === 'hall') {
    const [title, ...labels] = await drawLines(ffmpegPath, hallRoomLines(scene.labels));
    return hallRoom({ title: title!, labels }, scene.seed);
  }
  const [label, slogan, motto, service, serviceEnglish] = await drawLines(ffmpegPath, windowRoomLines(scene.label));
  const texts = { label: label!, slogan: slogan!, motto: motto!, service: service!, serviceEnglish: serviceEnglish! };
  return windowRoom(texts, scene.seed);
}
