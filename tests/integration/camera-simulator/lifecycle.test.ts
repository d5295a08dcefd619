import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { pause, systemClock } from '#lib/clock.ts';
import { RtspTalker } from './rtsp-talker.ts';
import { account, camera, simulator } from './simulated.ts';

let simulated: ChildProcess | null = null;
let talker: RtspTalker | null = null;

afterEach(() => {
  talker?.end();
  simulated?.kill('SIGKILL');
});

/** The simulator in a process of its own, with somebody who plays from it. */
async function played(): Promise<ChildProcess> {
  simulated = spawn(process.execPath, [new URL('./simulator-process.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [uri] = (await once(createInterface(simulated.stdout!), 'line')) as [string];
  talker = new RtspTalker(uri, account);
  const setup = await talker.ask('SETUP', `${uri}/trackID=0`, { Transport: 'RTP/AVP/TCP;interleaved=0-1' });
  await talker.ask('PLAY', uri, { Session: setup.headers.get('session')!.split(';')[0]! });
  await talker.packet();
  return simulated;
}

async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) children.push(Number(name));
  }
  return children;
}

/** A process that nobody tells us the end of. */
async function gone(pid: number): Promise<void> {
  while (/ffmpeg/.test(await readlink(`/proc/${pid}/exe`).catch(() => ''))) await pause(systemClock, 20);
}

describe('the simulator', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('leaves no encoder behind when it gets %s', async (signal) => {
    const process = await played();
    const children = await childrenOf(process.pid!);
    expect(children.length).toBeGreaterThan(0);
    const closed = once(process, 'close');
    process.kill(signal);
    await closed;
    await Promise.all(children.map(gone));
    expect(await childrenOf(process.pid!)).toEqual([]);
  });

  it('can be started and stopped again and again', async () => {
    const cameras = simulator([camera('w07')]);
    await cameras.start();
    await cameras.start();
    await cameras.stop();
    await cameras.stop();
    await cameras.start();
    const { rtsp } = cameras.addresses()[0]!;
    talker = new RtspTalker(rtsp.sub, account);
    expect((await talker.ask('DESCRIBE', rtsp.sub)).status).toBe(200);
    await cameras.stop();
  });

  it('says so when ffmpeg is missing or its port is taken', async () => {
    await expect(simulator([camera('w07')], { ffmpegPath: '/nowhere/ffmpeg' }).start()).rejects.toMatchObject({
      code: 'FFMPEG_MISSING',
    });
    const first = simulator([camera('w07')]);
    await first.start();
    const port = Number(new URL(first.addresses()[0]!.rtsp.sub).port);
    await expect(simulator([camera('w07')], { rtspPort: port }).start()).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    await first.stop();
  });
});
