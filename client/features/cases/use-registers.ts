import { computed } from 'vue';
import { z } from 'zod';
import { CardLevel, Department, ServiceItem } from '#contract/registers.ts';
import { useName } from '../admin/names.ts';
import { useResource } from '../admin/use-resource.ts';

/** Departments, items and levels by their ids, and their names in the language of the page. */
export function useRegisters() {
  const nameOf = useName();
  const departments = useResource('/api/departments', z.array(Department));
  const items = useResource('/api/service-items', z.array(ServiceItem));
  const levels = useResource('/api/card-levels', z.array(CardLevel));
  const name = (list: readonly { id: string; name: { zh: string; en: string } }[] | undefined, id: string) => {
    const found = list?.find((each) => each.id === id);
    return found ? nameOf(found.name) : id;
  };
  return {
    departments: computed(() => departments.data.value ?? []),
    items: computed(() => items.data.value ?? []),
    levels: computed(() => levels.data.value ?? []),
    error: computed(() => departments.error.value ?? items.error.value ?? levels.error.value),
    departmentName: (id: string) => name(departments.data.value, id),
    itemName: (id: string) => name(items.data.value, id),
    level: (id: string | null) => levels.data.value?.find((each) => each.id === id),
  };
}
