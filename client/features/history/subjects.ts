import { useI18n } from 'vue-i18n';
import type { FigureDimension } from '#contract/figures.ts';
import type { Hall } from '#contract/places.ts';
import { useName } from '../admin/names.ts';
import { useStaff } from '../registers/use-staff.ts';

/** What figures are told apart by, in the order and with the names of the hall; clerks with those of their register. */
export function useSubjects(hall: () => Hall) {
  const { t } = useI18n();
  const nameOf = useName();
  const staffName = useStaff();

  function orderOf(by: FigureDimension): string[] {
    if (by === 'queue') return hall().queues.map(({ id }) => id);
    return by === 'window' ? hall().windows.map(({ id }) => id) : [];
  }

  function labelOf(by: FigureDimension, of: string): string {
    if (by === 'hall') return nameOf(hall().name);
    if (of === '') return t('history.nobody');
    if (by === 'staff') return staffName(of);
    if (by === 'queue') {
      const queue = hall().queues.find(({ id }) => id === of);
      return queue ? nameOf(queue.name) : of;
    }
    const window = hall().windows.find(({ id }) => id === of);
    return window ? `${window.label} ${nameOf(window.name)}` : of;
  }

  return { orderOf, labelOf };
}
