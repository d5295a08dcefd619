import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import { controlUri, parseRtspAddress, type RtspAddress } from './address.ts';
import type { Authenticator } from './authenticator.ts';
import type { RtspConnection } from './connection.ts';
import type { RtspMessage } from './message.ts';
import { parseSdp } from './sdp.ts';
import { chooseSoundTrack, type SoundTrack } from './sound-track.ts';
import { readTransport, type Transport } from './transport.ts';
import { chooseVideoTrack, type VideoTrack } from './video-track.ts';

/** RFC 2326, 12.37. */
const DEFAULT_SESSION_TIMEOUT_S = 60;
/** First answer, a renewed nonce, and no more: a camera that calls every nonce stale must not keep us busy. */
const MAX_AUTH_ROUNDS = 3;
/** RFC 2326, 11.3.14. */
const UNSUPPORTED_TRANSPORT = 461;

export type Description = { redirect: RtspAddress } | { redirect: null; video: VideoTrack; sound: SoundTrack | null };

export type SetUp = { refused: string } | { refused: null; transport: Transport };

export interface RtspSessionOptions {
  connection: RtspConnection;
  authenticator: Authenticator;
  /** Whether the credentials may be shown. */
  guard: CredentialGuard;
  /** Ends the wait for leave to show them. */
  signal: AbortSignal;
  address: RtspAddress;
  /** The camera's first answer, to an OPTIONS without a password. */
  options: RtspMessage;
}

/** The talk with a camera from OPTIONS to PLAY and the signs of life after it, over one connection. */
export class RtspSession {
  readonly #connection: RtspConnection;
  readonly #authenticator: Authenticator;
  readonly #guard: CredentialGuard;
  readonly #signal: AbortSignal;
  readonly #address: RtspAddress;
  #base: string;
  #aggregate: string;
  #options: RtspMessage;
  #sessionId: string | null = null;
  #timeoutS = DEFAULT_SESSION_TIMEOUT_S;

  constructor({ connection, authenticator, guard, signal, address, options }: RtspSessionOptions) {
    this.#connection = connection;
    this.#authenticator = authenticator;
    this.#guard = guard;
    this.#signal = signal;
    this.#address = address;
    this.#options = options;
    this.#base = address.uri;
    this.#aggregate = address.uri;
  }

