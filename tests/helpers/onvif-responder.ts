import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OddProfile {
  token: string;
  encoding?: string;
  width?: number;
  height?: number;
  fps?: number;
  source?: string;
  /** Pictures from key frame to key frame, and the encoding of sound. */
  gov?: number;
  audio?: string;
  /** The PTZ node that moves it. */
  ptz?: string;
  /** What GetStreamUri answers; `{host}` becomes the host and port of the responder. */
  uri?: string;
}

export interface OddCamera {
  username?: string;
  password?: string;
  /** Which proof it takes: the token in the SOAP header, or HTTP Digest by MD5 or SHA-256. */
  auth?: 'token' | 'digest' | 'digest-sha256';
  /** A nonce is good for so many requests; after that it is stale, and said to be so or not. */
  nonceUses?: number;
  saysStale?: boolean;
  /** Names the next nonce with every answer. */
  nextNonce?: boolean;
  /** How far its clock is from ours; a token made more than 5 s from its own time is refused. */
  clockOffsetMs?: number;
  manufacturer?: string;
  serial?: string;
  profiles?: OddProfile[];
  media?: 'media1' | 'media2' | 'both';
  /** What it can do beyond pictures; each answers by `answers`. */
  services?: ('ptz' | 'imaging' | 'events')[];
  /** Bodies of answers by action, given the request; null is ActionNotSupported. */
  answers?: Record<string, (request: string) => string | null>;
  /** The address it believes to have. */
  advertisedHost?: string;
  /** Its behaviour in place of the right one, by action. */
  instead?: Record<string, (response: ServerResponse, request: IncomingMessage, text: string) => void>;
}

const NS =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" ' +
  'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"';
export const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${NS}><s:Body>${body}</s:Body></s:Envelope>`;
export const fault = (subcode: string, reason: string): string =>
  envelope(
    `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:${subcode}</s:Value></s:Subcode></s:Code>` +
      `<s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`,
  );
const escape = (text: string): string => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);

export const reply =
  (status: number, text: string, contentType = 'application/soap+xml') =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': contentType }).end(text);
  };
export const hangUp = (_response: ServerResponse, request: IncomingMessage): void => {
  request.socket.destroy();
};

/** A camera as odd as it is told to be, on a port of its own: for what a well-behaved camera never does. */
export class OnvifResponder {
  readonly camera: OddCamera;
  /** Every action it was asked for, in order. */
  readonly asked: string[] = [];
  /** The requests themselves. */
  readonly texts: string[] = [];
  /** How often somebody proved to be a stranger; a real camera locks the account after a few. */
  wrongProofs = 0;
  #nonce = 1;
  #uses = 0;
  readonly #server: Server;
  #discovery: Socket | null = null;

  constructor(camera: OddCamera = {}) {
    this.camera = camera;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get onvifUrl(): string {
    return `http://127.0.0.1:${this.port}/onvif/device_service`;
  }

  async start(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.#discovery?.close();
    this.#discovery = null;
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** Answers probes on 127.0.0.1 with what `matches` makes of the message that asked. */
  async answerProbes(matches: (messageId: string) => string[]): Promise<void> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.bind(3702, '0.0.0.0');
    await once(socket, 'listening');
    socket.addMembership('239.255.255.250', '127.0.0.1');
    socket.on('message', (datagram, sender) => {
      const messageId = /MessageID>([^<]+)</.exec(datagram.toString())?.[1];
      if (messageId === undefined) return;
      for (const match of matches(messageId)) socket.send(match, sender.port, sender.address);
    });
    this.#discovery = socket;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const action = /<s:Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(text)?.[1] ?? '?';
    this.asked.push(action);
    this.texts.push(text);
    const instead = this.camera.instead?.[action];
    if (instead) return instead(response, request, text);
    const open = action === 'GetSystemDateAndTime';
    if (!open && this.camera.username !== undefined) {
      const { auth = 'token' } = this.camera;
      if (auth !== 'token' && !this.#digestHolds(request, response)) {
        return reply(401, '<html><title>401 Unauthorized</title></html>', 'text/html')(response);
      }
      if (auth === 'token' && !this.#tokenHolds(text)) {
        if (text.includes('UsernameToken')) this.wrongProofs += 1;
        return reply(400, fault('NotAuthorized', 'Sender not Authorized'))(response);
      }
    }
    const body = this.#body(action, text);
    if (body === null) return reply(400, fault('ActionNotSupported', `no ${action} here`))(response);
    reply(200, envelope(body))(response);
  }

  #tokenHolds(text: string): boolean {
    const { username, password = '', clockOffsetMs = 0 } = this.camera;
    const part = (name: string) => new RegExp(`<${name}(?: [^>]*)?>([^<]*)<`).exec(text)?.[1] ?? '';
    const created = part('Created');
    const late = Math.abs(Date.parse(created) - (Date.now() + clockOffsetMs));
    const digest = createHash('sha1')
      .update(Buffer.from(part('Nonce'), 'base64'))
      .update(created)
      .update(password);
    return part('Username') === escape(username ?? '') && part('Password') === digest.digest('base64') && late < 5000;
  }

  #digestHolds(request: IncomingMessage, response: ServerResponse): boolean {
    const { username = '', password = '', auth, nonceUses = 1000, saysStale = true } = this.camera;
    const [name, algorithm] = auth === 'digest-sha256' ? ['SHA-256', 'sha256'] : ['MD5', 'md5'];
    const header = request.headers.authorization ?? '';
    const part = (key: string) => new RegExp(`\\b${key}="?([^",]+)`).exec(header)?.[1] ?? '';
    const hash = (words: string[]) => createHash(algorithm!).update(words.join(':')).digest('hex');
    const ha1 = hash([username, 'odd', password]);
    const ha2 = hash(['POST', request.url ?? '']);
    const right =
      header !== '' &&
      part('response') === hash([ha1, part('nonce'), part('nc'), part('cnonce'), 'auth', ha2]) &&
      part('uri') === request.url;
    if (header !== '' && !right) this.wrongProofs += 1;
    const fresh = part('nonce') === `nonce-${this.#nonce}` && Number.parseInt(part('nc'), 16) === this.#uses + 1;
    if (right && fresh && this.#uses < nonceUses) {
      this.#uses += 1;
      if (this.camera.nextNonce) {
        response.setHeader('Authentication-Info', `nextnonce="nonce-${(this.#nonce += 1)}", qop=auth`);
        this.#uses = 0;
      }
      return true;
    }
    if (right) this.#nonce += 1;
    this.#uses = 0;
    const stale = right && saysStale ? ', stale=TRUE' : '';
    response.setHeader('WWW-Authenticate', [
      'Basic realm="odd"',
      `Digest realm="odd", nonce="nonce-${this.#nonce}", qop="auth, auth-int", algorithm=${name}${stale}`,
    ]);
    return false;
  }

  #body(action: string, text: string): string | null {
    const { clockOffsetMs = 0, manufacturer = 'Odd Works', serial = 'S-1', media = 'media1' } = this.camera;
    const host = this.camera.advertisedHost ?? `127.0.0.1:${this.port}`;
    const medias =
      media === 'both' ? ['ver10/media', 'ver20/media'] : [media === 'media1' ? 'ver10/media' : 'ver20/media'];
    const asMedia2 = media === 'media2' || (media === 'both' && text.includes('ver20/media'));
    const written = this.camera.answers?.[action];
    if (written) return written(text);
    const extra = (this.camera.services ?? []).map((name) => (name === 'events' ? 'ver10/events' : `ver20/${name}`));
    switch (action) {
      case 'GetSystemDateAndTime': {
        const at = new Date(Date.now() + clockOffsetMs);
        return (
          '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType><tt:UTCDateTime>' +
          `<tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time>` +
          `<tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date>` +
          '</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
        );
      }
      case 'GetDeviceInformation':
        return (
          `<tds:GetDeviceInformationResponse><tds:Manufacturer>${escape(manufacturer)}</tds:Manufacturer><tds:Model>10</tds:Model>` +
          `<tds:FirmwareVersion>5.60</tds:FirmwareVersion><tds:SerialNumber>${escape(serial)}</tds:SerialNumber>` +
          '<tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>'
        );
      case 'GetServices':
        return (
          '<tds:GetServicesResponse>' +
          ['ver10/device', ...medias, ...extra]
            .map(
              (name) =>
                `<tds:Service><tds:Namespace>http://www.onvif.org/${name}/wsdl</tds:Namespace><tds:XAddr>http://${host}/onvif/${name}</tds:XAddr></tds:Service>`,
            )
            .join('') +
          '</tds:GetServicesResponse>'
        );
      case 'GetCapabilities':
        return `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>http://${host}/onvif/media</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`;
      case 'GetProfiles':
        return `<trt:GetProfilesResponse>${this.#profiles()
          .map((profile) => profileXml(profile, asMedia2 ? 'media2' : 'media1'))
          .join('')}</trt:GetProfilesResponse>`;
      case 'GetStreamUri': {
        const token = /<ProfileToken>([^<]*)</.exec(text)?.[1] ?? '';
        const profile = this.#profiles().find((known) => escape(known.token) === token);
        if (!profile) return null;
        const uri = escape(
          (profile.uri ?? `rtsp://{host}/${encodeURIComponent(profile.token)}`).replace('{host}', host),
        );
        return !asMedia2
          ? `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`
          : `<trt:GetStreamUriResponse><trt:Uri>${uri}</trt:Uri></trt:GetStreamUriResponse>`;
      }
      default:
        return null;
    }
  }

  #profiles(): OddProfile[] {
    return this.camera.profiles ?? [{ token: 'main' }, { token: 'sub', width: 640, height: 360 }];
  }
}

