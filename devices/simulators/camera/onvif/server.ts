import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProfileName } from '../model.ts';
import { deviceOperations, type Operation } from './device-service.ts';
import { DEVICE_PATH, MEDIA_PATH, type Identity } from './identity.ts';
import { mediaOperations } from './media-service.ts';
import { TokenGuard, type TokenCredentials } from './security.ts';
import { readSoap, SoapFault, writeFault, writeSoap, type XmlNode } from './soap.ts';

export interface OnvifServerDependencies {
  log: Logger;
  identity: Identity;
  address: string;
  /** 0 takes any free port; it is kept over a stop and a new start. */
  port: number;
  /** The camera's clock, epoch ms. */
  now: () => number;
  credentials: () => TokenCredentials;
  /** Somebody tried to sign in; a camera may count the wrong ones. */
  onSignIn: (isRight: boolean) => void;
  isSilent: () => boolean;
  /** Not a camera answers on this port, but something with pages. */
  isSomethingElse: () => boolean;
  /** What the camera takes for its own address; with NAT or a second interface that is not where it was asked. */
  toldAddress: () => string;
  streamUri: (role: ProfileName) => string;
}

const MAX_REQUEST_BYTES = 64 * 1024;
const PAGE = '<!DOCTYPE html><html><head><title>Web Service</title></head><body><form>Login<br></form></body></html>';

/** The HTTP port of one camera: its ONVIF services over SOAP 1.2. */
export class OnvifServer {
  readonly #deps: OnvifServerDependencies;
  readonly #guard: TokenGuard;
  #port: number;
  #server: Server | null = null;
  #services: Record<string, Record<string, Operation>> = {};

  constructor(deps: OnvifServerDependencies) {
    this.#deps = deps;
    this.#port = deps.port;
    this.#guard = new TokenGuard(deps.now);
  }

  get identity(): Identity {
    return this.#deps.identity;
  }

  get isListening(): boolean {
    return this.#server !== null;
  }

  /** Where it can be reached. */
  get url(): string {
    return `http://${this.#deps.address}:${this.#port}${DEVICE_PATH}`;
  }

  /** Where it says that it can be reached. */
  get toldUrl(): string {
    return `${this.#origin}${DEVICE_PATH}`;
  }

  /** @throws AppError PORT_TAKEN */
  async start(): Promise<void> {
    if (this.#server) return;
    const { address, identity, now, streamUri } = this.#deps;
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    server.listen(this.#port, address);
    try {
      await once(server, 'listening');
    } catch (cause) {
      this.#server = null;
      throw new AppError('PORT_TAKEN', `${address}:${this.#port}`, { cause });
    }
    this.#port = (server.address() as AddressInfo).port;
    this.#services = {
      [DEVICE_PATH]: deviceOperations({ identity, origin: () => this.#origin, interfaceAddress: address, now }),
      [MEDIA_PATH]: mediaOperations(streamUri),
    };
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  get #origin(): string {
    return `http://${this.#deps.toldAddress()}:${this.#port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#deps.isSomethingElse()) {
      request.resume();
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
      return;
    }
    const service = this.#services[(request.url ?? '').split('?')[0]!];
    if (!service || request.method !== 'POST') {
      response.writeHead(service ? 405 : 404).end();
      return;
    }
    const text = await readBody(request);
    if (this.#deps.isSilent()) return;
    if (text === null) {
      response.writeHead(413).end();
      return;
    }
    const { status, xml } = this.#answer(service, text);
    response.writeHead(status, {
      'Content-Type': 'application/soap+xml; charset=utf-8',
      'Content-Length': Buffer.byteLength(xml),
    });
    response.end(xml);
  }

  #signIn(header: XmlNode): void {
    const { credentials, onSignIn } = this.#deps;
    const isTried = header.Security !== undefined;
    try {
      this.#guard.verify(header, credentials());
      onSignIn(true);
    } catch (error) {
      if (isTried) onSignIn(false);
      throw error;
    }
  }

  /** SOAP 1.2 part 2, 7.5.2.2: the sender's faults are 400, the receiver's 500. */
  #answer(service: Record<string, Operation>, text: string): { status: number; xml: string } {
    try {
      const { action, body, header } = readSoap(text);
      const operation = Object.hasOwn(service, action) ? service[action] : undefined;
      if (!operation) {
        throw new SoapFault('Receiver', ['ter:ActionNotSupported'], `${action} is not supported`);
      }
      if (!operation.beforeAuthentication) this.#signIn(header);
      return { status: 200, xml: writeSoap(operation.answer(body)) };
    } catch (error) {
      if (error instanceof SoapFault) return { status: error.code === 'Sender' ? 400 : 500, xml: writeFault(error) };
      this.#deps.log.error({ camera: this.#deps.identity.id, error: messageOf(error) }, 'an ONVIF request failed');
      return { status: 500, xml: writeFault(new SoapFault('Receiver', ['ter:Action'], 'Internal error')) };
    }
  }
}

/** The body as text; null where it is too long or the client went away. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_REQUEST_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}
