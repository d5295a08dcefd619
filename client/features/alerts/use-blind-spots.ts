import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { z } from 'zod';
import { AlertRule } from '#contract/alert-rules.ts';
import { CalendarAnswer } from '#contract/calendar.ts';
import { RecordingState } from '#contract/footage.ts';
import { Region } from '#contract/places.ts';
import { StorageOverview } from '#contract/storage.ts';
import { Terminal } from '#contract/terminals.ts';
import { useLive } from '../../api/live.ts';
import { useSession } from '../../api/session.ts';
import { useResource } from '../admin/use-resource.ts';
import { blindSpots } from './blind-spots.ts';

const REFRESH_MS = 60_000;

/** What each hall does not see, blindest first, kept fresh while the page is looked at. */
export function useBlindSpots() {
  const { t } = useI18n();
  const live = useLive();
  const session = useSession();
  const terminals = useResource('/api/terminals', z.array(Terminal), REFRESH_MS);
  const regions = useResource('/api/regions', z.array(Region), REFRESH_MS);
  const rules = useResource('/api/rules', z.array(AlertRule), REFRESH_MS);
  const recordings = useResource('/api/recordings', z.array(RecordingState), REFRESH_MS);
  const today = new Date(live.serverNow()).toISOString().slice(0, 10);
  const calendar = useResource(`/api/calendar?from=${today}&until=${today}`, CalendarAnswer, REFRESH_MS);
  const storage = session.may('storage.manage') ? useResource('/api/storage', StorageOverview, REFRESH_MS) : null;

  const rows = computed(() =>
    blindSpots(
      {
        regions: regions.data.value ?? [],
        halls: [...live.halls.values()],
        cameras: [...live.cameras.values()],
        states: live.cameraStates,
        terminals: terminals.data.value ?? [],
        rules: rules.data.value ?? [],
        recordings: recordings.data.value ?? [],
        depth: storage?.data.value?.forecast ?? null,
        calendarUntil: calendar.data.value?.coveredUntil,
        now: Date.parse(today),
      },
      {
        rule: ({ kind }) => t(`rules.kind.${kind}`),
        terminal: ({ kind, deviceId }) => `${t(`problems.kind.${kind}`)} ${deviceId}`,
        calendar: (until) =>
          until === null ? t('alerts.blind.noCalendar') : t('alerts.blind.calendarUntil', { until }),
        depth: ({ holdsDays, minimumDays }) =>
          t('alerts.blind.depth', { days: Math.floor(holdsDays ?? 0), minimum: minimumDays }),
      },
    ),
  );
  const error = computed(
    () => terminals.error.value ?? rules.error.value ?? recordings.error.value ?? calendar.error.value,
  );
  return { rows, error };
}
