import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCameras } from './bench-house.ts';

/** A link of two hosts that exist for this run only: WebRTC does not offer addresses of the loopback interface. */
const NETWORK = { namespace: 'hallwatch-janus', here: '10.231.77.1', there: '10.231.77.2', prefix: 30 };
const PORT = 8188;
const library = '/usr/lib/x86_64-linux-gnu/janus';

/** Why there can be no Janus here, or null where there can. */
export function janusMissing(): string | null {
  if (!existsSync('/usr/bin/janus')) return 'no Janus on this machine (Debian package janus), so that peer is left out';
  if (process.getuid?.() !== 0) return 'Janus needs a network namespace and so root: that peer is left out';
  if (!existsSync('/usr/sbin/ip')) return 'Janus needs iproute2 for its network namespace: that peer is left out';
  return null;
}

export interface Janus {
  /** WebSocket address of its API; mountpoint 1 is the camera's main stream. */
  url: string;
  /** An empty page on 127.0.0.1: a page from nowhere may not speak to hosts of the local network. */
  page: string;
  stop(): Promise<void>;
}

/** Janus in a network namespace of its own, with the streaming plugin alone, showing one simulated camera. */
export async function startJanus(): Promise<Janus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-janus-'));
  openNetwork();
  const cameras = await startCameras(1, `--address=${NETWORK.here}`);
  await writeSettings(folder, cameras.addresses[0]!.rtsp.main);
  const child = spawn('ip', ['netns', 'exec', NETWORK.namespace, 'janus', '-F', folder, '-d', '2'], {
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  await untilListening();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><body></body>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `ws://${NETWORK.there}:${PORT}`,
    page: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections();
      server.close();
      child.kill();
      await gone;
      await cameras.stop();
      closeNetwork();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

function openNetwork(): void {
  closeNetwork();
  const { namespace, here, there, prefix } = NETWORK;
  ip('netns', 'add', namespace);
  ip('link', 'add', 'hw-bench', 'type', 'veth', 'peer', 'name', 'hw-janus', 'netns', namespace);
  ip('address', 'add', `${here}/${prefix}`, 'dev', 'hw-bench');
  ip('link', 'set', 'hw-bench', 'up');
  ip('-n', namespace, 'address', 'add', `${there}/${prefix}`, 'dev', 'hw-janus');
  ip('-n', namespace, 'link', 'set', 'hw-janus', 'up');
  ip('-n', namespace, 'link', 'set', 'lo', 'up');
}

function closeNetwork(): void {
  if (existsSync(`/run/netns/${NETWORK.namespace}`)) ip('netns', 'delete', NETWORK.namespace);
}

/** Janus loads whatever lies in its folders: they hold one plugin and one transport. */
async function writeSettings(folder: string, uri: string): Promise<void> {
  for (const [kind, wanted] of [
    ['plugins', 'libjanus_streaming.so'],
    ['transports', 'libjanus_websockets.so'],
    ['events', null],
  ] as const) {
    await mkdir(path.join(folder, kind));
    const files = wanted ? readdirSync(path.join(library, kind)).filter((name) => name.startsWith(wanted)) : [];
    for (const name of files) await symlink(path.join(library, kind, name), path.join(folder, kind, name));
  }
  const settings = {
    'janus.jcfg':
      `general: { plugins_folder = "${folder}/plugins" transports_folder = "${folder}/transports" ` +
      `events_folder = "${folder}/events" }`,
    'janus.transport.websockets.jcfg': `general: { ws = true ws_port = ${PORT} }`,
    'janus.plugin.streaming.jcfg':
      `camera: { type = "rtsp" id = 1 audio = false video = true ` +
      `url = "${uri}" rtsp_user = "bench" rtsp_pwd = "bench-only" }`,
  };
  for (const [name, text] of Object.entries(settings)) await writeFile(path.join(folder, name), text);
}

async function untilListening(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(PORT, NETWORK.there);
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(100);
  }
  throw new Error('Janus does not listen');
}
