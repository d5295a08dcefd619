import { onScopeDispose } from 'vue';
import { z } from 'zod';
import { Advice, AdviceScores } from '#contract/advice.ts';
import { HallForecast } from '#contract/forecast.ts';
import { TypicalDay } from '#contract/typical-day.ts';
import { useLive } from '../../api/live.ts';
import { useResource } from '../admin/use-resource.ts';

const EVERY_MS = 60_000;
const RECORD = 30;

/** What the desk of one hall is made of beside its live state: asked once a minute, and when the server says it is another. */
export function useDesk(hallId: string) {
  const path = `/api/halls/${hallId}`;
  const forecast = useResource(`${path}/forecast`, HallForecast, EVERY_MS);
  const record = useResource(`${path}/advice?limit=${RECORD}`, z.array(Advice), EVERY_MS);
  const scores = useResource(`${path}/advice/score`, AdviceScores, 10 * EVERY_MS);
  const day = useResource(`${path}/typical-day`, TypicalDay, EVERY_MS);
  onScopeDispose(
    useLive().watchDesk(hallId, () => {
      for (const each of [forecast, record, scores]) void each.reload();
    }),
  );
  return { forecast, record, scores, day };
}
