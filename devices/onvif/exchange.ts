import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { unguarded, type CredentialGuard } from '#lib/credential-guard.ts';
import { boundedPost, type PostAnswer } from './bounded-post.ts';
import { OnvifFailure } from './failure.ts';
import { SignIn, type Proof } from './sign-in.ts';
import { clip, readSoap, type SoapAnswer, type XmlElement } from './soap.ts';
import { tidy } from './xml-text.ts';

/** Profiles of a recorder with 64 channels stay below this. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Unsigned, signed, and once more with a fresh nonce. */
const MAX_ROUNDS = 3;

export interface OnvifAccess {
  /** The device service, e.g. http://192.168.1.64/onvif/device_service. */
  url: URL;
  username: string;
  password: string;
  /** Whether they may be shown to the camera; without it, they may. */
  guard?: CredentialGuard | undefined;
  /** For each exchange. */
  exchangeTimeoutMs: number;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  clock: Clock;
  signal: AbortSignal;
}

export interface Question {
  url: URL;
  action: string;
  /** A whole envelope with an empty `<s:Header>`, or one that holds anything but security. */
  envelope: string;
  /** The question for the time goes without a token, which needs the time. */
  tokenAllowed?: boolean;
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface Answer {
  body: XmlElement;
  /** As the camera wrote it, mended. */
  text: string;
}

/**
 * Questions and answers with one camera: signs, sends, reads. Rejects with OnvifFailure, CAMERA_CREDENTIALS_REFUSED, or
 * the signal's reason.
 */
export class Exchange {
  readonly #access: OnvifAccess;
  readonly #signIn: SignIn;
  readonly #guard: CredentialGuard;
  /** Camera clock minus ours, ms. */
  clockOffsetMs = 0;
  /** The same by the Date header of the last answer; null where it had none. */
  httpClockOffsetMs: number | null = null;

  constructor(access: OnvifAccess) {
    this.#access = access;
    this.#guard = access.guard ?? unguarded;
    this.#signIn = new SignIn(access, () => access.clock.now() + this.clockOffsetMs);
  }

  get signIn(): SignIn {
    return this.#signIn;
  }

  async ask(question: Question): Promise<Answer> {
    const turns: (() => void)[] = [];
    const permit = async () => {
      if (this.#signIn.proven || turns.length > 0) this.#guard.check();
      else turns.push(await this.#guard.enter(question.signal ?? this.#access.signal));
    };
    try {
      return await this.#ask(question, permit);
    } finally {
      for (const leave of turns) leave();
    }
  }

  /** `permit`: waits for leave to show the credentials. */
  async #ask(question: Question, permit: () => Promise<void>): Promise<Answer> {
    for (let round = 1; ; round += 1) {
      if (this.#signIn.kind !== 'none') await permit();
      if (this.#signIn.refused !== null) throw new OnvifFailure('unauthorized', this.#signIn.refused);
      const proof = this.#signIn.proof(question.url.pathname + question.url.search);
      const answer = await this.#post(question, proof);
      const text = tidy(answer.text);
      const soap = readSoap(text);
      const refusal = refusalOf(answer, soap);
      const tokenAllowed = question.tokenAllowed ?? true;
      if (refusal === null) {
        if (soap.kind !== 'body' && tokenAllowed && isVague(answer, soap) && this.#signIn.guessToken()) continue;
        if (soap.kind !== 'body') this.#signIn.takeBackGuess();
        this.#signIn.accepted(proof, answer.rawHeaders);
        if (soap.kind === 'body') return { body: soap.body, text };
        throw failureOf(answer, soap);
      }
      const again = this.#signIn.rejected(proof, answer.rawHeaders, refusal, tokenAllowed);
      if (this.#signIn.refused !== null) {
        this.#guard.refused(refusal);
        this.#guard.check();
      }
      if (!again || round === MAX_ROUNDS) throw new OnvifFailure('unauthorized', refusal);
    }
  }

  async #post(question: Question, proof: Proof): Promise<PostAnswer> {
    const { clock, exchangeTimeoutMs, networks } = this.#access;
    const { url, action, envelope, timeoutMs = exchangeTimeoutMs, signal = this.#access.signal } = question;
    const secure = url.protocol === 'https:';
    const answer = await boundedPost({
      secure,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (secure ? 443 : 80),
      path: url.pathname + url.search,
      headers: {
        'Content-Type': `application/soap+xml; charset=utf-8; action="${action}"`,
        ...(proof.authorization === null ? {} : { Authorization: proof.authorization }),
      },
      body: envelope.replace('</s:Header>', () => `${proof.security}</s:Header>`),
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      networks,
      clock,
      signal,
    });
    const date = Date.parse(answer.rawHeaders.find((_value, at, all) => at % 2 === 1 && isDate(all[at - 1])) ?? '');
    this.httpClockOffsetMs = Number.isFinite(date) ? date - clock.now() : null;
    return answer;
  }
}

function isDate(header: string | undefined): boolean {
  return header?.toLowerCase() === 'date';
}

/** The camera's words where it refuses to know us; null where the answer is about something else. */
function refusalOf({ status, contentType }: PostAnswer, soap: SoapAnswer): string | null {
  if (soap.kind === 'body') return null;
  if (soap.kind === 'fault') return soap.about === 'rights' || status === 401 ? soap.words : null;
  return status === 401 || status === 403 ? clip(`HTTP ${status} ${contentType}: ${soap.words}`) : null;
}

/** An answer that may mean "who are you?". */
function isVague({ status }: PostAnswer, soap: SoapAnswer): boolean {
  return soap.kind === 'fault' ? soap.about === 'other' : status === 400;
}

function failureOf({ status, contentType }: PostAnswer, soap: Exclude<SoapAnswer, { kind: 'body' }>): OnvifFailure {
  if (soap.kind === 'not-soap')
    return new OnvifFailure('foreign', clip(`HTTP ${status} ${contentType}: ${soap.words}`));
  return new OnvifFailure(soap.about === 'missing function' ? 'unsupported' : 'fault', soap.words);
}
