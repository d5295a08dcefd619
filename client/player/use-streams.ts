import { computed, onBeforeUnmount, shallowReactive, shallowRef, watch, type Ref } from 'vue';
import type { Camera, ProfileRole } from '#contract/cameras.ts';
import type { PlayerState } from './machine.ts';
import type { LivePath, PathStats } from './path.ts';
import { usePins } from './pins.ts';
import { usePlayers } from './players.ts';
import { chooseProfile, fittingRole, offeredRoles, type PixelSize, type ProfileChoice } from './profile-choice.ts';
import { noFacts, type StreamFacts } from './stream-facts.ts';
import { soundRole } from './sound/sound-role.ts';
import { planStreams, type StreamHealth } from './stream-plan.ts';
import { noStats } from './worker-path.ts';

/** The old picture lies under the new one so long, until that is surely painted, ms. */
const OVERLAP_MS = 300;

/** What one stream of a tile says of itself. */
export interface StreamReport {
  state: PlayerState;
  path: LivePath | null;
  stats: PathStats;
  facts: StreamFacts;
  /** For how many seconds its picture has stood still. */
  lateSec: number;
}

const silent: StreamReport = { state: { name: 'paused' }, path: null, stats: noStats, facts: noFacts, lateSec: 0 };

function healthOf({ state, lateSec }: StreamReport): StreamHealth {
  if (state.name === 'unsupported') return 'undecodable';
  if (state.name !== 'playing') return 'none';
  return lateSec > 0 ? 'standing' : 'good';
}

export interface StreamsOptions {
  camera: () => Camera | undefined;
  /** What the whole picture would take on the screen, zoom included. */
  size: Readonly<Ref<PixelSize>>;
  enlarged: () => boolean;
  /** Whether its sound is wanted. */
  audible: () => boolean;
}

/** The streams of one tile: which one it looks for, which are connected, which one is seen. */
export function useStreams({ camera, size, enlarged, audible }: StreamsOptions) {
  const players = usePlayers();
  const pins = usePins();
  const reports = shallowReactive<Record<ProfileRole, StreamReport>>({ sub: silent, main: silent });
  const profiles = computed(() => camera()?.profiles ?? []);
  const offered = computed(() => offeredRoles(profiles.value));
  const pinned = computed(() => pins.of(camera()?.id ?? ''));

  const choice = shallowRef<ProfileChoice>({ role: 'sub', shrinkAt: null, restUntil: null });
  let again: ReturnType<typeof setTimeout> | undefined;
  function choose(): void {
    clearTimeout(again);
    const place = { size: size.value, enlarged: enlarged(), h265: players.h265 };
    const { state: main, lateSec } = reports.main;
    const question = {
      offered: offered.value,
      fits: fittingRole(profiles.value, place),
      pinned: pinned.value,
      enlarged: enlarged(),
      slow: main.name === 'playing' && (main.slow || lateSec > 0),
    };
    const now = performance.now();
    const { shrinkAt, restUntil } = (choice.value = chooseProfile(choice.value, question, now));
    const at = shrinkAt ?? restUntil;
    if (at !== null) again = setTimeout(choose, at - now);
  }
  watch([profiles, size, enlarged, pinned, () => players.h265, () => reports.main], choose, { immediate: true });

  const plan = computed(() =>
    planStreams(choice.value.role, offered.value, { sub: healthOf(reports.sub), main: healthOf(reports.main) }),
  );
  const shown = computed(() => plan.value.shown);

  const leaving = shallowRef<ProfileRole | null>(null);
  let overlap: ReturnType<typeof setTimeout> | undefined;
  watch(shown, (_new, old) => {
    clearTimeout(overlap);
    leaving.value = old;
    overlap = setTimeout(() => (leaving.value = null), OVERLAP_MS);
  });
  /** Perhaps not the one that is seen: then it is held beside it. */
  const heard = computed(() => (audible() ? soundRole(profiles.value, shown.value) : null));
  const open = computed(() =>
    (['sub', 'main'] as const).filter(
      (role) => plan.value.open.includes(role) || role === leaving.value || role === heard.value,
    ),
  );
  watch(open, (roles) => {
    for (const role of ['sub', 'main'] as const) if (!roles.includes(role)) reports[role] = silent;
  });
  /** A stream that is being let go of has no more say. */
  function report(role: ProfileRole, said: StreamReport): void {
    if (open.value.includes(role)) reports[role] = said;
  }
  onBeforeUnmount(() => {
    clearTimeout(again);
    clearTimeout(overlap);
  });

  return { reports, report, chosen: computed(() => choice.value.role), offered, pinned, open, shown, leaving, heard };
}
