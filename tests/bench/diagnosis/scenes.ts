import type { HallScene, Scene, SceneState, WindowScene } from '../../../devices/simulators/camera/model.ts';

/** What happens before a camera; the scenes read it at every frame. */
export interface Sight {
  waiting: number;
  staffPresent: boolean;
  customer: boolean;
}

export const QUIET: Sight = { waiting: 0, staffPresent: false, customer: false };

export interface Stage {
  name: string;
  scene: Scene;
  sight: Sight;
  /** Deviation of the sensor's noise; simulated rooms have none of their own. */
  noise: number;
}

/** A window room; there are six of them, and the seed decides which and who is in it. */
export function windowStage(seed: number, noise: number): Stage {
  const stage: Stage = { name: `window ${seed}`, sight: { ...QUIET }, noise, scene: null! };
  const scene: WindowScene = { kind: 'window', label: '01', seed, state: () => stateOf(stage.sight, seed) };
  stage.scene = scene;
  return stage;
}

export function hallStage(windows: number, seed: number, noise: number): Stage {
  const stage: Stage = { name: `hall ${seed}`, sight: { ...QUIET }, noise, scene: null! };
  const scene: HallScene = {
    kind: 'hall',
    windows: Array.from({ length: windows }, (_, index) => String(index + 1).padStart(2, '0')),
    seed,
    state: () => ({
      waiting: stage.sight.waiting * 2,
      windows: Array.from({ length: windows }, (_, index) => stateOf(stage.sight, seed + index)),
    }),
  };
  stage.scene = scene;
  return stage;
}

function stateOf({ waiting, staffPresent, customer }: Sight, seed: number): SceneState {
  const served = staffPresent && customer;
  return {
    waiting,
    staffPresent,
    customer,
    windowState: !staffPresent ? 'closed' : served ? 'serving' : 'idle',
    ticketNo: served ? `A0${10 + (seed % 80)}` : null,
  };
}