  /** @throws AppError CAMERA_* */
  async describe(): Promise<Description> {
    const answer = await this.#ask('DESCRIBE', this.#address.uri, { Accept: 'application/sdp' });
    const location = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && location) return { redirect: this.#redirect(location) };
    expectSuccess('DESCRIBE', answer);
    const headerBase = answer.headers.get('content-base') ?? answer.headers.get('content-location');
    this.#base = controlUri(this.#address.uri, headerBase ?? null);
    const sdp = parseSdp(answer.body.toString('utf8'));
    this.#aggregate = controlUri(this.#base, sdp.control);
    const choice = chooseVideoTrack(sdp);
    if (!choice.found) throw new AppError(choice.code, choice.detail);
    // Some cameras tell what they can only to those who have signed in.
    if (this.#options.status === 401) this.#options = await this.#ask('OPTIONS', this.#address.uri);
    return { redirect: null, video: choice.track, sound: chooseSoundTrack(sdp) };
  }

  /** SETUP of one track; refused where the camera wants, or answers with, another transport. @throws AppError CAMERA_* */
  async setup(control: string | null, offer: string, timeoutMs?: number): Promise<SetUp> {
    const answer = await this.#ask('SETUP', controlUri(this.#base, control), { Transport: offer }, timeoutMs);
    if (answer.status === UNSUPPORTED_TRANSPORT) return { refused: `SETUP: ${answer.status} ${answer.phrase}`.trim() };
    expectSuccess('SETUP', answer);
    const header = answer.headers.get('transport') ?? '';
    const transport = readTransport(header, offer);
    const session = /^([^;\s]{1,512})(?:.*?timeout\s*=\s*(\d{1,6}))?/i.exec(answer.headers.get('session') ?? '');
    const id = session?.[1] ?? null;
    // PLAY can name one session only: a second track must share that of the first.
    if (this.#sessionId !== null && id !== null && id !== this.#sessionId) return { refused: 'another session' };
    this.#sessionId ??= id;
    this.#timeoutS = Number(session?.[2]) || DEFAULT_SESSION_TIMEOUT_S;
    if (transport.kind !== readTransport('', offer).kind)
      return { refused: `the camera chose ${header.slice(0, 100)}` };
    return { refused: null, transport };
  }

  /** @throws AppError CAMERA_* */
  async play(): Promise<void> {
    expectSuccess('PLAY', await this.#ask('PLAY', this.#aggregate, { Range: 'npt=0.000-' }));
  }

  /**
   * Tells the camera twice a session timeout that we are still there, and returns how to end that. An answer is not
   * waited for: many cameras give none while they play, and pictures that stop are noticed by themselves.
   */
  keepAlive(clock: Clock): () => void {
    const announced = this.#options.headers.get('public') ?? '';
    const method = /\bGET_PARAMETER\b/i.test(announced) ? 'GET_PARAMETER' : 'OPTIONS';
    return clock.every(Math.max(1, this.#timeoutS / 2) * 1000, () => {
      this.#ask(method, this.#aggregate).catch(() => undefined);
    });
  }

  /** Ends the session and the connection. */
  async close(): Promise<void> {
    if (this.#sessionId === null) return this.#connection.close(null);
    await this.#connection.close({
      method: 'TEARDOWN',
      uri: this.#aggregate,
      headers: this.#headers('TEARDOWN', this.#aggregate),
    });
  }

  async #ask(
    method: string,
    uri: string,
    extra: Record<string, string> = {},
    timeoutMs?: number,
  ): Promise<RtspMessage> {
    const turns: (() => void)[] = [];
    try {
      for (let round = 1; ; round += 1) {
        if (this.#authenticator.proving && turns.length === 0) turns.push(await this.#guard.enter(this.#signal));
        const headers = { ...this.#headers(method, uri), ...extra };
        const answer = await this.#connection.request(method, uri, headers, timeoutMs);
        if (answer.status !== 401) {
          this.#authenticator.accepted();
          return answer;
        }
        const again = this.#authenticator.challenged(answer.headers.all('www-authenticate'));
        if (again && round < MAX_AUTH_ROUNDS) continue;
        const words = `${method}: ${answer.status} ${answer.phrase}`.trim();
        if (!again && 'Authorization' in headers) this.#guard.refused(words);
        this.#guard.check();
        throw new AppError('CAMERA_UNAUTHORIZED', words);
      }
    } finally {
      for (const leave of turns) leave();
    }
  }

  #headers(method: string, uri: string): Record<string, string> {
    const authorization = this.#authenticator.authorize(method, uri);
    return {
      'User-Agent': 'Hallwatch',
      ...(this.#sessionId === null ? {} : { Session: this.#sessionId }),
      ...(authorization === null ? {} : { Authorization: authorization }),
    };
  }

  /** Follows only within the same host: the password is meant for no other. */
  #redirect(location: string): RtspAddress {
    const target = parseRtspAddress(location);
    if (!target) throw new AppError('CAMERA_PROTOCOL', 'a redirection to something that is not rtsp');
    if (target.host !== this.#address.host) {
      throw new AppError('CAMERA_PROTOCOL', `a redirection to another host: ${target.host}`);
    }
    return target;
  }
}

function expectSuccess(method: string, answer: RtspMessage): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const detail = `${method}: ${answer.status} ${answer.phrase}`.trim();
  if (answer.status === 403) throw new AppError('CAMERA_UNAUTHORIZED', detail);
  // Not found, gone, not enough bandwidth, service unavailable: it speaks RTSP well, but has no stream for us.
  if ([404, 410, 453, 503].includes(answer.status)) throw new AppError('CAMERA_NO_STREAM', detail);
  throw new AppError('CAMERA_PROTOCOL', detail);
}
