import { useI18n } from 'vue-i18n';
import type { Camera } from '#contract/cameras.ts';
import { useLive } from '../../api/live.ts';
import { nameIn } from '../../wall/alert-text.ts';

/** How cameras are called where footage of several halls may stand together: windows of the same number are in all of them. */
export function useCameraNames() {
  const live = useLive();
  const { locale } = useI18n();
  /** With its hall, which is what may be cut off where room is short. */
  const whole = ({ name, hallId }: Camera): string => {
    const hall = live.halls.get(hallId);
    return hall ? `${name} · ${nameIn(hall.name, locale.value)}` : name;
  };
  return {
    whole,
    /** With its hall where these are not all of one. */
    among: (camera: Camera, all: readonly Camera[]): string =>
      all.every(({ hallId }) => hallId === camera.hallId) ? camera.name : whole(camera),
  };
}
