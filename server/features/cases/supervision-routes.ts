import type { App } from '../../http/app-type.ts';
import { cardRoutes } from './cards/routes.ts';
import { exchangeRoutes } from './exchange-routes.ts';
import { registerRoutes } from './register-routes.ts';
import { caseRoutes } from './routes.ts';
import type { CasesService } from './service.ts';

/** REST of the supervision of cases: registers, exchange, cases and cards. */
export function supervisionRoutes(app: App, { cases }: { cases: CasesService }): void {
  registerRoutes(app, cases);
  exchangeRoutes(app, cases);
  caseRoutes(app, { cases });
  cardRoutes(app, cases);
}
