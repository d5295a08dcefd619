import { computed } from 'vue';
import { z } from 'zod';
import { Region } from '#contract/places.ts';
import { CardLevel, Department, ServiceItem, SubjectType } from '#contract/registers.ts';
import { useName } from '../admin/names.ts';
import { useResource } from '../admin/use-resource.ts';

/** Departments, items, types, levels and regions by their ids, and their names in the language of the page. */
export function useRegisters() {
  const nameOf = useName();
  const departments = useResource('/api/departments', z.array(Department));
  const items = useResource('/api/service-items', z.array(ServiceItem));
  const levels = useResource('/api/card-levels', z.array(CardLevel));
  const types = useResource('/api/subject-types', z.array(SubjectType));
  const regions = useResource('/api/regions', z.array(Region));
  const name = (list: readonly { id: string; name: { zh: string; en: string } }[] | undefined, id: string) => {
    const found = list?.find((each) => each.id === id);
    return found ? nameOf(found.name) : id;
  };
  return {
    departments: computed(() => departments.data.value ?? []),
    items: computed(() => items.data.value ?? []),
    levels: computed(() => levels.data.value ?? []),
    types: computed(() => types.data.value ?? []),
    regions: computed(() => regions.data.value ?? []),
    error: computed(() => [departments, items, types, levels, regions].find(({ error }) => error.value)?.error.value),
    reload: () => Promise.all([departments, items, levels, types].map((each) => each.reload())),
    departmentName: (id: string) => name(departments.data.value, id),
    itemName: (id: string) => name(items.data.value, id),
    typeName: (id: string) => name(types.data.value, id),
    regionName: (id: string) => name(regions.data.value, id),
    level: (id: string | null) => levels.data.value?.find((each) => each.id === id),
  };
}
