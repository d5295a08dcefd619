import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { DigestGuard, type DigestAlgorithm } from '../rtsp/digest.ts';
import { deviceIoOperations } from './device-io-service.ts';
import { deviceOperations } from './device-service.ts';
import { addressed, eventOperations } from './event-service.ts';
import * as paths from './identity.ts';
import { imagingOperations } from './imaging-service.ts';
import { media2Operations } from './media2-service.ts';
import { mediaOperations } from './media-service.ts';
import type { OnvifCamera, Operations } from './operation.ts';
import { ptzOperations } from './ptz-service.ts';
import { TokenGuard, type TokenCredentials } from './security.ts';
import { readSoap, SoapFault, textOf, writeFault, writeSoap, type XmlNode } from './soap.ts';

export interface OnvifServerDependencies {
  clock: Clock;
  log: Logger;
  /** Given the origin that the camera tells, itself. */
  camera: Omit<OnvifCamera, 'origin'>;
  address: string;
  /** 0 takes any free port; it is kept over a stop and a new start. */
  port: number;
  /** HTTP digest (RFC 7616) beside the token in the message; null: the token only. */
  httpDigest: DigestAlgorithm | null;
  credentials: () => TokenCredentials;
  /** Somebody tried to sign in; a camera may count the wrong ones. */
  onSignIn: (isRight: boolean) => void;
  isSilent: () => boolean;
  /** Not a camera answers on this port, but something with pages. */
  isSomethingElse: () => boolean;
  /** What the camera takes for its own address; with NAT or a second interface that is not where it was asked. */
  toldAddress: () => string;
}

const MAX_REQUEST_BYTES = 64 * 1024;
const PAGE = '<!DOCTYPE html><html><head><title>Web Service</title></head><body><form>Login<br></form></body></html>';

/** The HTTP port of one camera: its ONVIF services over SOAP 1.2. */
export class OnvifServer {
  readonly #deps: OnvifServerDependencies;
  readonly #tokenGuard: TokenGuard;
  readonly #digestGuard: DigestGuard | null;
  #port: number;
  #server: Server | null = null;
  #services: Record<string, Operations> = {};

  constructor(deps: OnvifServerDependencies) {
    this.#deps = deps;
    this.#port = deps.port;
    this.#tokenGuard = new TokenGuard(deps.camera.now);
    this.#digestGuard = deps.httpDigest ? new DigestGuard(deps.clock, deps.httpDigest) : null;
  }

  get identity(): paths.Identity {
    return this.#deps.camera.identity;
  }

  get isListening(): boolean {
    return this.#server !== null;
  }

  /** Where it can be reached. */
  get url(): string {
    return `http://${this.#deps.address}:${this.#port}${paths.DEVICE_PATH}`;
  }

  /** Where it says that it can be reached. */
  get toldUrl(): string {
    return `${this.#origin}${paths.DEVICE_PATH}`;
  }

  /** @throws AppError PORT_TAKEN */
  async start(): Promise<void> {
    if (this.#server) return;
    const { address } = this.#deps;
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
    const camera: OnvifCamera = { ...this.#deps.camera, origin: () => this.#origin };
    const events = eventOperations(camera);
    this.#services = {
      [paths.DEVICE_PATH]: deviceOperations(camera),
      [paths.MEDIA_PATH]: mediaOperations(camera),
      [paths.IMAGING_PATH]: imagingOperations(camera),
      [paths.DEVICE_IO_PATH]: deviceIoOperations(camera, 'tmd'),
      [paths.EVENTS_PATH]: events.service,
      [paths.SUBSCRIPTION_PATH]: events.subscription,
      ...(camera.hasMedia2 ? { [paths.MEDIA2_PATH]: media2Operations(camera) } : {}),
      ...(camera.ptz ? { [paths.PTZ_PATH]: ptzOperations(camera.ptz, camera.now) } : {}),
    };
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    const closed = once(server, 'close');
    this.#deps.camera.subscriptions.endAll();
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
    const address = (request.url ?? '').split('?')[0]!;
    const place = address.startsWith(paths.SUBSCRIPTION_PATH) ? paths.SUBSCRIPTION_PATH : address;
    const service = Object.hasOwn(this.#services, place) ? this.#services[place] : undefined;
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
    const { status, xml, challenge } = await this.#answer(service, address, text, request.headers.authorization);
    if (this.#deps.isSilent()) return;
    response.writeHead(status, {
      'Content-Type': 'application/soap+xml; charset=utf-8',
      'Content-Length': Buffer.byteLength(xml),
      ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
    });
    response.end(xml);
  }

  /** SOAP 1.2 part 2, 7.5.2.2: the sender's faults are 400, the receiver's 500. */
  async #answer(
    service: Operations,
    address: string,
    text: string,
    authorization: string | undefined,
  ): Promise<{ status: number; xml: string; challenge?: string }> {
    let challenge: string | undefined;
    try {
      const { action, body, header } = readSoap(text);
      const operation = Object.hasOwn(service, action) ? service[action] : undefined;
      if (!operation) {
        throw new SoapFault('Receiver', ['ter:ActionNotSupported'], `${action} is not supported`);
      }
      if (!operation.beforeAuthentication) challenge = this.#signIn(header, authorization);
      if (challenge !== undefined) throw new SoapFault('Sender', ['ter:NotAuthorized'], 'Sender not authorized');
      const answer = await operation.answer(body, address);
      const head = operation.action ? addressed(operation.action, textOf(header.MessageID)) : '';
      return { status: 200, xml: writeSoap(answer, head) };
    } catch (error) {
      if (error instanceof SoapFault) {
        // Core 5.12.1: with HTTP digest a request without proof is 401.
        if (challenge !== undefined) return { status: 401, xml: writeFault(error), challenge };
        return { status: error.code === 'Sender' ? 400 : 500, xml: writeFault(error) };
      }
      const camera = this.#deps.camera.identity.id;
      this.#deps.log.error({ camera, error: messageOf(error) }, 'an ONVIF request failed');
      return { status: 500, xml: writeFault(new SoapFault('Receiver', ['ter:Action'], 'Internal error')) };
    }
  }

  /**
   * By the token in the message or by HTTP digest, where the camera has that. Gives the challenge to answer with.
   * @throws SoapFault ter:NotAuthorized
   */
  #signIn(header: XmlNode, authorization: string | undefined): string | undefined {
    const { credentials, onSignIn } = this.#deps;
    const guard = this.#digestGuard;
    if (guard && header.Security === undefined) {
      const verdict = guard.check('POST', authorization, credentials());
      if (authorization !== undefined) onSignIn(verdict !== 'refused');
      return verdict === 'accepted' ? undefined : guard.challenge(verdict === 'stale');
    }
    try {
      this.#tokenGuard.verify(header, credentials());
      onSignIn(true);
    } catch (error) {
      if (header.Security !== undefined) onSignIn(false);
      throw error;
    }
    return undefined;
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
