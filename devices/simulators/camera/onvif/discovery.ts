import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { endpointOf, scopesOf, type Identity } from './identity.ts';
import { asNode, escapeXml, readSoap, textOf, textsOf, writeSoap, type SoapRequest } from './soap.ts';

/** A camera as discovery announces it. */
export interface Discoverable {
  identity: Identity;
  /** Address of its device service, as it says itself. */
  toldUrl: string;
  /** Cameras without power do not answer. */
  isListening: boolean;
}

export interface DiscoveryDependencies {
  clock: Clock;
  /** The interface to join the group on; always named, as the default one may be another. */
  interfaceAddress: string;
  cameras: readonly Discoverable[];
}

const GROUP = '239.255.255.250';
const PORT = 3702;
const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
const EVERYONE = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery';
const ACTION = 'http://schemas.xmlsoap.org/ws/2005/04/discovery/';
/** The cameras answer one after another, so that a hall full of them does not overrun the searcher's socket. */
const ANSWER_SPACING_MS = 3;

/** WS-Discovery (2005/04) for all simulated cameras: answers probes, says hello and bye. */
export class DiscoveryResponder {
  readonly #deps: DiscoveryDependencies;
  #socket: Socket | null = null;
  #instance = 0;
  #messageNumber = 0;

  constructor(deps: DiscoveryDependencies) {
    this.#deps = deps;
  }

  /** @throws AppError DISCOVERY_FAILED where the group cannot be joined on this interface. */
  async start(): Promise<void> {
    if (this.#socket) return;
    const { interfaceAddress, cameras, clock } = this.#deps;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    try {
      // Bound to the group's own address, the socket gets nothing that was sent to this machine directly.
      socket.bind(PORT, GROUP);
      await once(socket, 'listening');
      socket.addMembership(GROUP, interfaceAddress);
      socket.setMulticastInterface(interfaceAddress);
      socket.setMulticastLoopback(true);
    } catch (cause) {
      socket.close();
      throw new AppError('DISCOVERY_FAILED', interfaceAddress, { cause });
    }
    socket.on('error', () => undefined);
    socket.on('message', (message, from) => this.#read(message, from));
    this.#socket = socket;
    this.#instance = Math.floor(clock.now() / 1000);
    for (const camera of cameras) if (camera.isListening) this.hello(camera);
  }

  /** A camera came up. */
  hello(camera: Discoverable): void {
    void this.#announce('Hello', camera);
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    if (!socket) return;
    const leaving = this.#deps.cameras.filter((camera) => camera.isListening);
    await Promise.all(leaving.map((camera) => this.#announce('Bye', camera)));
    this.#socket = null;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  #read(message: Buffer, from: RemoteInfo): void {
    // Linux also hands over what arrived for the group on other interfaces.
    if (this.#deps.interfaceAddress.startsWith('127.') && !from.address.startsWith('127.')) return;
    let request: SoapRequest;
    try {
      request = readSoap(message.toString('utf8'));
    } catch {
      return;
    }
    if (request.action !== 'Probe') return;
    const types = textOf(request.body.Types)
      .split(/\s+/)
      .map((type) => type.replace(/^.*:/, ''));
    if (!types.every((type) => ['', 'NetworkVideoTransmitter', 'Device'].includes(type))) return;
    const wanted = textsOf(request.body.Scopes).join(' ').split(/\s+/).filter(Boolean);
    const relatesTo = textOf(asNode(request.header).MessageID);
    const matching = this.#deps.cameras.filter((camera) => camera.isListening && isInScopes(camera.identity, wanted));
    matching.forEach((camera, index) => {
      this.#deps.clock.after(index * ANSWER_SPACING_MS, () => {
        void this.#send(this.#probeMatch(camera, relatesTo), from.port, from.address);
      });
    });
  }

  #probeMatch(camera: Discoverable, relatesTo: string): string {
    const body = `<d:ProbeMatches><d:ProbeMatch>${describe(camera)}</d:ProbeMatch></d:ProbeMatches>`;
    return writeSoap(body, this.#header('ProbeMatches', ANONYMOUS, relatesTo));
  }

  #announce(kind: 'Hello' | 'Bye', camera: Discoverable): Promise<void> {
    return this.#send(
      writeSoap(`<d:${kind}>${describe(camera)}</d:${kind}>`, this.#header(kind, EVERYONE)),
      PORT,
      GROUP,
    );
  }

  #header(action: string, to: string, relatesTo?: string): string {
    this.#messageNumber += 1;
    return (
      `<wsa:MessageID>urn:uuid:${randomUUID()}</wsa:MessageID>` +
      (relatesTo === undefined ? '' : `<wsa:RelatesTo>${escapeXml(relatesTo)}</wsa:RelatesTo>`) +
      `<wsa:To>${to}</wsa:To><wsa:Action>${ACTION}${action}</wsa:Action>` +
      `<d:AppSequence InstanceId="${this.#instance}" MessageNumber="${this.#messageNumber}"/>`
    );
  }

  /** Resolves when the datagram has left, or could not. */
  #send(message: string, port: number, address: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket) this.#socket.send(message, port, address, () => resolve());
      else resolve();
    });
  }
}

function describe({ identity, toldUrl }: Discoverable): string {
  const { fixed, configurable } = scopesOf(identity);
  return (
    `<wsa:EndpointReference><wsa:Address>${endpointOf(identity)}</wsa:Address></wsa:EndpointReference>` +
    '<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>' +
    `<d:Scopes>${escapeXml([...fixed, ...configurable].join(' '))}</d:Scopes>` +
    `<d:XAddrs>${toldUrl}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>`
  );
}

/** WS-Discovery 5.1, rule rfc3986: a wanted scope is the same or a whole-segment prefix of one of the camera's. */
function isInScopes(identity: Identity, wanted: string[]): boolean {
  const { fixed, configurable } = scopesOf(identity);
  const own = [...fixed, ...configurable].map((scope) => scope.toLowerCase());
  return wanted.every((scope) => {
    const prefix = scope.toLowerCase().replace(/\/+$/, '');
    return own.some((candidate) => candidate === prefix || candidate.startsWith(`${prefix}/`));
  });
}
