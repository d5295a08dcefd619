import type { Camera } from '#contract/cameras.ts';
import { useInHall } from '../../wall/in-hall.ts';

/** How cameras are called where footage of several halls may stand together. */
export function useCameraNames() {
  const inHall = useInHall();
  const whole = ({ name, hallId }: Camera): string => inHall(name, hallId);
  return {
    whole,
    /** With its hall where these are not all of one. */
    among: (camera: Camera, all: readonly Camera[]): string =>
      all.every(({ hallId }) => hallId === camera.hallId) ? camera.name : whole(camera),
  };
}
