import { createHash, randomBytes } from 'node:crypto';
import { Cam, type RequestCallback } from 'onvif';
import { getDigestHeaders, parseSOAPString } from 'onvif/lib/utils.js';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { boundedPost, type PostAnswer } from './bounded-post.ts';
import { OnvifFailure } from './failure.ts';
import { clip, escapeXml, readSoap, type XmlElement } from './soap.ts';

/** Profiles of a recorder with 64 channels stay below this; npm onvif itself would read on for ever. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface OnvifAccess {
  /** The device service, e.g. http://192.168.1.64/onvif/device_service. */
  url: URL;
  username: string;
  password: string;
  /** For each exchange. */
  exchangeTimeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
}

/** What npm onvif hands to its transport. */
interface LibraryRequest {
  service?: string;
  action: string;
  body: string;
}
type LibraryCallback = (error: Error | null, data: unknown, xml: string, status: number) => void;

/**
 * npm onvif as the author of requests and the keeper of service addresses, over a transport of our own. Its transport
 * has no limit of size or total time and waits for ever when a camera hangs up within an answer; its signature takes
 * the password as ASCII and the time from the process's age. Both are replaced below; 0.8.3 is pinned for it.
 */
class BoundedCam extends Cam {
  readonly #access: OnvifAccess;
  clockOffsetMs = 0;

  constructor(access: OnvifAccess) {
    const { url, username, password } = access;
    const secure = url.protocol === 'https:';
    super({
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (secure ? 443 : 80),
      path: url.pathname === '/' ? '/onvif/device_service' : url.pathname + url.search,
      useSecure: secure,
      // goes into XML as it is
      username: escapeXml(username),
      password,
      autoconnect: false,
    });
    this.#access = access;
  }

  /** WS-UsernameToken (Profile 1.0): Base64(SHA-1(nonce + created + password)), created by the camera's own clock. */
  _passwordDigest(): { passdigest: string; nonce: string; timestamp: string } {
    const nonce = randomBytes(16);
    const timestamp = new Date(this.#access.clock.now() + this.clockOffsetMs).toISOString();
    const digest = createHash('sha1').update(nonce).update(timestamp).update(this.#access.password);
    return { passdigest: digest.digest('base64'), nonce: nonce.toString('base64'), timestamp };
  }

  /** Called by every method of the library to send its request. */
  _requestPart2(request: LibraryRequest, callback: LibraryCallback): void {
    this.#send(request)
      .then(
        ({ text, status }) => parseSOAPString(text, callback, status),
        // 401 makes the library repeat GetSystemDateAndTime with a signature
        (error: Error) =>
          callback(error, null, '', error instanceof OnvifFailure && error.kind === 'unauthorized' ? 401 : 0),
      )
      .catch((error: Error) => this.emit('failure', error));
  }

  async #send({ service, action, body }: LibraryRequest): Promise<{ text: string; status: number }> {
    // The host of a service address is ignored, because many cameras name one that leads nowhere.
    const path = service === undefined ? this.path : this.uri?.[service]?.path;
    if (!path) throw new OnvifFailure('fault', `the camera has no ${service} service`);
    let answer = await this.#post(path, action, body);
    const challenges = answer.status === 401 && this.#access.username !== '' ? getDigestHeaders(answer.rawHeaders) : [];
    if (challenges.length > 0) answer = await this.#post(path, action, body, this.#authorization(challenges, path));
    const { status, contentType } = answer;
    const text = tidy(answer.text);
    const soap = readSoap(text);
    if (soap.kind === 'body') return { text: withoutNamespaces(text), status };
    const words = soap.kind === 'fault' ? soap.words : clip(`HTTP ${status} ${contentType}: ${soap.words}`);
    if (status === 401 || status === 403) throw new OnvifFailure('unauthorized', words);
    if (soap.kind === 'not-soap') throw new OnvifFailure('foreign', words);
    throw new OnvifFailure(soap.unauthorized ? 'unauthorized' : 'fault', words);
  }

  #authorization(challenges: string[], path: string): string {
    const escaped = this.username ?? '';
    try {
      this.username = this.#access.username;
      const header = this.digestAuth(challenges, { method: 'POST', path });
      // names beyond Latin-1 travel as the bytes of UTF-8
      return Buffer.from(header, 'utf8').toString('latin1');
    } catch (error) {
      throw new OnvifFailure('unauthorized', `a digest challenge that cannot be answered: ${messageOf(error)}`);
    } finally {
      this.username = escaped;
    }
  }

