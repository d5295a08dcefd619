import {
  AuditChainState,
  AuditCsvQuery,
  AuditPage,
  AuditQuery,
  AuditReport,
  AuditReportQuery,
} from '#contract/audit.ts';
import { csv } from '#lib/csv.ts';
import type { App } from '../../http/app-type.ts';
import type { AuditService } from './service.ts';

const tags = ['audit'];
const read = { needs: 'audit.read' } as const;
const columns = 'seq,began,at,account,session,address,act,subject kind,subject,hall,reason,details,hash'.split(',');

/** REST of the audit. */
export function auditRoutes(app: App, { audit }: { audit: AuditService }): void {
  app.get(
    '/api/audit',
    {
      config: read,
      schema: {
        tags,
        summary: 'Who did what, the newest first',
        querystring: AuditQuery,
        response: { 200: AuditPage },
      },
    },
    ({ query, rights }) => audit.page(query, rights.hallIds('audit.read')),
  );

  app.get(
    '/api/audit.csv',
    {
      config: read,
      schema: { tags, summary: 'The same as a table, of 20,000 entries at most', querystring: AuditCsvQuery },
    },
    async ({ query, rights }, reply) => {
      const rows = (await audit.table(query, rights.hallIds('audit.read'))).map((entry) => {
        const { seq, began, at, account, session, address, act, subject, reason, details, hash } = entry;
        const about = [act, subject.kind, subject.id, subject.hallId, reason, JSON.stringify(details), hash];
        return [seq, began, at, account, session, address, ...about];
      });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .send(csv([columns, ...rows]));
    },
  );

  app.get(
    '/api/audit/report',
    {
      config: read,
      schema: { tags, summary: 'A month in figures', querystring: AuditReportQuery, response: { 200: AuditReport } },
    },
    ({ query, rights }) => audit.report(query.month, rights.hallIds('audit.read')),
  );

  app.get(
    '/api/audit/chain',
    {
      config: read,
      schema: { tags, summary: 'How far the chain goes, and its seals', response: { 200: AuditChainState } },
    },
    () => audit.chain(),
  );
}
