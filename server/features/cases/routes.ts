import { z } from 'zod';
import { Case, CaseDetail, CaseInput, CaseOutcome, CasesAnswer, CasesQuery, ProcedureInput } from '#contract/cases.ts';
import { Slug, Ulid } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { CasesService } from './service.ts';

const tags = ['cases'];
const view = { needs: 'case.view' } as const;
const viewOne = { ...view, of: 'case' } as const;
const manage = { needs: 'case.manage' } as const;
const manageOne = { ...manage, of: 'case' } as const;
const CaseParams = z.object({ id: Ulid });

/** REST of cases: the list, one case with its clock, and the small intake by hand. */
export function caseRoutes(app: App, { cases }: { cases: CasesService }): void {
  app.get(
    '/api/cases',
    {
      config: view,
      schema: {
        tags,
        summary: 'Cases, the next to end first',
        querystring: CasesQuery,
        response: { 200: CasesAnswer },
      },
    },
    ({ query, rights }) => cases.list(query, rights.within('case.view')),
  );

  app.get(
    '/api/cases/:id',
    {
      config: viewOne,
      schema: {
        tags,
        summary: 'One case: how its limits were counted, day by day',
        params: CaseParams,
        response: { 200: CaseDetail },
      },
    },
    ({ params }) => cases.detail(params.id),
  );

  app.post(
    '/api/cases',
    {
      config: manage,
      schema: { tags, summary: 'Accepts a case by hand', body: CaseInput, response: { 201: CaseDetail } },
    },
    async ({ body, rights }, reply) => {
      const id = await cases.own.accept(body, (department) => rights.mayAt('case.manage', department));
      return reply.code(201).send(await cases.detail(id));
    },
  );

  const act = <Body extends z.ZodType>(
    name: string,
    summary: string,
    body: Body,
    run: (id: string, body: z.output<Body>) => Promise<string>,
  ) =>
    app.post(
      `/api/cases/:id/${name}`,
      { config: manageOne, schema: { tags, summary, params: CaseParams, body, response: { 200: CaseDetail } } },
      async (request) => cases.detail(await run((request.params as { id: string }).id, request.body as z.output<Body>)),
    );

  act('step', 'The case reaches a step of its item', z.object({ step: Slug }), (id, { step }) =>
    cases.own.step(id, step),
  );
  act('finish', 'The case is decided', z.object({ outcome: CaseOutcome }), (id, { outcome }) =>
    cases.own.finish(id, outcome),
  );
  act('void', 'The case was taken in by mistake', z.object({}), (id) => cases.own.void(id));
  act('procedures', 'A special procedure begins: the clock stands', ProcedureInput, (id, body) =>
    cases.own.begin(id, body),
  );
  act(
    'procedures/end',
    'A special procedure ends: the clock goes on',
    z.object({ procedure: Case.shape.revision }),
    (id, body) => cases.own.end(id, body.procedure),
  );
}
