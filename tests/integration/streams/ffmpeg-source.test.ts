import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { pause, systemClock } from '#lib/clock.ts';
import { FfmpegSource } from '../../../streams/ffmpeg/ffmpeg-source.ts';
import { RELAY_HEIGHT, RELAY_WIDTH, RtspRelay, type RelayOptions } from '../../helpers/rtsp-relay.ts';
import { annexB, CollectingSink } from './collecting-sink.ts';
import { decode } from './decode.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openRelay(options: RelayOptions = {}): Promise<RtspRelay> {
  const relay = new RtspRelay(options);
  closing.push(() => relay.stop());
  await relay.start();
  return relay;
}

const nobody = { username: '', password: '' };

function pull(uri: string, account = nobody, ffmpegPath = 'ffmpeg') {
  const sink = new CollectingSink();
  const abort = new AbortController();
  const source = new FfmpegSource({ address: { uri, ...account }, clock: systemClock, ffmpegPath });
  const ended = source.run(sink, abort.signal);
  closing.push(() => {
    abort.abort();
    return ended;
  });
  return { sink, abort, ended };
}

/** Process ids and command lines of the ffmpegs that read a script from their standard input: the sources. */
function children(parent: number): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const ppid = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))?.[1]);
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return ppid === parent && command.includes('-f concat') ? [{ pid: Number(entry), command }] : [];
    } catch {
      return []; // gone while we looked
    }
  });
}

describe('ffmpeg source', () => {
  it.each([
    ['copies H.264', 'h264', 40],
    ['turns H.265 into H.264', 'h265', 25],
    ['turns MPEG-4 into H.264', 'mpeg4', 25],
  ] as const)('%s that decodes without a complaint', async (_, codec, count) => {
    const relay = await openRelay({ codec });
    const { sink, abort, ended } = pull(relay.uri);
    await sink.more(count);
    abort.abort();
    expect(await ended).toEqual({ reason: 'stopped' });
    expect(sink.formats[0]).toMatchObject({ codec: 'h264', width: RELAY_WIDTH, height: RELAY_HEIGHT });
    expect(sink.units[0]!.key).toBe(true);
    const steps = sink.units.slice(1).map((unit, i) => unit.pts - sink.units[i]!.pts);
    expect(steps.reduce((sum, each) => sum + each, 0) / steps.length).toBeCloseTo(40, 0);
    const { frames, complaints } = decode('h264', annexB(sink.formats[0]!, sink.units), RELAY_WIDTH, RELAY_HEIGHT);
    expect(complaints).toBe('');
    expect(frames).toBe(sink.units.length);
  });

  it('signs in, and shows neither name nor password to the list of processes', async () => {
    const account = { username: 'admin', password: "p@ss'word/1" };
    const relay = await openRelay({ account });
    const { sink } = pull(relay.uri, account);
    await sink.more(1);
    const running = children(process.pid);
    expect(running).toHaveLength(1);
    expect(running[0]!.command).not.toMatch(/admin|word|127\.0\.0\.1/);
  });

  it('leaves no process behind when it is stopped', async () => {
    const relay = await openRelay();
    const { sink, abort, ended } = pull(relay.uri);
    await sink.more(1);
    abort.abort();
    await ended;
    expect(children(process.pid)).toEqual([]);
    await relay.emptied();
  });

  it('does not outlive us, even if we are killed', async () => {
    const relay = await openRelay();
    const script = `
      import { FfmpegSource } from '${new URL('../../../streams/ffmpeg/ffmpeg-source.ts', import.meta.url).href}';
      import { systemClock } from '#lib/clock.ts';
      const address = { uri: '${relay.uri}', username: '', password: '' };
      const source = new FfmpegSource({ address, clock: systemClock, ffmpegPath: 'ffmpeg' });
      let told = false;
      const unit = () => { if (!told) console.log('live'); told = true; };
      await source.run({ format() {}, unit, dropped() {} }, new AbortController().signal);
    `;
    const server = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: new URL('../../..', import.meta.url),
    });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const [child] = children(server.pid!);
    expect(child).toBeDefined();
    server.kill('SIGKILL');
    await ended;
    for (let tries = 0; isRunning(child!.pid) && tries < 100; tries += 1) await pause(systemClock, 50);
    expect(isRunning(child!.pid)).toBe(false);
  });

  it.each([
    ['a wrong password', { username: 'admin', password: 'wrong' }, '', 'CAMERA_UNAUTHORIZED'],
    ['a wrong path', { username: 'admin', password: 'right' }, '/../elsewhere', 'CAMERA_NO_STREAM'],
  ] as const)('tells %s', async (_, account, path, code) => {
    const relay = await openRelay({ account: { username: 'admin', password: 'right' } });
    const end = await pull(relay.uri.replace('/live', path || '/live'), account).ended;
    expect(end).toMatchObject({ reason: 'failed', code });
    expect(JSON.stringify(end)).not.toMatch(/wrong@|right@/);
  });

  it('reads a camera behind TLS, whoever made its certificate', async () => {
    const relay = await openRelay();
    const folder = await mkdtemp(join(tmpdir(), 'hallwatch-tls-'));
    closing.push(() => rm(folder, { recursive: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const files = ['-keyout', key, '-out', cert, '-subj', '/CN=camera'];
    await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files]);
    const server = tls.createServer({ key: await readFile(key), cert: await readFile(cert) }, (socket) => {
      const inner = net.connect(Number(new URL(relay.uri).port), '127.0.0.1');
      socket
        .on('error', () => inner.destroy())
        .pipe(inner)
        .on('error', () => socket.destroy())
        .pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { sink, abort, ended } = pull(`rtsps://127.0.0.1:${(server.address() as AddressInfo).port}/live`);
    await sink.more(5);
    abort.abort();
    expect(await ended).toEqual({ reason: 'stopped' });
  });

  it('tells a camera that is not there', async () => {
    const relay = await openRelay();
    const { uri } = relay;
    await relay.stop();
    closing.pop();
    // Without so much as starting an ffmpeg, as dead cameras are tried over and over.
    expect(await pull(uri, nobody, '/nonexistent/ffmpeg').ended).toMatchObject({
      reason: 'failed',
      code: 'CAMERA_UNREACHABLE',
    });
  });

  it('tells a camera that hangs up', async () => {
    const relay = await openRelay();
    const { sink, ended } = pull(relay.uri);
    await sink.more(1);
    relay.cut();
    expect(await ended).toMatchObject({ reason: 'failed', code: 'CAMERA_UNREACHABLE' });
  });

  it('tells when there is no ffmpeg', async () => {
    const relay = await openRelay();
    const { ended } = pull(relay.uri, nobody, '/nonexistent/ffmpeg');
    expect(await ended).toMatchObject({ reason: 'failed', code: 'FFMPEG_MISSING' });
  });
});

/** A zombie that nobody has reaped yet does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
