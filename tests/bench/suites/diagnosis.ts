import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PictureFault } from '#contract/picture-check.ts';
import { Coding, Lab } from '../../helpers/picture-lab.ts';
import { startCameras } from '../bench-house.ts';
import { cleanDay } from '../diagnosis/clean-day.ts';
import { hallStage, windowStage, type Stage } from '../diagnosis/scenes.ts';
import { picturesOf, raisedBy, trialsOf } from '../diagnosis/trial.ts';
import type { FigurePrinter } from '../figures.ts';
import { treeOf, usageOf } from '../process-usage.ts';

const suite = 'diagnosis';
const NOON = Date.parse('2026-11-26T04:00:00Z');
const MIDNIGHT = Date.parse('2026-11-25T16:00:00Z');
/**
 * Limits were chosen on windows 1, 2, 9 to 12, 15, 16 and 20 and halls 5 and 21 to 23, with other faults; these seeds were
 * not looked at meanwhile. There are six window rooms (seed modulo six), so those come again, with other people, places of
 * the camera and noise.
 */
const FAULTS_FROM = 700;
const stages = (): Stage[] => [
  windowStage(31, 1),
  windowStage(33, 0),
  windowStage(40, 1.5),
  windowStage(44, 2.5),
  hallStage(6, 51, 0),
  hallStage(6, 52, 2),
  hallStage(4, 53, 1),
];
const CAMERAS = 32;
const WARM_UP_MS = 12_000;
const WATCH_MS = 40_000;

/** Picture diagnosis: what it finds and what it makes up, over many scenes; a clean day; and what it costs. */
export async function diagnosis(printer: FigurePrinter): Promise<void> {
  await accuracy(printer);
  await aCleanDay(printer);
  await cost(printer);
}

async function accuracy(printer: FigurePrinter): Promise<void> {
  const counts = new Map(PictureFault.options.map((fault) => [fault as string, { hit: 0, missed: 0, madeUp: 0 }]));
  const all = stages();
  const lab = new Lab(
    all.map(({ scene }) => scene),
    NOON,
  );
  const coding = new Coding();
  coding.start();
  let trials = 0;
  try {
    for (const [index, stage] of all.entries()) {
      for (const trial of trialsOf(stage, FAULTS_FROM + index)) {
        const raised = await raisedBy(trial, picturesOf(trial, lab, coding));
        trials += 1;
        const wrong = raised.filter((fault) => fault !== trial.fault);
        const isMissed = trial.fault !== null && !raised.includes(trial.fault);
        if (trial.fault) counts.get(trial.fault)![isMissed ? 'missed' : 'hit'] += 1;
        for (const fault of wrong) counts.get(fault)!.madeUp += 1;
        if (isMissed || wrong.length > 0) {
          printer.say(`  ${stage.name}, ${trial.what}: ${isMissed ? 'missed' : ''} ${wrong.join(', ')}`);
        }
      }
    }
  } finally {
    await Promise.all([coding.stop(), lab.stop()]);
  }
  const shares = [...counts].map(([fault, { hit, missed, madeUp }]) => ({
    fault,
    recall: hit / (hit + missed),
    precision: hit + madeUp === 0 ? 1 : hit / (hit + madeUp),
  }));
  for (const { fault, precision, recall } of shares) {
    printer.say(`  ${fault.padEnd(14)} precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}`);
  }
  const worst = (figure: 'precision' | 'recall') =>
    shares.reduce((least, each) => (each[figure] < least[figure] ? each : least));
  for (const figure of ['precision', 'recall'] as const) {
    const { fault, [figure]: value } = worst(figure);
    const note = `of the worst kind (${fault}); ${trials} trials in ${all.length} scenes, through H.264`;
    printer.print({ suite, figure: `diagnosis.${figure}`, value, unit: 'share', aim: 0.95, atLeast: true, note });
  }
}

async function aCleanDay(printer: FigurePrinter): Promise<void> {
  const stage = windowStage(10, 1.5);
  const lab = new Lab([stage.scene], MIDNIGHT);
  const coding = new Coding();
  coding.start();
  try {
    const { looks, raised } = await cleanDay(stage, lab, coding);
    for (const { fault, hour } of raised) printer.say(`  clean day: ${fault} at ${hour.toFixed(2)} h`);
    const note = `${looks} looks at one scene from midnight to midnight, crowd, lunch, lights off; nothing confirmed`;
    printer.print({ suite, figure: 'diagnosis.clean_day', value: raised.length, unit: 'faults', aim: 0, note });
  } finally {
    await Promise.all([coding.stop(), lab.stop()]);
  }
}

/** What looking and judging add to a process that pulls the streams anyway. */
async function cost(printer: FigurePrinter): Promise<void> {
  const cameras = await startCameras(CAMERAS);
  try {
    const uris = cameras.addresses.map(({ rtsp }) => rtsp.sub);
    const without = await share(uris, 'pull');
    const looking = await share(uris, 'look');
    printer.print({
      suite,
      figure: 'diagnosis.cpu_per_camera',
      value: (looking.cpu - without.cpu) / CAMERAS,
      unit: '% of a core',
      aim: 1,
      note: `${CAMERAS} sub streams 640x360, a look every 5 s, ${WATCH_MS / 1000} s; ${looking.looks} looks; pulling alone takes ${without.cpu.toFixed(1)} %`,
    });
  } finally {
    await cameras.stop();
  }
}

async function share(uris: readonly string[], mode: 'pull' | 'look'): Promise<{ cpu: number; looks: number }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../diagnosis/looking.ts'), mode, ...uris], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, BENCH_USER: 'bench', BENCH_PASSWORD: 'bench-only' },
  });
  const lines = createInterface({ input: child.stdout });
  const used = () => treeOf(child.pid!).reduce((sum, pid) => sum + usageOf(pid).cpuSec, 0);
  await once(lines, 'line');
  await sleep(WARM_UP_MS);
  const before = used();
  await sleep(WATCH_MS);
  const cpu = (100 * (used() - before)) / (WATCH_MS / 1000);
  const told = once(lines, 'line');
  const gone = once(child, 'exit');
  child.stdin.end();
  const [line] = (await told) as [string];
  await gone;
  return { cpu, looks: Number(line) };
}
