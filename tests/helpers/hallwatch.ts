import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ServerProcess } from './server-process.ts';

/**
 * Ports of this process, below those that the kernel gives to whoever asks for any; steps that no neighbour shares,
 * as files run side by side in processes of their own.
 */
const OWN_PORTS = { from: 15_000, count: 17_000, apart: 61 };
let used = 0;

/** A TCP port of 127.0.0.1 that is free, and that nobody else takes before its user does. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = OWN_PORTS.from + ((process.pid * OWN_PORTS.apart + used) % OWN_PORTS.count);
    used += 1;
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** A REST client of the product, signed in as whoever it signed in as. */
export class RestClient {
  readonly origin: string;
  cookie = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  /** The answer's JSON; anything but 2xx throws with the answer's words. */
  async call<T>(method: string, url: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.origin + url, {
      method,
      headers: {
        origin: this.origin,
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie) this.cookie = cookie;
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

export interface RunningHallwatch {
  url: string;
  mqttUrl: string;
  dataDir: string;
  server: ServerProcess;
  pid: number;
  /** Signed in as the administrator `root`, password `root-password`. */
  rest: RestClient;
  /** Stops the program and removes its data folder, unless it was given. */
  stop(): Promise<void>;
}

export const administrator = { username: 'root', password: 'root-password' };

/** Starts the product as a user would, with a data folder and ports of its own, and creates or signs in the administrator. */
export async function startHallwatch(
  given: { dataDir?: string; mqttPort?: number; port?: number; env?: Record<string, string> } = {},
): Promise<RunningHallwatch> {
  const dataDir = given.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'hallwatch-run-')));
  const mqttPort = given.mqttPort ?? (await freePort());
  const setupCode = 'setup-code-of-a-test';
  const server = new ServerProcess({
    HALLWATCH_DATA: dataDir,
    HALLWATCH_PORT: String(given.port ?? 0),
    HALLWATCH_MQTT_PORT: String(mqttPort),
    HALLWATCH_SETUP_CODE: setupCode,
    ...given.env,
  });
  const url = await server.address();
  const rest = new RestClient(url);
  const { required } = await rest.call<{ required: boolean }>('GET', '/api/setup');
  if (required) await rest.call('POST', '/api/setup', { code: setupCode, displayName: 'Root', ...administrator });
  await rest.call('POST', '/api/session', administrator);
  return {
    url,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    dataDir,
    server,
    pid: server.pid,
    rest,
    async stop() {
      await server.stop();
      if (given.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
