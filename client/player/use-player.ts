import { onBeforeUnmount, shallowRef, watch } from 'vue';
import { LIVE_PATH, type LiveFormat } from '#contract/live.ts';
import type { ProfileRole } from '#contract/cameras.ts';
import { ApiError } from '../api/http.ts';
import { useLive } from '../api/live.ts';
import { decodesH265 } from './decodes.ts';
import { liveToken } from './live-tokens.ts';
import { awaitReason } from './live-reasons.ts';
import { learn, noFacts, type StreamFacts } from './stream-facts.ts';
import { step, type PlayerEffect, type PlayerInput, type PlayerState } from './machine.ts';
import { formatOf, type LivePath, type PathEvents, type PathStats } from './path.ts';
import { usePlayers } from './players.ts';
import { retryDelay } from './retry-delay.ts';
import { useSound } from './sound/sound.ts';
import { noStats } from './worker-path.ts';

/** A join that takes longer gives its slot to the next tile, ms. */
const JOIN_OVERDUE_MS = 3000;
/** No new picture for so long although the camera is said to be live: the connection is dead without knowing it, ms. */
const STALLED_MS = 6000;
/** From here on a standing picture is called late, ms. */
const LATE_MS = 2000;
/** "Slow" is shown until this long after the last time it fell behind, ms. */
const SLOW_FOR_MS = 10_000;
const WATCH_EVERY_MS = 500;

export interface PlayerOptions {
  cameraId: () => string;
  role: () => ProfileRole;
  /** Whether anyone can see it: hidden players let go of their connection. */
  visible: () => boolean;
  /** Whether its sound is wanted. */
  audible: () => boolean;
}

