import { readFileSync } from 'node:fs';
import path from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { monotonicFactory } from 'ulid';

/** Messages of one kiosk that may be on their way at a time. */
const IN_FLIGHT = 20;

export interface FleetOptions {
  url: string;
  /** Below which each kiosk has its topics: `gsh/v1/{region}/{hall}/kiosk`. */
  prefix: string;
  devices: string[];
  eventsEach: number;
}

/**
 * Kiosks that number what they say, keep it until it is acknowledged, and say it again after every lost connection. Each
 * ticket is taken and given back, so that nobody waits for ever.
 */
export class KioskFleet {
  readonly #options: FleetOptions;
  readonly #clients: MqttClient[] = [];
  readonly #ulid = monotonicFactory();
  /** Ids of what was acknowledged. */
  readonly acknowledged: string[] = [];
  #reached: { count: number; resolve: () => void }[] = [];

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Resolves when everything that was to be said has been acknowledged. */
  async run(): Promise<void> {
    const { url, devices } = this.#options;
    await Promise.all(
      devices.map(async (device) => {
        const client = mqtt.connect(url, { clientId: device, clean: true, reconnectPeriod: 200 });
        client.on('error', () => undefined); // it comes back by itself
        client.setMaxListeners(0); // each message in flight may wait for its return
        this.#clients.push(client);
        await this.#speak(client, device);
      }),
    );
  }

  /** Resolves when so many are acknowledged. */
  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.acknowledged.length >= count) resolve();
      else this.#reached.push({ count, resolve });
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
  }

  async #speak(client: MqttClient, device: string): Promise<void> {
    const { prefix, eventsEach } = this.#options;
    let next = 0;
    const lane = async () => {
      while (next < eventsEach) {
        const seq = next++;
        const id = this.#ulid();
        const type = seq % 2 === 0 ? 'ticket.issued' : 'ticket.cancelled';
        const ticket = { tid: `${device}-${seq >> 1}`, no: `A${seq >> 1}`, queue: 'q' };
        const envelope = { v: 1, id, seq, sid: 's1', ts: new Date().toISOString() };
        const message = JSON.stringify({ ...envelope, type, ...ticket });
        await untilAcknowledged(client, `${prefix}/${device}/evt`, message);
        this.#acknowledge(id);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  }

  #acknowledge(id: string): void {
    const count = this.acknowledged.push(id);
    const [ripe, later] = [
      this.#reached.filter((each) => each.count <= count),
      this.#reached.filter((each) => each.count > count),
    ];
    this.#reached = later;
    for (const { resolve } of ripe) resolve();
  }
}

/** A connection that breaks at an odd moment makes the client give a message back: it is said again, with the id it has. */
async function untilAcknowledged(client: MqttClient, topic: string, message: string): Promise<void> {
  for (;;) {
    try {
      await client.publishAsync(topic, message, { qos: 1 });
      return;
    } catch {
      // not `once`, which takes every failed try to connect for the end
      if (!client.connected) await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    }
  }
}

/** The embedded database of a data folder: its address, and the process that is killed to kill it. */
export function embeddedDatabaseOf(dataDir: string): { url: string; pid: number } {
  const folder = path.join(dataDir, 'database');
  const lines = readFileSync(path.join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(path.join(folder, 'password'), 'utf8');
  return { pid: Number(lines[0]), url: `postgres://hallwatch:${password}@127.0.0.1:${lines[3]}/hallwatch` };
}
