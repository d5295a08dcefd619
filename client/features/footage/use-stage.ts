import { onBeforeUnmount, ref, shallowReactive, shallowRef, watch } from 'vue';
import { useLive } from '../../api/live.ts';
import { FootagePlayer, type Shown } from './playback/footage-player.ts';
import { MasterClock, shuttle } from './playback/master-clock.ts';

export const MOST_CAMERAS = 9;
/** Nearer to now than that, live pictures take over: what was recorded last is not on the disk yet. */
const LIVE_WITHIN_MS = 6000;
/** Where one stands who leaves live: surely recorded. */
const BEHIND_LIVE_MS = 3000;
/** So often is what moves told to those who only read it. */
const TELL_EVERY_MS = 100;

/** One clock, and a player for each camera that is watched. `at`: where it begins, epoch ms. */
export function useStage(options: { cameras: () => readonly string[]; at: number }) {
  const live = useLive();
  const clock = new MasterClock({
    now: () => performance.now(),
    end: () => live.serverNow(),
    at: options.at,
  });
  const players = shallowReactive(new Map<string, FootagePlayer>());
  const shown = shallowReactive(new Map<string, Shown>());
  const position = ref(clock.position());
  const playing = ref(false);
  const held = ref(false);
  const rate = ref(1);
  /** Live pictures stand in place of footage. */
  const following = ref(false);
  const audible = shallowRef<string | null>(null);

  function look(): void {
    playing.value = clock.playing;
    rate.value = clock.rate;
    held.value = clock.playing && !clock.running;
    position.value = clock.position();
  }
  const stopListening = clock.onChange(look);

  let frame = 0;
  let toldAt = 0;
  function onFrame(now: number): void {
    frame = requestAnimationFrame(onFrame);
    for (const player of players.values()) player.tick();
    const nearLive = live.serverNow() - clock.position() < LIVE_WITHIN_MS;
    if (clock.playing && clock.rate >= 1 && nearLive && !following.value) follow();
    if (now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    look();
  }
  frame = requestAnimationFrame(onFrame);

  watch(
    () => options.cameras().join(','),
    () => {
      const wanted = new Set(options.cameras());
      for (const [id, player] of players) {
        if (wanted.has(id)) continue;
        player.stop();
        players.delete(id);
        shown.delete(id);
      }
      for (const id of wanted) if (!players.has(id)) add(id);
      if (audible.value !== null && !wanted.has(audible.value)) audible.value = null;
    },
    { immediate: true },
  );

  function add(cameraId: string): void {
    shown.set(cameraId, { is: 'loading' });
    const player = new FootagePlayer({
      cameraId,
      clock,
      serverNow: () => live.serverNow(),
      cameras: () => players.size,
      resting: () => following.value,
      changed: (is) => shown.set(cameraId, is),
    });
    players.set(cameraId, player);
    player.sought();
    void player.start();
  }

  function follow(): void {
    clock.setRate(1);
    clock.seek(live.serverNow());
    clock.play();
    following.value = true;
  }

  /** From live to what is recorded of it. */
  function leaveLive(): void {
    if (!following.value) return;
    following.value = false;
    clock.seek(live.serverNow() - BEHIND_LIVE_MS);
  }

  /** Where nothing can be recorded yet, live is what was meant. */
  function seek(at: number): void {
    if (at > live.serverNow() - BEHIND_LIVE_MS) return follow();
    following.value = false;
    clock.seek(at);
    for (const player of players.values()) player.sought();
  }

  function play(): void {
    clock.play();
  }

  function pause(): void {
    if (following.value) {
      leaveLive();
      for (const player of players.values()) player.sought();
    }
    clock.pause();
  }

  function setRate(value: number): void {
    if (following.value && value !== 1) leaveLive();
    clock.setRate(value);
  }

  /** J and L. */
  function run(direction: 1 | -1): void {
    if (following.value && direction === 1) return;
    leaveLive();
    clock.setRate(shuttle(clock.rate, clock.playing, direction));
    clock.play();
  }

  /** To the next picture of that camera, or of any where it has none loaded. */
  function step(direction: 1 | -1, cameraId: string | null): void {
    pause();
    clock.setRate(1);
    const first = cameraId === null ? undefined : players.get(cameraId);
    const order = [...(first ? [first] : []), ...players.values()];
    const to = order.map((player) => player.step(direction)).find((at) => at !== null);
    if (to === undefined || to === null) return;
    clock.seek(to);
    for (const player of players.values()) player.sought();
  }

  /** Sound of one camera, on or off. */
  function listen(cameraId: string): void {
    audible.value = audible.value === cameraId ? null : cameraId;
  }
  watch(audible, (id) => {
    for (const [cameraId, player] of players) player.listen(cameraId === id);
  });

  onBeforeUnmount(() => {
    cancelAnimationFrame(frame);
    stopListening();
    for (const player of players.values()) player.stop();
    players.clear();
  });

  return {
    players,
    shown,
    position,
    playing,
    held,
    rate,
    following,
    audible,
    exactPosition: () => clock.position(),
    seek,
    play,
    pause,
    toggle: () => (clock.playing ? pause() : play()),
    setRate,
    run,
    step,
    listen,
    follow,
  };
}

export type Stage = ReturnType<typeof useStage>;
