import { z } from 'zod';
import { StaffMember } from '#contract/staff.ts';
import { useSession } from '../../api/session.ts';
import { useResource } from '../admin/use-resource.ts';

/** How those who work at windows are called: by name and number where whoever looks may know it, else by the number alone. */
export function useStaff(): (number: string) => string {
  const found = useSession().may('case.view') ? useResource('/api/staff', z.array(StaffMember)) : null;
  return (number) => {
    const member = found?.data.value?.find((each) => each.number === number);
    return member ? `${member.name} ${number}` : number;
  };
}
