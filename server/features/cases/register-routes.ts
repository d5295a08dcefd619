import { z } from 'zod';
import {
  CardLevel,
  Department,
  ServiceItem,
  ServiceItemInput,
  SubjectType,
  SubjectTypeInput,
} from '#contract/registers.ts';
import { Certificate, Officer } from '#contract/forms.ts';
import { Slug } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import { mayInDepartment } from './reach.ts';
import type { Registers } from './registers.ts';

const tags = ['registers'];
const view = { needs: 'case.view' } as const;
/** Rules and registers bind every department: not everyone who works on cases may change them. */
const rule = { needs: 'rule.manage' } as const;
const params = z.object({ id: Slug });

/** REST of what cases are judged by: departments, service items, subject types and their card rules. */
export function registerRoutes(app: App, { registers }: { registers: Registers }): void {
  app.get(
    '/api/departments',
    { config: view, schema: { tags, response: { 200: z.array(Department) } } },
    ({ rights }) => registers.departments().filter((each) => mayInDepartment(rights, 'case.view', each)),
  );
  app.put(
    '/api/departments/:id',
    { config: rule, schema: { tags, params, body: Department, response: { 200: Department } } },
    (request) => {
      if (request.body.id !== request.params.id)
        throw new AppError('REQUEST_INVALID', [{ path: 'id', message: 'must be as in the address' }]);
      return registers.putDepartment(request.body);
    },
  );
  app.get(
    '/api/service-items',
    { config: view, schema: { tags, summary: 'The latest version of each', response: { 200: z.array(ServiceItem) } } },
    ({ rights }) =>
      registers.items().filter(({ departmentId }) => {
        const department = registers.department(departmentId);
        return department && mayInDepartment(rights, 'case.view', department);
      }),
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
    ({ rights }) =>
      registers.officers().filter(({ departmentId }) => {
        const department = registers.department(departmentId);
        return department && mayInDepartment(rights, 'case.view', department);
      }),
  );
  app.put(
    '/api/officers/:certificate',
    {
      config: rule,
      schema: { tags, params: z.object({ certificate: Certificate }), body: Officer, response: { 200: Officer } },
    },
    (request) => {
      if (request.body.certificate !== request.params.certificate)
        throw new AppError('REQUEST_INVALID', [{ path: 'certificate', message: 'must be as in the address' }]);
      return registers.putOfficer(request.body);
    },
  );
  app.get('/api/card-levels', { config: view, schema: { tags, response: { 200: z.array(CardLevel) } } }, () =>
    registers.levels(),
  );
}
