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
import { AppError } from '#lib/app-error.ts';
import type { Rights } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import type { Registers } from './registers.ts';

const tags = ['registers'];
const view = { needs: 'case.view' } as const;
/** Rules and registers bind every department: not everyone who works on cases may change them. */
const rule = { needs: 'rule.manage' } as const;
const params = z.object({ id: Slug });

/** REST of what cases are judged by: departments, service items, subject types and their card rules. */
export function registerRoutes(app: App, { registers }: { registers: Registers }): void {
  /** Of these, what belongs to departments that somebody sees. */
  function seen<T extends { departmentId: string }>(rows: readonly T[], rights: Rights): T[] {
    return rows.filter(({ departmentId }) => {
      const department = registers.department(departmentId);
      return department && rights.mayAt('case.view', department);
    });
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
  app.get(
    '/api/officers',
    {
      config: view,
      schema: { tags, summary: 'Law-enforcement officers by their certificates', response: { 200: z.array(Officer) } },
    },
    ({ rights }) => seen(registers.officers(), rights),
  );
  app.put(
    '/api/officers/:certificate',
    {
      config: rule,
      schema: { tags, params: z.object({ certificate: Certificate }), body: Officer, response: { 200: Officer } },
    },
    (request) => {
      mustBe('certificate', request.body.certificate, request.params.certificate);
      return registers.putOfficer(request.body);
    },
  );
  app.get(
    '/api/enforcement-acts',
    {
      config: view,
      schema: { tags, summary: 'What departments may do by law', response: { 200: z.array(EnforcementAct) } },
    },
    ({ rights }) => seen(registers.acts(), rights),
  );
  app.put(
    '/api/enforcement-acts/:id',
    { config: rule, schema: { tags, params, body: EnforcementAct, response: { 200: EnforcementAct } } },
    (request) => {
      mustBe('id', request.body.id, request.params.id);
      return registers.putAct(request.body);
    },
  );
  app.get(
    '/api/parties',
    {
      config: view,
      schema: { tags, summary: 'Persons and organisations that acts are about', response: { 200: z.array(Party) } },
    },
    ({ rights }) => seen(registers.parties(), rights),
  );
  app.put(
    '/api/parties/:code',
    { config: rule, schema: { tags, params: z.object({ code: PartyCode }), body: Party, response: { 200: Party } } },
    (request) => {
      mustBe('code', request.body.code, request.params.code);
      return registers.putParty(request.body);
    },
  );
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
