import { z } from 'zod';
import {
  CardLevel,
  Department,
  ServiceItem,
  ServiceItemInput,
  SubjectType,
  SubjectTypeInput,
} from '#contract/registers.ts';
import { EnforcementAct, Party, PartyCode } from '#contract/enforcement.ts';
import { Certificate, Officer } from '#contract/forms.ts';
import { Slug } from '#contract/ids.ts';
import { StaffMember, StaffNumber } from '#contract/staff.ts';
import { AppError } from '#lib/app-error.ts';
import type { Rights } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import type { DepartmentEntries } from './department-entries.ts';
import type { Registers } from './registers.ts';

const tags = ['registers'];
const view = { needs: 'case.view' } as const;
/** Rules and registers bind every department: not everyone who works on cases may change them. */
const rule = { needs: 'rule.manage' } as const;
const params = z.object({ id: Slug });

interface EntriesOf {
  at: string;
  /** The field by which a row is told from others. */
  key: string;
  named: z.ZodType<string>;
  row: z.ZodType;
  summary: string;
}

/** REST of what cases are judged by: departments, service items, subject types and their card rules. */
export function registerRoutes(app: App, { registers }: { registers: Registers }): void {
  /** Of these, what belongs to departments that somebody sees. */
  function seen<T extends { departmentId: string }>(rows: readonly T[], rights: Rights): T[] {
    return rows.filter(({ departmentId }) => {
      const department = registers.department(departmentId);
      return department && rights.mayAt('case.view', department);
    });
  }

  /** A register whose rows belong to departments: its list, and the changing of a row under its key. */
  function entries<Row extends { departmentId: string }>(
    register: DepartmentEntries<Row>,
    { at, key, named, row, summary }: EntriesOf,
  ): void {
    app.get(at, { config: view, schema: { tags, summary, response: { 200: z.array(row) } } }, ({ rights }) =>
      seen(register.list(), rights),
    );
    app.put(
      `${at}/:${key}`,
      { config: rule, schema: { tags, params: z.object({ [key]: named }), body: row, response: { 200: row } } },
      ({ body, params }) => {
        mustBe(key, (body as Record<string, string>)[key]!, params[key]!);
        return register.put(body);
      },
    );
  }

  app.get(
    '/api/departments',
    { config: view, schema: { tags, response: { 200: z.array(Department) } } },
    ({ rights }) => registers.departments().filter((each) => rights.mayAt('case.view', each)),
  );
  app.put(
    '/api/departments/:id',
    { config: rule, schema: { tags, params, body: Department, response: { 200: Department } } },
    (request) => {
      mustBe('id', request.body.id, request.params.id);
      return registers.putDepartment(request.body);
    },
  );
  app.get(
    '/api/service-items',
    { config: view, schema: { tags, summary: 'The latest version of each', response: { 200: z.array(ServiceItem) } } },
    ({ rights }) => seen(registers.items(), rights),
  );
  app.put(
    '/api/service-items/:id',
    {
      config: rule,
      schema: {
        tags,
        summary: 'A new version: cases accepted before keep theirs',
        params,
        body: ServiceItemInput,
        response: { 200: ServiceItem },
      },
    },
    ({ params, body, account }) => registers.putItem(params.id, body, account!.username),
  );
  app.get(
    '/api/subject-types',
    { config: view, schema: { tags, summary: 'Card rules, as in force', response: { 200: z.array(SubjectType) } } },
    () => registers.types(),
  );
  app.put(
    '/api/subject-types/:id',
    {
      config: { ...rule, confirmed: true },
      schema: {
        tags,
        summary: 'A new version of a card rule',
        params,
        body: SubjectTypeInput,
        response: { 200: SubjectType },
      },
    },
    ({ params, body, account }) => registers.putType(params.id, body, account!.username),
  );
  entries(registers.officers, {
    ...{ at: '/api/officers', key: 'certificate', named: Certificate, row: Officer },
    summary: 'Law-enforcement officers by their certificates',
  });
  entries(registers.acts, {
    ...{ at: '/api/enforcement-acts', key: 'id', named: Slug, row: EnforcementAct },
    summary: 'What departments may do by law',
  });
  entries(registers.parties, {
    ...{ at: '/api/parties', key: 'code', named: PartyCode, row: Party },
    summary: 'Persons and organisations that acts are about',
  });
  entries(registers.staff, {
    ...{ at: '/api/staff', key: 'number', named: StaffNumber, row: StaffMember },
    summary: 'Who works at windows, by the numbers that terminals know',
  });
  app.get('/api/card-levels', { config: view, schema: { tags, response: { 200: z.array(CardLevel) } } }, () =>
    registers.levels(),
  );
  app.put(
    '/api/card-levels/:id',
    {
      config: { ...rule, confirmed: true },
      schema: { tags, summary: 'A level of the ladder', params, body: CardLevel, response: { 200: CardLevel } },
    },
    (request) => {
      mustBe('id', request.body.id, request.params.id);
      return registers.putLevel(request.body);
    },
  );
}

function mustBe(path: string, given: string, named: string): void {
  if (given !== named) throw new AppError('REQUEST_INVALID', [{ path, message: 'must be as in the address' }]);
}
