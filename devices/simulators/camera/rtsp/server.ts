import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { RtspConnection, type RtspCamera } from './connection.ts';

export interface RtspServerDependencies {
  clock: Clock;
  log: Logger;
  address: string;
  /** 0 takes any free port. */
  port: number;
  findCamera: (id: string) => RtspCamera | undefined;
}

const SWEEP_MS = 5000;
const MAX_CONNECTIONS = 512;

/** The RTSP port that all simulated cameras share, each with paths of its own. */
export class RtspServer {
  readonly #deps: RtspServerDependencies;
  readonly #connections = new Set<RtspConnection>();
  #server: Server | null = null;
  #cancelSweep: () => void = () => undefined;

  constructor(deps: RtspServerDependencies) {
    this.#deps = deps;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo | null)?.port ?? this.#deps.port;
  }

  /** @throws AppError PORT_TAKEN */
  async start(): Promise<void> {
    if (this.#server) return;
    const server = createServer((socket) => {
      const connection = new RtspConnection(socket, this.#deps);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
      connection.start();
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.listen(this.#deps.port, this.#deps.address);
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new AppError('PORT_TAKEN', `${this.#deps.address}:${this.#deps.port}`, { cause });
    }
    this.#server = server;
    this.#cancelSweep = this.#deps.clock.every(SWEEP_MS, () => {
      for (const connection of this.#connections) connection.dropIfQuiet();
    });
  }

  /** Ends every connection of one camera. */
  dropClients(cameraId: string): void {
    for (const connection of this.#connections) if (connection.cameraId === cameraId) connection.drop();
  }

  /** The encoder of a camera may be another one now. */
  refresh(cameraId: string): void {
    for (const connection of this.#connections) if (connection.cameraId === cameraId) connection.refresh();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    this.#cancelSweep();
    const closed = once(server, 'close');
    server.close();
    for (const connection of this.#connections) connection.drop();
    await closed;
  }
}
