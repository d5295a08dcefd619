import { useI18n } from 'vue-i18n';
import { useLive } from '../api/live.ts';
import { nameIn } from './alert-text.ts';

/**
 * Gives the function that names a thing with its hall, for where things of several halls stand together: every hall has a
 * window 01. The hall stands behind, as it is what may be cut off where room is short.
 */
export function useInHall(): (name: string, hallId: string | undefined) => string {
  const live = useLive();
  const { locale } = useI18n();
  return (name, hallId) => {
    const hall = live.halls.get(hallId ?? '');
    return hall ? `${name} · ${nameIn(hall.name, locale.value)}` : name;
  };
}
