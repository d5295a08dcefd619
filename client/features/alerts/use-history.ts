import { computed, ref, shallowRef, watch } from 'vue';
import type { AlertStatus } from '#contract/alert-acts.ts';
import { AlertPage } from '#contract/alert-history.ts';
import type { Alert } from '#contract/alerts.ts';
import type { Severity } from '#contract/ids.ts';
import { api } from '../../api/http.ts';
import { useLive } from '../../api/live.ts';

export interface Filter {
  status: AlertStatus[];
  severity: Severity[];
  hallId: string | null;
  ruleId: string | null;
  /** The last hours; null: all time. */
  hours: number | null;
}

/** The address of a page of the history. */
export function pageQuery(filter: Filter, now: number, before: string | null): string {
  const query = new URLSearchParams();
  if (filter.status.length > 0) query.set('status', filter.status.join(','));
  if (filter.severity.length > 0) query.set('severity', filter.severity.join(','));
  if (filter.hallId) query.set('hallId', filter.hallId);
  if (filter.ruleId) query.set('ruleId', filter.ruleId);
  if (filter.hours !== null) query.set('from', new Date(now - filter.hours * 3600_000).toISOString());
  if (before) query.set('before', before);
  return query.toString();
}

/** The history of alerts by a filter, page after page; what changes meanwhile is shown as it is now. */
export function useHistory(filter: () => Filter) {
  const live = useLive();
  const rows = shallowRef<Alert[]>([]);
  const next = ref<string | null>(null);
  const error = shallowRef<unknown>(null);
  const busy = ref(false);
  let asked = 0;

  async function load(before: string | null): Promise<void> {
    const mine = (asked += 1);
    busy.value = true;
    try {
      const page = await api.get(`/api/alerts?${pageQuery(filter(), live.serverNow(), before)}`, AlertPage);
      if (mine !== asked) return;
      rows.value = before === null ? page.alerts : [...rows.value, ...page.alerts];
      [next.value, error.value] = [page.next, null];
    } catch (cause) {
      if (mine === asked) error.value = cause;
    } finally {
      if (mine === asked) busy.value = false;
    }
  }

  // A new alert, or one that is closed, is another list; what else changes is in the rows of the wall.
  watch([() => JSON.stringify(filter()), () => [...live.alerts.keys()].join()], () => void load(null), {
    immediate: true,
  });
  const alerts = computed(() => rows.value.map((row) => live.alerts.get(row.id) ?? row));
  return {
    alerts,
    error,
    busy,
    more: computed(() => next.value !== null),
    loadMore: () => load(next.value),
    reload: () => load(null),
  };
}
