import type { StreamState } from '#contract/cameras.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import {
  kept,
  type AccessUnit,
  type SoundFormat,
  type SoundUnit,
  type StreamFormat,
} from '../../streams/access-unit.ts';
import { StreamHouse } from '../../streams/house.ts';
import type { Hub } from '../../streams/hub.ts';
import type { SourceChoice } from '../../streams/supervisor-machine.ts';

/** One camera in the house: all it showed, and every state it had. */
export interface WatchedCamera {
  hub: Hub;
  states: { status: string; code: string | null; at: number }[];
  formats: StreamFormat[];
  units: AccessUnit[];
  soundFormats: (SoundFormat | null)[];
  sounds: SoundUnit[];
  /** Resolves with the time (monotonic) at which this held; looks at every event. */
  until(holds: (state: StreamState) => boolean): Promise<number>;
  /** Until so many pictures more have come. */
  more(pictures: number): Promise<number>;
}

export interface WatchedHouse {
  house: StreamHouse;
  watch(uri: string, choice?: SourceChoice): WatchedCamera;
  stop(): Promise<void>;
}

/** A started house whose cameras a test can follow. */
export function openWatchedHouse(clock: Clock = systemClock): WatchedHouse {
  const house = new StreamHouse({ clock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  house.start();
  let count = 0;
  return {
    house,
    stop: () => house.stop(),
    watch(uri, sourceChoice = 'auto') {
      count += 1;
      const cameraId = `c${count}`;
      const base = { cameraId, role: 'sub', username: '', password: '', keepOpen: true } as const;
      const checks = new Set<() => void>();
      const check = () => {
        for (const each of [...checks]) each();
      };
      const states: WatchedCamera['states'] = [];
      house.stateChanged.on((state) => {
        if (state.cameraId !== cameraId) return;
        states.push({ status: state.status, code: state.code, at: performance.now() });
        check();
      });
      house.setTarget({ ...base, uri, sourceChoice });
      const hub = house.hub(cameraId, 'sub')!;
      const until: WatchedCamera['until'] = (holds) =>
        new Promise((resolve) => {
          const look = () => {
            if (!holds(hub.state)) return;
            checks.delete(look);
            resolve(performance.now());
          };
          checks.add(look);
          look();
        });
      const camera: WatchedCamera = {
        hub,
        states,
        formats: [],
        units: [],
        soundFormats: [],
        sounds: [],
        until,
        more: (pictures) => {
          const wanted = hub.counts.units + pictures;
          return until(() => hub.counts.units >= wanted);
        },
      };
      hub.join({
        onState: () => undefined,
        onFormat: (format) => camera.formats.push(format),
        onUnit: (unit) => {
          camera.units.push(kept(unit));
          check();
        },
        onSoundFormat: (format) => camera.soundFormats.push(format),
        onSound: (unit) => camera.sounds.push(kept(unit)),
        onEnd: () => undefined,
      });
      return camera;
    },
  };
}

export const isLive = ({ status }: StreamState): boolean => status === 'live';
export const isLost = ({ status }: StreamState): boolean => status === 'lost';