function liveAddress(token: string, format: LiveFormat, h265: boolean): string {
  const url = new URL(LIVE_PATH, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URLSearchParams({ token, format, decodes: h265 ? 'h264,h265' : 'h264' }).toString();
  return url.href;
}

/** Runs the player machine of one stream: carries out its effects and tells it what happens. */
export function usePlayer({ cameraId, role, visible, audible }: PlayerOptions) {
  const players = usePlayers();
  const live = useLive();
  const sound = useSound();
  const state = shallowRef<PlayerState>({ name: 'paused' });
  const path = shallowRef<LivePath | null>(null);
  const stats = shallowRef<PathStats>(noStats);
  const facts = shallowRef<StreamFacts>(noFacts);
  /** For how many seconds the picture has stood still; 0 while new ones come. */
  const lateSec = shallowRef(0);
  let pathAsked: Promise<LivePath | null> | undefined;
  /** Whether H.265 may come as it is. */
  let h265 = true;
  let destroyed = false;
  let releaseSlot: (() => void) | undefined;
  let askedAt = 0;
  let advancedAt = 0;
  /** Answers to an earlier question are dropped. */
  let question = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let joinTimer: ReturnType<typeof setTimeout> | undefined;
  let slowTimer: ReturnType<typeof setTimeout> | undefined;

  const events: PathEvents = {
    message(message) {
      facts.value = learn(facts.value, message);
      send({ type: 'message', message });
      if (message.type === 'skipped') keepSlow();
      if (message.type === 'sound' && audible()) void sound.configure(cameraId(), message.format);
    },
    sound: (message) => audible() && sound.push(cameraId(), message),
    firstFrame() {
      advancedAt = performance.now();
      if (state.value.name === 'joining') measureFirstFrame();
      send({ type: 'first-frame' });
    },
    unsupported(codec) {
      // It said that it decodes H.265, but not what this camera makes of it: we come back for H.264.
      const again = h265 && /^(hvc1|hev1)/.test(codec);
      if (again) h265 = false;
      send(again ? { type: 'closed' } : { type: 'unsupported', codec });
    },
    decoderFailed: () => send({ type: 'decoder-failed' }),
    fellBehind() {
      send({ type: 'fell-behind' });
      keepSlow();
    },
    closed: () => send({ type: 'closed' }),
  };

  function send(input: PlayerInput): void {
    const { state: next, effects } = step(state.value, input);
    state.value = next;
    effects.forEach(carryOut);
  }

  function carryOut(effect: PlayerEffect): void {
    switch (effect.do) {
      case 'authorise':
        askedAt = performance.now();
        return void authorise();
      case 'request-slot':
        releaseSlot = players.requestJoin(() => send({ type: 'slot-granted' }));
        return;
      case 'release-slot':
        clearTimeout(joinTimer);
        return releaseSlot?.();
      case 'open':
        joinTimer = setTimeout(() => send({ type: 'join-overdue' }), JOIN_OVERDUE_MS);
        return path.value?.open(liveAddress(effect.token, formatOf(path.value.kind), h265));
      case 'close':
        question += 1;
        return path.value?.close();
      case 'retry-later':
        retryTimer = setTimeout(() => send({ type: 'retry' }), retryDelay(effect.attempt));
        return;
      case 'cancel-retry':
        return clearTimeout(retryTimer);
    }
  }

  /** The path is made while the token is on its way: both are needed, neither waits for the other. */
  async function authorise(): Promise<void> {
    const asked = ++question;
    try {
      const [token, way] = await Promise.all([liveToken(cameraId(), role()), (pathAsked ??= makePath())]);
      if (asked !== question) return;
      send(way ? { type: 'authorised', token } : { type: 'unsupported', codec: '' });
    } catch (error) {
      if (asked === question) send({ type: 'refused', reason: error instanceof ApiError ? error.code : 'INTERNAL' });
    }
  }

  async function makePath(): Promise<LivePath | null> {
    const made = await players.createPath(events);
    if (destroyed) made?.destroy();
    else path.value = made;
    if (made) h265 = await decodesH265(formatOf(made.kind));
    return made;
  }

  function keepSlow(): void {
    clearTimeout(slowTimer);
    slowTimer = setTimeout(() => send({ type: 'kept-up' }), SLOW_FOR_MS);
  }

  /** Leaves `live.first-frame <camera>/<role>` in the browser's performance timeline: from wanting to painted. */
  function measureFirstFrame(): void {
    const element = path.value?.element;
    const name = `live.first-frame ${cameraId()}/${role()}`;
    const start = askedAt;
    const measure = () => {
      performance.clearMeasures(name);
      performance.measure(name, { start });
    };
    if (element instanceof HTMLVideoElement) element.requestVideoFrameCallback(measure);
    else requestAnimationFrame(measure);
  }

  const watchdog = setInterval(() => {
    const fresh = path.value?.stats() ?? noStats;
    if (fresh.frames !== stats.value.frames) advancedAt = performance.now();
    stats.value = fresh;
    const standing = state.value.name === 'playing' ? performance.now() - advancedAt : 0;
    lateSec.value = standing > LATE_MS ? Math.round(standing / 1000) : 0;
    if (standing > STALLED_MS) send({ type: 'stalled' });
  }, WATCH_EVERY_MS);

  // A server that has just come back is asked at once, whatever is left of the pause.
  watch(
    () => live.connected,
    (is) => is && send({ type: 'retry' }),
  );
  const waiter = { cameraId, retry: () => send({ type: 'retry' }) };
  watch(state, (is) => awaitReason(waiter, is.name === 'waiting' && is.reason === 'REASON_REQUIRED'));
  watch(visible, (is) => send({ type: is ? 'show' : 'hide' }), { immediate: true });
  watch([audible, path], ([is, way], [was]) => {
    if (is || was) way?.listen(is);
  });
  watch([cameraId, role], () => {
    if (!visible()) return;
    send({ type: 'hide' });
    send({ type: 'show' });
  });

  onBeforeUnmount(() => {
    destroyed = true;
    awaitReason(waiter, false);
    clearInterval(watchdog);
    clearTimeout(slowTimer);
    send({ type: 'hide' });
    path.value?.destroy();
  });

  return { state, path, stats, facts, lateSec };
}
