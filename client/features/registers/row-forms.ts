import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { z } from 'zod';
import { ActKind, EnforcementAct, Party } from '#contract/enforcement.ts';
import { Officer } from '#contract/forms.ts';
import type { Bilingual } from '#contract/ids.ts';
import { CardLevel, Department } from '#contract/registers.ts';
import { StaffMember } from '#contract/staff.ts';
import { useLive } from '../../api/live.ts';
import { useName } from '../admin/names.ts';
import type { useRegisters } from '../cases/use-registers.ts';

export type Draft = Record<string, string | number | boolean | null | Bilingual | CardLevel['telling']>;

interface Field {
  path: string;
  /** `end`: a box that is ticked where the row is over; `telling`: who is told of a level's cards. */
  kind: 'text' | 'number' | 'names' | 'choice' | 'date' | 'flag' | 'end' | 'telling';
  label: string;
  options?: readonly { id: string; name: string }[];
}

export interface RowForm {
  addTitle: string;
  address: string;
  /** The field by which a row is told from others. */
  key: string;
  schema: z.ZodType<Draft>;
  blank: Draft;
  fields: readonly Field[];
}

export type RowFormName = 'levels' | 'departments' | 'officers' | 'acts' | 'parties' | 'staff';

/** The forms of those registers whose rows are a few fields each. */
export function useRowForms(registers: ReturnType<typeof useRegisters>) {
  const { t } = useI18n();
  const live = useLive();
  const nameOf = useName();
  const named = (rows: Iterable<{ id: string; name: Bilingual }>) =>
    [...rows].map(({ id, name }) => ({ id, name: nameOf(name) }));
  const names: Field = { path: 'name', kind: 'names', label: '' };
  return computed((): Record<RowFormName, RowForm> => {
    const department: Field = {
      ...{ path: 'departmentId', kind: 'choice', label: t('cases.department') },
      options: named(registers.departments.value),
    };
    const withdrawn: Field = { path: 'withdrawnAt', kind: 'end', label: t('registers.withdrawn') };
    const text = (path: string, label: string): Field => ({ path, kind: 'text', label });
    const kinds = (of: 'actKind' | 'partyKind' | 'colours', ids: readonly string[], path = 'kind'): Field => ({
      ...{ path, kind: 'choice', label: t(of === 'colours' ? 'registers.colour' : 'registers.kind') },
      options: ids.map((id) => ({ id, name: t(`registers.${of}.${id}`) })),
    });
    return {
      levels: {
        ...{ addTitle: t('registers.add.levels'), address: '/api/card-levels', key: 'id', schema: CardLevel },
        blank: {
          ...{ id: '', name: { zh: '', en: '' }, rank: 4, card: true, points: 0, colour: 'red' },
          telling: { above: false, to: [] },
        },
        fields: [
          text('id', t('registers.id')),
          kinds('colours', CardLevel.shape.colour.options, 'colour'),
          names,
          { path: 'rank', kind: 'number', label: t('registers.rank') },
          { path: 'points', kind: 'number', label: t('registers.points') },
          { path: 'card', kind: 'flag', label: t('registers.isCard') },
          { path: 'telling', kind: 'telling', label: t('registers.telling') },
        ],
      },
      departments: {
        ...{ addTitle: t('registers.add.departments'), address: '/api/departments', key: 'id', schema: Department },
        blank: { id: '', name: { zh: '', en: '' }, regionId: '', hallId: null, closedAt: null },
        fields: [
          text('id', t('registers.id')),
          {
            ...{ path: 'regionId', kind: 'choice', label: t('registers.region') },
            options: named(registers.regions.value),
          },
          names,
          { path: 'hallId', kind: 'choice', label: t('matters.hall'), options: named(live.halls.values()) },
          { path: 'closedAt', kind: 'end', label: t('registers.closed') },
        ],
      },
      officers: {
        ...{ addTitle: t('registers.add.officers'), address: '/api/officers', key: 'certificate', schema: Officer },
        blank: { certificate: '', name: '', departmentId: '', validFrom: '', validUntil: '', withdrawnAt: null },
        fields: [
          text('certificate', t('registers.certificate')),
          text('name', t('registers.person')),
          { path: 'validFrom', kind: 'date', label: t('registers.validFrom') },
          { path: 'validUntil', kind: 'date', label: t('registers.validUntil') },
          department,
          withdrawn,
        ],
      },
      acts: {
        ...{ addTitle: t('registers.add.acts'), address: '/api/enforcement-acts', key: 'id', schema: EnforcementAct },
        blank: {
          id: '',
          name: { zh: '', en: '' },
          kind: 'penalty',
          departmentId: '',
          legalBasis: '',
          withdrawnAt: null,
        },
        fields: [
          text('id', t('registers.id')),
          kinds('actKind', ActKind.options),
          names,
          department,
          text('legalBasis', t('cases.legalBasis')),
          withdrawn,
        ],
      },
      parties: {
        ...{ addTitle: t('registers.add.parties'), address: '/api/parties', key: 'code', schema: Party },
        blank: { code: '', kind: 'organisation', name: '', departmentId: '', withdrawnAt: null },
        fields: [
          text('code', t('registers.partyCode')),
          kinds('partyKind', Party.shape.kind.options),
          text('name', t('registers.name')),
          department,
          withdrawn,
        ],
      },
      staff: {
        ...{ addTitle: t('registers.add.staff'), address: '/api/staff', key: 'number', schema: StaffMember },
        blank: { number: '', name: '', departmentId: '', post: '', leftAt: null },
        fields: [
          text('number', t('registers.staffNumber')),
          text('name', t('registers.person')),
          department,
          text('post', t('registers.post')),
          { path: 'leftAt', kind: 'end', label: t('registers.left') },
        ],
      },
    };
  });
}