function profileXml(profile: OddProfile, media: 'media1' | 'media2'): string {
  const { token, encoding = 'H264', width = 1920, height = 1080, fps = 25, source = 'V0' } = profile;
  const video = `<tt:SourceToken>${source}</tt:SourceToken>`;
  const encoder =
    `<tt:Encoding>${encoding}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>` +
    `<tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit></tt:RateControl>` +
    (profile.gov && media === 'media1' ? `<tt:H264><tt:GovLength>${profile.gov}</tt:GovLength></tt:H264>` : '');
  const gov = profile.gov === undefined ? '' : ` GovLength="${profile.gov}"`;
  const sound = (element: string) =>
    profile.audio ? `<${element} token="ae"><tt:Encoding>${profile.audio}</tt:Encoding></${element}>` : '';
  const ptz = (element: string) =>
    profile.ptz ? `<${element} token="ptz"><tt:NodeToken>${profile.ptz}</tt:NodeToken></${element}>` : '';
  const inside =
    media === 'media1'
      ? `<tt:VideoSourceConfiguration token="vs">${video}</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="ve">${encoder}</tt:VideoEncoderConfiguration>${sound('tt:AudioEncoderConfiguration')}${ptz('tt:PTZConfiguration')}`
      : `<trt:Configurations><trt:VideoSource token="vs">${video}</trt:VideoSource><trt:VideoEncoder token="ve"${gov}>${encoder}</trt:VideoEncoder>${sound('trt:AudioEncoder')}${ptz('trt:PTZ')}</trt:Configurations>`;
  return `<trt:Profiles token="${escape(token)}" fixed="true"><tt:Name>${escape(token)}</tt:Name>${inside}</trt:Profiles>`;
}