  #post(path: string, action: string, body: string, authorization?: string): Promise<PostAnswer> {
    const { clock, signal, exchangeTimeoutMs } = this.#access;
    return boundedPost({
      secure: this.useSecure,
      hostname: this.hostname,
      port: this.port,
      path,
      headers: {
        'Content-Type': `application/soap+xml; charset=utf-8; action="${action}"`,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      body,
      timeoutMs: exchangeTimeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      clock,
      signal,
    });
  }
}

/** Mends what cameras get wrong and parsers do not forgive: space before the prolog, and addresses with a bare `&`. */
function tidy(xml: string): string {
  return xml.trim().replace(/&(?!#?\w{1,10};)/g, '&amp;');
}

/** Takes declarations away in linear time; what npm onvif does to those that remain grows with the square. */
function withoutNamespaces(xml: string): string {
  const rest = xml.replace(/\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*')/g, '');
  if (rest.includes('xmlns')) throw new OnvifFailure('foreign', 'namespace declarations that cannot be read');
  return rest;
}

/**
 * The ONVIF requests that Hallwatch makes, one at a time, each answered with the SOAP body as the camera wrote it:
 * npm onvif's own objects turn serials and tokens that look like numbers into numbers. Rejects with OnvifFailure, or
 * with the reason of the signal.
 */
export class OnvifDevice {
  readonly #cam: BoundedCam;
  readonly #signal: AbortSignal;

  constructor(access: OnvifAccess) {
    this.#cam = new BoundedCam(access);
    this.#signal = access.signal;
  }

  /** Camera clock minus ours, ms: later requests are signed with the camera's own time (ONVIF Core 5.9.4). */
  set clockOffsetMs(offset: number) {
    this.#cam.clockOffsetMs = offset;
  }

  systemTime(): Promise<XmlElement> {
    return this.#ask('GetSystemDateAndTime', (answer) => this.#cam.getSystemDateAndTime(answer));
  }

  information(): Promise<XmlElement> {
    return this.#ask('GetDeviceInformation', (answer) => this.#cam.getDeviceInformation(answer));
  }

  /**
   * Learns the address of the media service; `GetCapabilities` is the older way that some cameras only have. Media2 is
   * taken where a camera has nothing else.
   */
  async findMedia(): Promise<void> {
    const cam = this.#cam;
    try {
      await this.#ask('GetServices', (answer) => cam.getServices(false, answer));
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof OnvifFailure) || error.kind === 'unauthorized') throw error;
    }
    if (!cam.uri?.media && !cam.uri?.media2) {
      await this.#ask('GetCapabilities', (answer) => cam.getCapabilities(answer));
    }
    if (!cam.uri?.media && !cam.uri?.media2) throw new OnvifFailure('fault', 'the camera has no media service');
    cam.media2Support = !cam.uri.media;
  }

  profiles(): Promise<XmlElement> {
    return this.#ask('GetProfiles', (answer) => this.#cam.getProfiles(answer));
  }

  streamUri(profileToken: string): Promise<XmlElement> {
    const token = escapeXml(profileToken);
    return this.#ask('GetStreamUri', (answer) =>
      this.#cam.getStreamUri({ protocol: 'RTSP', profileToken: token }, answer),
    );
  }

  async #ask(name: string, send: (answer: RequestCallback) => void): Promise<XmlElement> {
    const xml = await new Promise<string>((resolve, reject) => {
      this.#cam.on('failure', reject);
      send((error, _data, xml = '') => (error ? reject(error) : resolve(xml)));
    })
      .catch((error: Error) => {
        this.#signal.throwIfAborted();
        if (error instanceof OnvifFailure) throw new OnvifFailure(error.kind, `${name}: ${error.message}`);
        // the library stumbled over an answer without the element it looks for
        throw new OnvifFailure('strange', `${name}: the answer has not the form of the standard`);
      })
      .finally(() => this.#cam.removeAllListeners('failure'));
    const soap = readSoap(xml);
    if (soap.kind !== 'body') throw new OnvifFailure('strange', `${name}: the answer cannot be read`);
    const response = soap.body[`${name}Response`];
    if (!Array.isArray(response) || typeof response[0] !== 'object') {
      throw new OnvifFailure('strange', `${name}: the answer has no ${name}Response`);
    }
    return response[0];
  }
}
