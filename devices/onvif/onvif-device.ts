import { Cam } from 'onvif';
import type { CameraAuth, CameraServiceInfo } from '#contract/cameras.ts';
import type { Clock } from '#lib/clock.ts';
import { Exchange, type Answer, type OnvifAccess, type Question } from './exchange.ts';
import { OnvifFailure, type FailureKind } from './failure.ts';
import { readCapabilities, readServices, serviceUrl } from './services.ts';
import { child, escapeXml, textOf, type XmlElement } from './soap.ts';

export type { OnvifAccess } from './exchange.ts';

/** What npm onvif hands to its transport. */
interface LibraryRequest {
  service?: string;
  action: string;
  body: string;
}

/** `done` is called by npm onvif only where it cannot read what it wrote itself. */
type Write = (author: Cam, done: (error: Error | null) => void) => void;

/** How a camera says that it does not tell the time. */
const CLOCKLESS: ReadonlySet<FailureKind> = new Set(['unauthorized', 'fault', 'unsupported', 'strange']);
/** A jump of the camera's clock below this is no reason for a token to be refused. */
const CLOCK_JUMP_MS = 2000;

/**
 * npm onvif as the author of requests, over a transport of our own; 0.8.3 is pinned for it. Its transport has no limit of
 * size or total time and waits for ever when a camera hangs up within an answer; its signature takes the password as
 * ASCII and the time from the process's age, and goes out before it is known which proof is wanted; its readers turn
 * tokens that look like numbers into numbers, and throw at answers without what they look for. So it never reads: what
 * it has written goes to `send`, and its callbacks are not called.
 */
class Author extends Cam {
  send: (request: LibraryRequest) => void = () => undefined;

  constructor() {
    // Without a name it signs nothing; where the camera is, Exchange knows.
    super({ hostname: '', autoconnect: false });
  }

  /** Called by every method of the library to send its request. */
  _requestPart2(request: LibraryRequest): void {
    this.send(request);
  }
}

/**
 * The ONVIF requests that Hallwatch makes, one at a time, each answered with the response as the camera wrote it.
 * Rejects with OnvifFailure, or with the reason of the signal.
 */
export class OnvifDevice {
  readonly #author = new Author();
  readonly #url: URL;
  readonly #exchange: Exchange;
  readonly #clock: Clock;
  #services = new Map<string, string>();

