import { expect, it } from 'vitest';
import type { EnforcementAct, Party } from '#contract/enforcement.ts';
import type { FormField, FormValues, Officer } from '#contract/forms.ts';
import { wrongInForm } from '../../../server/features/cases/case-form.ts';
import { at } from './limit-stage.ts';

const name = { zh: 'x', en: 'x' };
const field = (id: string, kind: FormField['kind'], required = false): FormField => ({
  ...{ id, name, kind, required },
  options: kind === 'choice' ? [{ id: 'penalty', name }] : [],
});
const fields = [
  field('act', 'choice', true),
  field('sum', 'number'),
  field('day', 'date'),
  field('officer', 'certificate'),
  field('listed', 'act'),
  field('party', 'party'),
];
const listed: EnforcementAct = {
  ...{ id: 'fine-01', name, kind: 'penalty', departmentId: 'market', legalBasis: '第十条', withdrawnAt: null },
};
const acts: EnforcementAct[] = [
  listed,
  { ...listed, id: 'fine-02', withdrawnAt: new Date(at('03-08 10:00')).toISOString() },
  { ...listed, id: 'fine-03', departmentId: 'tax' },
];
const party: Party = {
  ...{ code: '91110000MA0000001X', kind: 'organisation', name: '某公司', departmentId: 'market', withdrawnAt: null },
};
const officer: Officer = {
  ...{ certificate: 'A-0001', name: '李伟', departmentId: 'market', withdrawnAt: null },
  ...{ validFrom: '2026-03-09', validUntil: '2026-03-31' },
};
const wrong = (values: FormValues, more: Partial<Officer> = {}, accepted = '03-09 00:30') =>
  wrongInForm(fields, values, {
    ...{ departmentId: 'market', acceptedAt: at(accepted) },
    registers: {
      officers: { get: (certificate) => (certificate === officer.certificate ? { ...officer, ...more } : undefined) },
      acts: { get: (id) => acts.find((each) => each.id === id) },
      parties: { get: (code) => (code === party.code ? party : undefined) },
    },
  });

it.each([
  [{ act: 'penalty' }, null],
  [{ act: 'penalty', sum: 7.5, day: '2026-02-28', officer: 'A-0001' }, null],
  [{ act: 'penalty', listed: 'fine-01', party: '91110000MA0000001X' }, null],
  [{ act: 'penalty', listed: 'fine-02' }, 'listed: was withdrawn at 2026-03-08T02:00:00.000Z'],
  [{ act: 'penalty', listed: 'fine-03' }, 'listed: is no act in the register of the department'],
  [{ act: 'penalty', party: '91110000MA0000002X' }, 'party: is no party in the register of the department'],
  [{ act: 'penalty', sum: '12', day: '' }, null],
  [{}, 'act: is needed'],
  [{ act: '' }, 'act: is needed'],
  [{ act: 'fine' }, 'act: fine is none of its options'],
  [{ act: 'penalty', colour: 'red' }, 'colour: no such field'],
  [{ act: 'penalty', sum: 'many' }, 'sum: is no number'],
  [{ act: 'penalty', day: '2026-02-30' }, 'day: is no day, use YYYY-MM-DD'],
  [{ act: 'penalty', day: 'soon' }, 'day: is no day, use YYYY-MM-DD'],
  [{ act: 'penalty', officer: 'B-0001' }, 'officer: is no certificate of the department'],
] as [FormValues, string | null][])('of %j it says %s', (values, says) => {
  expect(wrong(values)).toBe(says);
});

it('holds an officer to his certificate on the day of acceptance, by the clock of China', () => {
  const values = { act: 'penalty', officer: 'A-0001' };
  expect(wrong(values, {}, '03-08 23:59')).toBe('officer: is a certificate from 2026-03-09 until 2026-03-31');
  expect(wrong(values, {}, '03-31 23:59')).toBeNull();
  expect(wrong(values, {}, '04-01 00:00')).toContain('until 2026-03-31');
  expect(wrong(values, { departmentId: 'tax' })).toBe('officer: is no certificate of the department');
  expect(wrong(values, { withdrawnAt: new Date(at('03-09 00:30')).toISOString() })).toBe(
    'officer: is a withdrawn certificate',
  );
});
