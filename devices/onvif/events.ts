import type { CameraEvent } from '#contract/camera-events.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import { pause, systemClock, type Clock } from '#lib/clock.ts';
import { StoredCredentials, type CredentialGuard } from '#lib/credential-guard.ts';
import { News, readNotices } from './event-messages.ts';
import { OnvifFailure, toAppError } from './failure.ts';
import { OnvifDevice } from './onvif-device.ts';
import { PullPoint } from './pull-point.ts';

export type EventsState =
  { status: 'connecting' } | { status: 'live' } | { status: 'lost'; code: ErrorCode; detail: string };

export interface SubscribeEventsRequest {
  onvifUrl: string;
  username: string;
  password: string;
  /** Whether they may be shown to the camera; without it, a refused one is not shown again. */
  guard?: CredentialGuard | undefined;
  signal: AbortSignal;
  onEvent: (event: Omit<CameraEvent, 'cameraId'>) => void;
  onState: (state: EventsState) => void;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  clock?: Clock;
  /** Chance for the jitter, 0..1. */
  random?: () => number;
}

const EXCHANGE_TIMEOUT_MS = 5000;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
/** What a camera does not have today it hardly has tomorrow. */
const HOPELESS_RETRY_MS = 10 * 60_000;
/** A subscription that held so long was a good one: the next is tried soon. */
const HELD_MS = 30_000;
/** Some cameras answer at once instead of waiting, with or without something to say. */
const BETWEEN_PULLS_MS = 200;
const BETWEEN_EMPTY_PULLS_MS = 1000;
const UNSUBSCRIBE_WITHIN_MS = 2000;

/**
 * Listens to what a camera notices by itself until the signal is aborted, then gives the subscription back. A lost one is
 * taken up again. Never rejects.
 */
export async function subscribeEvents(request: SubscribeEventsRequest): Promise<void> {
  const { signal, onState, clock = systemClock, random = Math.random } = request;
  const guard = request.guard ?? new StoredCredentials({ clock });
  const backoff = new Backoff({ firstMs: FIRST_RETRY_MS, maxMs: LONGEST_RETRY_MS, jitter: 0.3, random });
  const news = new News();
  while (!signal.aborted) {
    onState({ status: 'connecting' });
    const started = clock.monotonic();
    const lost = await listen({ ...request, guard, clock }, news);
    if (signal.aborted) return;
    onState({ status: 'lost', code: lost.code, detail: messageOf(lost) });
    if (clock.monotonic() - started > HELD_MS) backoff.reset();
    if (lost.code === 'CAMERA_CREDENTIALS_REFUSED') await guard.untilOpen(signal);
    else await pause(clock, isHopeless(lost) ? HOPELESS_RETRY_MS : backoff.next(), signal);
  }
}

/** A web page in place of an answer is no reason: cameras that start up show one. */
function isHopeless({ cause }: AppError): boolean {
  return cause instanceof OnvifFailure && (cause.kind === 'unauthorized' || cause.kind === 'unsupported');
}

/** One subscription from its beginning to its end, which is the error it gives. */
async function listen(request: SubscribeEventsRequest & { clock: Clock }, news: News): Promise<AppError> {
  const { onvifUrl, username, password, guard, signal, clock, onState } = request;
  const url = URL.parse(onvifUrl);
  if (!url) return new AppError('CAMERA_NOT_ONVIF', 'no http address');
  const device = new OnvifDevice({
    url,
    username,
    password,
    guard,
    exchangeTimeoutMs: EXCHANGE_TIMEOUT_MS,
    networks: request.networks,
    clock,
    signal,
  });
  let point: PullPoint | null = null;
  try {
    await device.readClock();
    await device.findServices();
    point = await PullPoint.create(device, clock);
    onState({ status: 'live' });
    await point.synchronise();
    for (;;) await pullOnce(point, request, news);
  } catch (error) {
    if (point) await giveBack(point, clock);
    if (error instanceof OnvifFailure) return toAppError(error, 'control');
    return error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error });
  }
}

async function pullOnce(
  point: PullPoint,
  request: SubscribeEventsRequest & { clock: Clock },
  news: News,
): Promise<void> {
  const { clock, signal, onEvent } = request;
  const asked = clock.monotonic();
  const notices = readNotices(await point.pull());
  for (const notice of notices) {
    const event = news.of(notice, new Date(clock.now()).toISOString());
    if (event && !signal.aborted) onEvent(event);
  }
  const due = asked + (notices.length > 0 ? BETWEEN_PULLS_MS : BETWEEN_EMPTY_PULLS_MS);
  await pause(clock, Math.max(0, due - clock.monotonic()), signal);
  signal.throwIfAborted();
  await point.keep();
}

/** On a signal of its own: that of the subscription has been aborted where it comes to its end. */
async function giveBack(point: PullPoint, clock: Clock): Promise<void> {
  const ending = new AbortController();
  const stopTimer = clock.after(UNSUBSCRIBE_WITHIN_MS, () => ending.abort());
  await point.end(ending.signal);
  stopTimer();
}