  constructor(access: OnvifAccess) {
    this.#url = new URL(access.url);
    if (this.#url.pathname === '/') this.#url.pathname = '/onvif/device_service';
    this.#exchange = new Exchange(access);
    this.#clock = access.clock;
  }

  get auth(): CameraAuth {
    return this.#exchange.signIn.kind;
  }

  get services(): CameraServiceInfo[] {
    return [...this.#services].map(([name, address]) => ({ name, address }));
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  /**
   * Learns the camera's time, by which later requests are signed (ONVIF Core 5.9.4), and gives camera clock minus ours,
   * ms. Null where the camera does not tell: some answer this only to those who are signed in, or with local time alone;
   * the head of their answer may still say it.
   */
  async readClock(): Promise<number | null> {
    const asked = this.#clock.now();
    let camera = NaN;
    try {
      const answer = await this.request('GetSystemDateAndTime', (cam, done) => cam.getSystemDateAndTime(done), {
        tokenAllowed: false,
      });
      camera = timeOf(answer) - (asked + this.#clock.now()) / 2;
    } catch (error) {
      if (!(error instanceof OnvifFailure) || !CLOCKLESS.has(error.kind)) throw error;
    }
    const told = Number.isFinite(camera) ? Math.round(camera) : null;
    this.#exchange.clockOffsetMs = told ?? this.#exchange.httpClockOffsetMs ?? 0;
    return told;
  }

  information(): Promise<XmlElement> {
    return this.request('GetDeviceInformation', (cam, done) => cam.getDeviceInformation(done));
  }

  /** Learns the addresses of the services; `GetCapabilities` is the older way that some cameras only have. */
  async findServices(): Promise<void> {
    let found: CameraServiceInfo[] = [];
    try {
      found = readServices(await this.request('GetServices', (cam, done) => cam.getServices(false, done)));
    } catch (error) {
      if (!(error instanceof OnvifFailure) || error.kind === 'unauthorized') throw error;
    }
    if (!found.some(({ name }) => name === 'media' || name === 'media2')) {
      const older = await this.request('GetCapabilities', (cam, done) => cam.getCapabilities(done));
      found = [...readCapabilities(older), ...found];
    }
    this.#services = new Map(found.map(({ name, address }) => [name, address]));
  }

  profiles(media: 'media' | 'media2'): Promise<XmlElement> {
    return this.request('GetProfiles', (cam, done) => {
      cam.media2Support = media === 'media2';
      cam.getProfiles(done);
    });
  }

  streamUri(media: 'media' | 'media2', profileToken: string): Promise<XmlElement> {
    return this.request('GetStreamUri', (cam, done) => {
      cam.media2Support = media === 'media2';
      cam.getStreamUri({ protocol: 'RTSP', profileToken: escapeXml(profileToken) }, done);
    });
  }

  /** A request in npm onvif's words, at the address of its service. */
  async request(
    name: string,
    write: Write,
    more: Pick<Question, 'tokenAllowed' | 'timeoutMs' | 'signal'> = {},
  ): Promise<XmlElement> {
    const { service, action, body } = await this.#written(write);
    const url = service === undefined ? this.#url : this.urlOf(service);
    return responseOf(name, await this.ask(name, { ...more, url, action, envelope: body }));
  }

  /** A request in words of our own, for what npm onvif has none, or reads only through its readers. */
  async call(service: 'device' | (string & {}), namespace: string, name: string, inside: string): Promise<XmlElement> {
    const url = service === 'device' ? this.#url : this.urlOf(service);
    const envelope = envelopeOf('', `<${name} xmlns="${namespace}">${inside}</${name}>`);
    return responseOf(name, await this.ask(name, { url, action: `${namespace}/${name}`, envelope }));
  }

  /** Where the camera's own address is reached from here. */
  reach(address: string): URL {
    return serviceUrl(address, this.#url);
  }

  async ask(name: string, question: Question): Promise<Answer> {
    try {
      return await this.#askSigned(question);
    } catch (error) {
      throw error instanceof OnvifFailure ? new OnvifFailure(error.kind, `${name}: ${error.message}`) : error;
    }
  }

  /** A camera that knows us and refuses all the same may have had its clock set. */
  async #askSigned(question: Question): Promise<Answer> {
    const { signIn } = this.#exchange;
    try {
      return await this.#exchange.ask(question);
    } catch (error) {
      const perhaps = error instanceof OnvifFailure && error.kind === 'unauthorized' && question.tokenAllowed !== false;
      if (!perhaps || !signIn.proven || signIn.kind !== 'token') throw error;
      const before = this.#exchange.clockOffsetMs;
      await this.readClock();
      if (Math.abs(this.#exchange.clockOffsetMs - before) < CLOCK_JUMP_MS) throw error;
      return this.#exchange.ask(question);
    }
  }

  /** Throws `unsupported` where the camera has no such service. */
  urlOf(service: string): URL {
    const address = this.#services.get(service);
    if (address === undefined) throw new OnvifFailure('unsupported', `the camera has no ${service} service`);
    return serviceUrl(address, this.#url);
  }

  #written(write: Write): Promise<LibraryRequest> {
    return new Promise((resolve, reject) => {
      this.#author.send = resolve;
      write(this.#author, (error) => error && reject(error));
    });
  }
}

/** SOAP 1.2, as npm onvif writes it. */
export function envelopeOf(header: string, body: string): string {
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">' +
    `<s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

export function responseOf(name: string, { body }: Answer): XmlElement {
  const response = child(body, `${name}Response`);
  if (!response) throw new OnvifFailure('strange', `${name}: the answer has no ${name}Response`);
  return response;
}

/** The UTC time of GetSystemDateAndTimeResponse, NaN where there is none. */
function timeOf(response: XmlElement): number {
  const utc = child(response, 'SystemDateAndTime', 'UTCDateTime');
  if (!utc) return NaN;
  const date = (part: string) => Number(textOf(utc, 'Date', part) || NaN);
  const time = (part: string) => Number(textOf(utc, 'Time', part) || NaN);
  return Date.UTC(date('Year'), date('Month') - 1, date('Day'), time('Hour'), time('Minute'), time('Second'));
}
